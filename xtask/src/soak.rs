//! `cargo xtask soak`: everything at once for a long time, with all counted and compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::root;

const USAGE: &str = "\
usage: cargo xtask soak MINUTES [--against DIR]

  MINUTES        how long; the first fifth of it, a minute at most, is for warming up
  --against DIR  on the libuv in DIR/include and DIR/lib";

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (minutes, against) = match arguments {
        [minutes] => (minutes, None),
        [minutes, "--against", folder] | ["--against", folder, minutes] => (minutes, Some(Path::new(folder))),
        _ => return Err(USAGE.into()),
    };
    let seconds = minutes.parse::<f64>().map_err(|_| USAGE)? * 60.0;
    let (include, library) = match against {
        Some(folder) => (folder.join("include"), folder.join("lib/libuv.so.1")),
        None => {
            let own = c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
            (own.include, own.folder.join("libuv.so"))
        }
    };
    let folder = c_tests::target_folder().join(if against.is_some() { "soak/other" } else { "soak/own" });
    let program = build(&folder, &library, &include)?;
    let place = std::env::temp_dir().join(format!("uv-soak-{}", std::process::id()));
    fs::create_dir_all(&place).map_err(|e| format!("{}: {e}", place.display()))?;
    let status = Command::new(&program)
        .arg(format!("{seconds:.0}"))
        .current_dir(&place)
        .env("LD_LIBRARY_PATH", &folder)
        .status()
        .map_err(|e| format!("{}: {e}", program.display()));
    let _ = fs::remove_dir_all(&place);
    match status? {
        status if status.success() => Ok(()),
        status => Err(format!("the soak: {status}")),
    }
}

/// The program, beside a copy of the library that it runs with.
fn build(folder: &Path, library: &Path, include: &Path) -> Result<PathBuf, String> {
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let shared = folder.join("libuv.so.1");
    fs::copy(library, &shared).map_err(|e| format!("{}: {e}", library.display()))?;
    let program = folder.join("soak");
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let output = Command::new(&cc)
        .args(["-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(include)
        .arg("-o")
        .arg(&program)
        .arg(root().join("c-tests/soak/soak.c"))
        .arg(&shared)
        .arg("-pthread")
        .output()
        .map_err(|e| format!("{cc}: {e}"))?;
    if !output.status.success() {
        return Err(format!("{cc}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(program)
}
