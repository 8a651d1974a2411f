//! `cargo xtask oldest-rust`: whether the library is built by the oldest Rust that we promise, and needs no more then.
//! Lints know what is new in the standard library, and nothing of the language, or of what its libraries bring.

use std::process::Command;

use crate::cross::apt::{Suite, output_of};
use crate::cross::tools::Tools;
use crate::{exports, root};

pub fn run(arguments: &[&str]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("usage: cargo xtask oldest-rust".into());
    }
    // As Cargo.toml has it: 1.85.
    let promise = env!("CARGO_PKG_RUST_VERSION");
    let tools = Tools::in_folder("oldest-rust")?;
    let apt = tools.apt(Suite::Own, None);
    let version = apt.version("rustc-web", &format!("{promise}."))?;
    let library = format!("libstd-rust-web-{promise}");
    apt.unpack(&[format!("rustc-web={version}"), format!("libstd-rust-web-dev={version}")])?;
    apt.unpack(&apt.with_needs(&library, |name| name.starts_with("libllvm"))?)?;
    let rustc = tools.rustc()?;
    println!("# {}", output_of(Command::new(&rustc).arg("--version"))?.trim());
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = tools.folder().join("build");
    output_of(
        Command::new(cargo)
            .args(["build", "--release", "--quiet", "--package", "libuv", "--lib", "--target-dir"])
            .arg(&build)
            .env("RUSTC", &rustc)
            .current_dir(root()),
    )?;
    exports::check_own(&build.join("release/libuv.so"))
}
