//! The Rust standard library for a target that no package has it for, made of the compiler's own sources.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt::{create_folder, output_of, write};

const MANIFEST: &str = "\
[package]
name = \"empty\"
version = \"0.0.0\"
edition = \"2024\"

[profile.release]
opt-level = 3
debug = 0

[workspace]
";

/// Builds it and puts it into `library`, where the compiler finds it like any other.
pub fn build(folder: &Path, rustc: &Path, triple: &str, library: &Path) -> Result<(), String> {
    println!("# building the standard library for {triple}");
    // What is left of an earlier try would be there twice.
    let work = folder.join("std").join(triple);
    let _ = fs::remove_dir_all(&work);
    create_folder(&work.join("src"))?;
    write(&work.join("src/lib.rs"), b"")?;
    write(&work.join("Cargo.toml"), MANIFEST.as_bytes())?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let std = ["build", "--quiet", "--release", "-Z", "build-std=std,panic_abort", "--target", triple];
    output_of(with_unstable(Command::new(cargo).args(std).current_dir(&work).env("RUSTC", rustc)))?;

    // It is finished elsewhere: only what is whole may be found.
    let made = work.join("library/lib");
    create_folder(&made)?;
    let built = work.join("target").join(triple).join("release/deps");
    for file in files(&built)? {
        let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let is_wanted = name.ends_with(".rlib") && !name.starts_with("libempty");
        // As cargo builds it, it is for unwinding, and programs that abort refuse it.
        if is_wanted && !name.starts_with("libpanic_abort") {
            fs::copy(&file, made.join(name)).map_err(|e| format!("{}: {e}", file.display()))?;
        }
    }
    panic_abort(rustc, triple, &made)?;
    create_folder(library.parent().unwrap_or(Path::new("/")))?;
    fs::rename(work.join("library"), library).map_err(|e| format!("{}: {e}", library.display()))?;
    let _ = fs::remove_dir_all(&work);
    Ok(())
}

/// The end of a panic, for programs that abort.
fn panic_abort(rustc: &Path, triple: &str, library: &Path) -> Result<(), String> {
    let named = |name: &str| -> Result<String, String> {
        let beginning = format!("lib{name}-");
        let mut all = files(library)?.into_iter();
        let is_it = |path: &PathBuf| path.to_string_lossy().contains(&beginning);
        let path = all.find(is_it).ok_or_else(|| format!("there is no {name} in {}", library.display()))?;
        Ok(format!("{name}={}", path.display()))
    };
    let sysroot = output_of(Command::new(rustc).args(["--print", "sysroot"]))?;
    let source = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/panic_abort/src/lib.rs");
    let mut command = Command::new(rustc);
    command
        .args(["--crate-name", "panic_abort", "--edition", "2024", "--crate-type", "rlib"])
        .args(["-Cpanic=abort", "-Copt-level=3", "-Zforce-unstable-if-unmarked", "--target", triple])
        .arg("-L")
        .arg(library)
        .args(["--extern", &named("core")?, "--extern", &named("compiler_builtins")?])
        .args(["-Cextra-filename=-abort", "-Cmetadata=abort", "--out-dir"])
        .arg(library)
        .arg(source);
    output_of(with_unstable(&mut command)).map(drop)
}

/// The standard library is built with what is stable nowhere else.
fn with_unstable(command: &mut Command) -> &mut Command {
    command.env("RUSTC_BOOTSTRAP", "1")
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}
