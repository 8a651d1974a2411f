//! Makes `docs/uvtop.svg` from a real run: `cargo run --package uvtop --example picture`.

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../tests/support/mod.rs"]
mod support;

use std::io;
use std::process::Command;

fn main() -> io::Result<()> {
    let program = support::build("troubled")?;
    let picture = c_tests::workspace().join("docs/uvtop.svg");
    let status = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "uvtop", "--", "run", "--svg"])
        .arg(&picture)
        .arg(program)
        // A callback blocks its loop sooner than usual.
        .env("UV_WATCHDOG", "100:/dev/null")
        .status()?;
    // The program is ended, which is its exit status.
    println!("{}: {status}", picture.display());
    Ok(())
}
