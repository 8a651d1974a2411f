//! The library's sources, by layer; the C sources of a folder.

use std::path::{Path, PathBuf};

use crate::generated::Result;

/// The folders of `src/`, each of which uses only what stands before it.
pub const LAYERS: [&str; 7] = ["abi", "sys", "core", "standalone", "requests", "handles", "api"];

pub struct Source {
    /// Below `src/`, with `/` between its parts.
    pub name: String,
    pub text: String,
}

/// The folder of `src/` that a file lies in; empty for `lib.rs`.
pub fn layer(name: &str) -> &str {
    name.split_once('/').map_or("", |(layer, _)| layer)
}

/// All sources of the library, by name.
pub fn read() -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    list(&crate::root().join("src"), "", &mut sources)?;
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

fn list(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{name}/"), sources)?;
        } else if name.ends_with(".rs") {
            sources.push(Source { name, text: std::fs::read_to_string(entry.path())? });
        }
    }
    Ok(())
}

/// The C files of a folder, by name.
pub fn c_files(folder: &Path) -> std::result::Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "c"))
        .collect();
    files.sort();
    Ok(files)
}
