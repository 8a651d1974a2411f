//! libuv itself, to compare with: built from the sources inside the crate `libuv-sys2`, which cargo
//! fetches like any other. Nothing of it enters this repository or the library.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crate's version whose libuv is 1.53.0.
const CRATE: &str = "libuv-sys2";
const VERSION: &str = "1.53.1";

/// libuv, installed: `include/` and `lib/` with the shared and the static library.
pub struct Reference {
    pub folder: PathBuf,
}

impl Reference {
    pub fn library(&self) -> PathBuf {
        self.folder.join("lib")
    }
}

/// Builds libuv once, in release mode, and says where it is.
pub fn build() -> Result<Reference, String> {
    build_in(&c_tests::target_folder().join("reference"), &[])
}

/// As [`build`], for another system, with this C compiler.
pub fn build_for(name: &str, compiler: &str) -> Result<Reference, String> {
    let work = c_tests::target_folder().join("reference").join(name);
    build_in(&work, &["-DCMAKE_SYSTEM_NAME=Linux", &format!("-DCMAKE_C_COMPILER={compiler}")])
}

fn build_in(work: &Path, settings: &[&str]) -> Result<Reference, String> {
    let folder = work.join("install");
    if folder.join("lib/libuv.so.1").exists() {
        return Ok(Reference { folder });
    }
    println!("# building libuv from the crate {CRATE} {VERSION}");
    let sources = sources(work)?;
    let build = work.join("build");
    run(Command::new("cmake")
        .arg("-S")
        .arg(&sources)
        .arg("-B")
        .arg(&build)
        .args(["-DCMAKE_BUILD_TYPE=Release", "-DLIBUV_BUILD_TESTS=OFF", "-DBUILD_TESTING=OFF"])
        .args(["-DCMAKE_INSTALL_LIBDIR=lib"])
        .args(settings)
        .arg(format!("-DCMAKE_INSTALL_PREFIX={}", folder.display())))?;
    run(Command::new("cmake").arg("--build").arg(&build).args(["--parallel", "2"]))?;
    run(Command::new("cmake").arg("--install").arg(&build))?;
    Ok(Reference { folder })
}

/// libuv's own `uv.h` is in it.
pub fn headers() -> Result<PathBuf, String> {
    Ok(sources(&c_tests::target_folder().join("reference"))?.join("include"))
}

/// libuv's own tests and benchmarks.
pub fn tests() -> Result<PathBuf, String> {
    Ok(sources(&c_tests::target_folder().join("reference"))?.join("test"))
}

/// The sources in another version of the crate, or of this.
pub fn sources_of(version: &str) -> Result<PathBuf, String> {
    fetched(&c_tests::target_folder().join("follow"), version)
}

fn sources(work: &Path) -> Result<PathBuf, String> {
    fetched(work, VERSION)
}

/// Where cargo keeps the crate's copy of libuv's sources.
fn fetched(work: &Path, version: &str) -> Result<PathBuf, String> {
    let manifest = work.join("fetch/Cargo.toml");
    let folder = work.join("fetch/src");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let text = format!(
        "[package]\nname = \"fetch\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{CRATE} = \"={version}\"\n"
    );
    fs::write(&manifest, text).map_err(|e| format!("{}: {e}", manifest.display()))?;
    fs::write(folder.join("lib.rs"), "").map_err(|e| format!("{}: {e}", folder.display()))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--manifest-path"])
        .arg(&manifest)
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata = String::from_utf8_lossy(&output.stdout);
    let end = format!("{CRATE}-{version}/Cargo.toml\"");
    let path = metadata
        .split("\"manifest_path\":\"")
        .filter_map(|rest| rest.split_once('"').map(|(path, _)| path))
        .find(|path| format!("{path}\"").ends_with(&end))
        .ok_or_else(|| format!("cargo does not say where {CRATE} is"))?;
    Ok(Path::new(path).with_file_name("libuv"))
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = format!("{}", command.get_program().to_string_lossy());
    let output = command.output().map_err(|e| format!("{name}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}
