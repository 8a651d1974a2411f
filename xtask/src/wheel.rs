//! `cargo xtask wheel`: the Python package with the library in it, for `pip install`.

use std::env::consts::ARCH;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use c_tests::{Linkage, own_library, target_folder};

use crate::{exports, root};

const USAGE: &str = "usage: cargo xtask wheel [FOLDER]";

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let folder = match arguments {
        [] => target_folder().join("wheel"),
        [folder] if !folder.starts_with('-') => PathBuf::from(folder),
        _ => return Err(USAGE.into()),
    };
    let library = own_library(Linkage::Shared).map_err(|error| error.to_string())?.folder.join("libuv.so");
    let platform = match exports::glibc_of(&library)? {
        Some([major, minor]) => format!("manylinux_{major}_{minor}_{}", processor()),
        None => return Err(format!("{}: no version of glibc is asked for", library.display())),
    };
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let output = Command::new("python3")
        .arg("-B")
        .arg(root().join("bindings/python/build_backend.py"))
        .arg(&folder)
        .env("UV_LIBRARY", &library)
        .env("UV_WHEEL_PLATFORM", platform)
        .output()
        .map_err(|error| format!("python3: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    println!("{}", folder.join(String::from_utf8_lossy(&output.stdout).trim()).display());
    Ok(())
}

/// As Python's platforms name this processor.
fn processor() -> &'static str {
    match ARCH {
        "x86" => "i686",
        "arm" => "armv7l",
        "powerpc64" => "ppc64le",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wheel_has_the_librarys_version() {
        let project = fs::read_to_string(root().join("bindings/python/pyproject.toml")).expect("it is there");
        let line = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
        assert!(project.lines().any(|found| found == line), "pyproject.toml does not say {line}");
    }
}
