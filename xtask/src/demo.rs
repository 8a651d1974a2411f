//! `cargo xtask demo`: builds the library and the stock C programs of examples/, and drives them.

mod echo;
mod inside;
mod program;
mod responsive;
mod watched;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::root;

/// The library and the examples, built.
struct Built {
    folder: PathBuf,
}

impl Built {
    fn example(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join(name));
        command.env_remove("LD_LIBRARY_PATH");
        command
    }
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("usage: cargo xtask demo".into());
    }
    println!("libuv in Rust: a demonstration\n");
    let built = build()?;
    echo::run(&built)?;
    responsive::run(&built)?;
    batch(&built)?;
    inside::run(&built)?;
    watched::run(&built)?;
    println!("\nEverything answered, every byte checked.");
    Ok(())
}

fn build() -> Result<Built, String> {
    let library = c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
    let folder = c_tests::target_folder().join("demo");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let shared = folder.join("libuv.so.1");
    fs::copy(library.folder.join("libuv.so"), &shared).map_err(|e| format!("{}: {e}", shared.display()))?;
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let mut names = Vec::new();
    for name in ["echo_server", "prime_server", "batch", "inspect"] {
        compile(&cc, name, &folder, &shared)?;
        names.push(format!("{name}.c"));
    }
    println!("built    libuv.so.1 (release), and with {cc}: {}", names.join(", "));
    Ok(Built { folder })
}

fn compile(cc: &str, name: &str, folder: &Path, shared: &Path) -> Result<(), String> {
    let status = Command::new(cc)
        .args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(root().join("include"))
        .arg("-o")
        .arg(folder.join(name))
        .arg(root().join("examples").join(format!("{name}.c")))
        .arg(shared)
        .args(["-Wl,-rpath,$ORIGIN", "-pthread"])
        .status()
        .map_err(|e| format!("{cc}: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("{cc} does not build examples/{name}.c")) }
}

fn batch(built: &Built) -> Result<(), String> {
    println!(
        "\nworkers  the same batch of jobs, half arithmetic and half waiting, with pools of three sizes"
    );
    for size in ["1", "4", "8"] {
        let output = built
            .example("batch")
            .env("UV_THREADPOOL_SIZE", size)
            .output()
            .map_err(|e| format!("batch: {e}"))?;
        if !output.status.success() {
            return Err(format!("batch with {size} threads: {}", output.status));
        }
        print!("         UV_THREADPOOL_SIZE={size}: {}", String::from_utf8_lossy(&output.stdout));
    }
    Ok(())
}
