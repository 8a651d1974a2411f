//! Builds and runs the C test suite against any libuv; see README.md here.

mod build;
pub mod coverage;
mod static_library;

pub use build::{Instrumentation, Library, Linkage, build, build_instrumented};

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

/// The folder of the workspace, which holds `include/` and `c-tests/`.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Builds this workspace's library and says where it is: the shared one as cargo builds it, the static one
/// as C programs get it.
pub fn own_library(linkage: Linkage) -> io::Result<Library> {
    own_library_for(linkage, None)
}

/// As [`own_library`], for a target that this machine can run too, such as `i686-unknown-linux-gnu`.
pub fn own_library_for(linkage: Linkage, target: Option<String>) -> io::Result<Library> {
    let out = target_folder();
    let folder = out.join(target.as_deref().unwrap_or_default()).join("release");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--package", "libuv", "--lib"])
        .arg("--target-dir")
        .arg(&out)
        .args(target.iter().flat_map(|target| ["--target", target]))
        .current_dir(workspace())
        .status()?;
    if !status.success() {
        return Err(io::Error::other("the library does not build"));
    }
    let folder = match linkage {
        Linkage::Shared => folder,
        Linkage::Static => static_library::make(&folder, target.as_deref())?,
    };
    Ok(Library { include: workspace().join("include"), folder, linkage, target })
}

/// A build of the library otherwise than usual, in a target folder of its own.
pub struct Variant<'a> {
    /// Of its folder in the target folder.
    pub name: &'a str,
    pub rustflags: &'a str,
    /// More for cargo: arguments, and variables in its environment.
    pub arguments: &'a [&'a str],
    pub environment: &'a [(&'a str, &'a str)],
    pub target: Option<&'a str>,
}

/// Builds a variant of this workspace's shared library and says where it is.
pub fn own_library_variant(variant: &Variant<'_>) -> io::Result<Library> {
    let out = target_folder().join(variant.name);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--package", "libuv", "--lib"])
        .arg("--target-dir")
        .arg(&out)
        .args(variant.target.iter().flat_map(|target| ["--target", target]))
        .args(variant.arguments)
        .env("RUSTFLAGS", variant.rustflags)
        .envs(variant.environment.iter().copied())
        .current_dir(workspace())
        .status()?;
    if !status.success() {
        return Err(io::Error::other(format!("the library does not build as {}", variant.name)));
    }
    let folder = out.join(variant.target.unwrap_or_default()).join("release");
    Ok(Library { include: workspace().join("include"), folder, linkage: Linkage::Shared, target: None })
}

/// The target folder in use: `CARGO_TARGET_DIR`, or `target/`.
pub fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace().join("target"), |folder| workspace().join(folder))
}

/// Runs the suite in the foreground with the runner's own arguments and with
/// these variables: `UV_TESTS_TIME_SCALE` multiplies all time limits, for slow
/// machines and checkers; `UV_TESTS_OTHER` says that it is another libuv.
pub fn run(program: &Path, arguments: &[String], variables: &[(&str, &str)]) -> io::Result<ExitStatus> {
    println!("# {}", program.display());
    Command::new(program).args(arguments).envs(variables.iter().copied()).status()
}
