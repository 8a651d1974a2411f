//! The project's own commands: `cargo xtask <name>`.

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    eprintln!("unknown command '{name}'");
    std::process::exit(2);
}
