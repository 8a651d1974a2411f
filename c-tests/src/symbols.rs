//! Which `uv_*` functions a library exports and an object file needs.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::Command;

/// The number of functions that libuv 1.53 exports on Linux.
pub(crate) const COMPLETE: usize = 319;

/// The `uv_*` functions that a library (`.so` or `.a`) defines.
pub(crate) fn exported(library: &Path) -> io::Result<BTreeSet<String>> {
    let shared = library.extension().is_some_and(|ext| ext != "a");
    let dynamic = if shared { "-D" } else { "-g" };
    nm(&[dynamic, "--defined-only"], library)
}

/// The `uv_*` functions that an object file leaves to the library.
pub(crate) fn needed(object: &Path) -> io::Result<BTreeSet<String>> {
    nm(&["-u"], object)
}

fn nm(arguments: &[&str], file: &Path) -> io::Result<BTreeSet<String>> {
    let output = Command::new("nm").args(arguments).arg(file).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .filter(|name| name.starts_with("uv_"))
        .map(str::to_owned)
        .collect())
}
