//! The static library as C programs get it; `cmake/static-library.sh` says how it differs from cargo's.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build::{host_triple, modified};
use crate::workspace;

/// Makes it of the one in cargo's `folder`, unless that is done; gives the folder that it lies in.
pub fn make(folder: &Path, target: Option<&str>) -> io::Result<PathBuf> {
    let script = workspace().join("cmake/static-library.sh");
    let input = folder.join("libuv.a");
    let out = folder.join("static");
    let output = out.join("libuv.a");
    std::fs::create_dir_all(&out)?;
    let made = modified(&output);
    if [&script, &input].into_iter().all(|from| modified(from).is_some_and(|from| Some(from) < made)) {
        return Ok(out);
    }
    let host = host_triple();
    let compiler = cc::Build::new()
        .cargo_metadata(false)
        .opt_level(0)
        .host(&host)
        .target(target.unwrap_or(&host))
        .try_get_compiler()
        .map_err(io::Error::other)?;
    let machine = compiler.args().iter().filter(|flag| is_of_machine(&flag.to_string_lossy()));
    let result = Command::new("sh")
        .arg(script)
        .arg(input)
        .arg(&output)
        .args(machine)
        .env("CC", compiler.path())
        .output()?;
    if !result.status.success() {
        let message = String::from_utf8_lossy(&result.stderr).into_owned();
        return Err(io::Error::other(format!("cannot make {}: {message}", output.display())));
    }
    Ok(out)
}

/// Whether a flag says which machine to link for.
fn is_of_machine(flag: &str) -> bool {
    ["-m", "--target=", "--sysroot="].iter().any(|start| flag.starts_with(start))
}
