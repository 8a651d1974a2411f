//! `package check`: programs are built and run in each way that an installation offers, for all kinds of those.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{dist, root};

use super::command::{cargo, fresh_folder, output, run as tell};
use super::folder;

/// In which way an installation has less than others.
enum Lacks {
    Nothing,
    StaticPackages,
    Packages,
}

pub fn run(prefix: Option<&str>) -> Result<(), String> {
    match prefix {
        Some(prefix) => ways(Path::new(prefix), None, &Lacks::Nothing),
        None => all(),
    }
}

fn all() -> Result<(), String> {
    let work = folder().join("check");
    fresh_folder(&work)?;
    let packages = work.join("packages");
    super::make(root(), &["binary", "deb"], &packages)?;

    println!("\n# cargo xtask dist");
    let plain = work.join("dist");
    dist::run(&[&plain.to_string_lossy()])?;
    ways(&plain, None, &Lacks::Packages)?;

    println!("\n# the binary tarball");
    let tarball = files(&packages, ".tar.xz")?.swap_remove(0);
    output(Command::new("tar").arg("--extract").arg("--file").arg(&tarball).arg("--directory").arg(&work))?;
    let name = tarball.file_name().unwrap_or_default().to_string_lossy().replace(".tar.xz", "");
    let unpacked = work.join(name);
    ways(&unpacked, None, &Lacks::Nothing)?;

    println!("\n# the Debian packages");
    let debian = work.join("debian");
    for file in files(&packages, ".deb")? {
        output(Command::new("dpkg-deb").arg("--extract").arg(file).arg(&debian))?;
    }
    ways(&debian.join("usr"), Some(&debian), &Lacks::Nothing)?;

    println!("\n# cmake --install");
    let (build, prefix) = (work.join("build"), work.join("cmake"));
    let place = |name: &str, folder: &Path| format!("-D{name}={}", folder.display());
    output(
        Command::new("cmake")
            .arg("-S")
            .arg(root())
            .arg("-B")
            .arg(&build)
            .args(["-DCMAKE_BUILD_TYPE=Release", "-DLIBUV_BUILD_TESTS=OFF"])
            .arg(place("CMAKE_INSTALL_PREFIX", &prefix))
            .arg(place("LIBUV_CARGO_TARGET_DIR", &c_tests::target_folder())),
    )?;
    output(Command::new("cmake").arg("--build").arg(&build).args(["--target", "install"]))?;
    ways(&prefix, None, &Lacks::Nothing)?;

    println!("\n# cargo cinstall");
    if output(cargo().args(["cinstall", "--version"])).is_err() {
        println!("skipped: cargo-c is not installed");
        return Ok(());
    }
    let prefix = work.join("cinstall");
    output(
        cargo()
            .args(["cinstall", "--release", "--locked", "--package", "libuv", "--libdir", "lib", "--prefix"])
            .arg(&prefix)
            .arg("--target-dir")
            .arg(c_tests::target_folder().join("cinstall"))
            .current_dir(root()),
    )?;
    ways(&prefix, None, &Lacks::StaticPackages)
}

/// Runs the check on an installation; `top` is the folder in which its files think that they are at the top.
fn ways(prefix: &Path, top: Option<&Path>, lacks: &Lacks) -> Result<(), String> {
    let absolute = |path: &Path| std::path::absolute(path).map_err(|e| format!("{}: {e}", path.display()));
    let mut command = Command::new("sh");
    command.arg(root().join("packaging/check-install.sh"));
    match lacks {
        Lacks::Nothing => {}
        Lacks::StaticPackages => _ = command.arg("--cargo-c"),
        Lacks::Packages => _ = command.arg("--plain"),
    }
    command.arg(absolute(prefix)?);
    if let Some(top) = top {
        command.arg(absolute(top)?);
    }
    tell(&mut command)
}

/// What is in a folder and has such an ending.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(format!("{} has nothing that ends in {ending}", folder.display()));
    }
    Ok(files)
}
