//! `cargo xtask soak`: everything at once for a long time, with all counted and compared.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::root;
use crate::sources::c_files;

const USAGE: &str = "\
usage: cargo xtask soak MINUTES [--against DIR] [--leak WHAT]

  MINUTES        how long; the first fifth of it, a minute at most, is for warming up
  --against DIR  on the libuv in DIR/include and DIR/lib
  --leak WHAT    plants a leak into the program, of memory, descriptors or threads, which has to be seen";

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (mut minutes, mut against, mut leak) = (None, None, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--against" => against = Some(Path::new(*rest.next().ok_or(USAGE)?)),
            "--leak" => leak = Some(*rest.next().ok_or(USAGE)?),
            number => minutes = Some(number.parse::<f64>().map_err(|_| USAGE)?),
        }
    }
    let seconds = minutes.ok_or(USAGE)? * 60.0;
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
        .args(leak)
        .current_dir(&place)
        .env("LD_LIBRARY_PATH", &folder)
        .status()
        .map_err(|e| format!("{}: {e}", program.display()));
    let _ = fs::remove_dir_all(&place);
    match (status?, leak) {
        (status, None) if status.success() => Ok(()),
        (status, None) => Err(format!("the soak: {status}")),
        (status, Some(leak)) if status.code() == Some(1) => {
            println!("the leak of {leak} was seen");
            Ok(())
        }
        (_, Some(leak)) => Err(format!("the leak of {leak} was not seen")),
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
        .args(c_files(&root().join("c-tests/soak"))?)
        .arg(&shared)
        .arg("-pthread")
        .output()
        .map_err(|e| format!("{cc}: {e}"))?;
    if !output.status.success() {
        return Err(format!("{cc}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(program)
}
