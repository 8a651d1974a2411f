//! The libraries, built so that nothing of the folders that they are built in is left in them.
//!
//! What would be: the places of panics in crates, which cargo names by their whole path. They get the crate's name
//! and version in place of it, where cargo keeps the crates it has fetched as where a source tarball has them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::{cargo, create_folder, output};
use super::facts::Facts;

pub struct Built {
    pub shared: PathBuf,
    pub fixed: PathBuf,
}

impl Built {
    /// Builds the sources in a folder, below it.
    pub fn of(sources: &Path, facts: &Facts) -> Result<Built, String> {
        let target = sources.join("target/package-build");
        let mut build = cargo();
        build
            .args([
                "build",
                "--release",
                "--quiet",
                "--locked",
                "--package",
                "libuv",
                "--lib",
                "--target-dir",
            ])
            .arg(&target)
            .current_dir(sources)
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_BUILD_TARGET")
            .env("SOURCE_DATE_EPOCH", facts.epoch.to_string())
            .env("CARGO_ENCODED_RUSTFLAGS", joined(flags(sources)?));
        output(&mut build)?;
        let cargos = target.join("release");
        let made = target.join("made");
        create_folder(&made)?;
        let built = Built { shared: made.join("libuv.so.1.0.0"), fixed: made.join("libuv.a") };
        // What the library itself names functions by is the table of its exports, which stays.
        output(
            Command::new("strip")
                .args(["--strip-unneeded", "-o"])
                .arg(&built.shared)
                .arg(cargos.join("libuv.so")),
        )?;
        output(
            Command::new("sh")
                .arg(sources.join("cmake/static-library.sh"))
                .arg(cargos.join("libuv.a"))
                .arg(&built.fixed),
        )?;
        Ok(built)
    }
}

/// For rustc, in the place of what `.cargo/config.toml` has, which is repeated here.
fn flags(sources: &Path) -> Result<Vec<OsString>, String> {
    let mut flags = vec![OsString::from("-Crelro-level=partial")];
    flags.extend(remappings(sources)?);
    Ok(flags)
}

/// The folders that crates lie in, with what is written in their place. The last one that fits counts.
fn remappings(sources: &Path) -> Result<Vec<OsString>, String> {
    let sources = fs::canonicalize(sources).map_err(|e| format!("{}: {e}", sources.display()))?;
    let mut folders = vec![(sources.clone(), "libuv"), (sources.join("vendor"), "crates")];
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let registries = home.map(|home| home.join("registry/src"));
    for folder in registries.iter().flat_map(fs::read_dir).flatten().flatten() {
        folders.push((folder.path(), "crates"));
    }
    let flag = |(folder, name): &(PathBuf, &str)| {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(folder);
        flag.push(format!("={name}"));
        flag
    };
    Ok(folders.iter().map(flag).collect())
}

/// As cargo takes flags in which there may be blanks.
fn joined(flags: Vec<OsString>) -> OsString {
    flags.join(OsString::from("\x1f").as_os_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_the_project_and_of_others_lose_their_folders() {
        let flags = joined(flags(crate::root()).expect("the project's folder is there"));
        let flags = flags.into_string().expect("these names are texts");
        let root = fs::canonicalize(crate::root()).expect("it is there");
        assert!(flags.contains(&format!("--remap-path-prefix={}=libuv\x1f", root.display())));
        assert!(flags.contains(&format!("{}/vendor=crates", root.display())));
        let config = include_str!("../../../.cargo/config.toml");
        assert!(config.contains("rustflags = [\"-Crelro-level=partial\"]"), "the same as here");
    }
}
