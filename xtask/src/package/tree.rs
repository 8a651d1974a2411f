//! Folders of files, in an order that is always the same.

use std::fs;
use std::path::{Path, PathBuf};

use super::command::{copy, output};

/// All files and links below a folder, as paths from it, in order.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    walk(folder, Path::new(""), &|_| true, &mut found)?;
    found.sort();
    Ok(found)
}

/// The project's own files, in order: what git knows of, or where there is no git, all that was not built.
pub fn sources(root: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    if root.join(".git").exists() {
        let list = output(std::process::Command::new("git").args(["ls-files", "-z"]).current_dir(root))?;
        // What was removed, and not yet committed, is still on git's list.
        found.extend(list.split_terminator('\0').map(PathBuf::from).filter(|name| root.join(name).is_file()));
    } else {
        let built = |name: &Path| ["target", "vendor"].iter().any(|folder| name == Path::new(folder));
        walk(root, Path::new(""), &|name| !built(name), &mut found)?;
    }
    found.sort();
    Ok(found)
}

/// Copies files, given as paths from a folder, into another.
pub fn copy_files(from: &Path, files: &[PathBuf], to: &Path) -> Result<(), String> {
    files.iter().try_for_each(|name| copy(&from.join(name), &to.join(name)))
}

fn walk(
    root: &Path,
    below: &Path,
    wanted: &impl Fn(&Path) -> bool,
    found: &mut Vec<PathBuf>,
) -> Result<(), String> {
    let folder = root.join(below);
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = below.join(entry.file_name());
        if !wanted(&name) {
            continue;
        }
        if entry.file_type().map_err(failed)?.is_dir() {
            walk(root, &name, wanted, found)?;
        } else {
            found.push(name);
        }
    }
    Ok(())
}
