//! Files that are generated from the sources, and checked in.

use std::collections::BTreeMap;

use crate::root;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Texts by the names of their files in the repository.
pub type Files = BTreeMap<String, String>;

/// Carries out `cargo xtask <command> [--check]`, which writes the files of `generate` or compares them.
pub fn run(args: &[&str], command: &str, generate: fn() -> Result<Files>) -> std::result::Result<(), String> {
    let check = match args {
        [] => false,
        ["--check"] => true,
        _ => return Err(format!("usage: cargo xtask {command} [--check]")),
    };
    let files = generate().map_err(|error| error.to_string())?;
    if check {
        let stale = stale(&files);
        if stale.is_empty() {
            return Ok(());
        }
        return Err(format!("stale: {}; run `cargo xtask {command}`", stale.join(", ")));
    }
    for (name, text) in &files {
        let path = root().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(root()))
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// The names of the files that differ from what the sources say now.
pub fn stale(files: &Files) -> Vec<&str> {
    let differs =
        |name: &str, text: &str| std::fs::read_to_string(root().join(name)).ok().as_deref() != Some(text);
    files.iter().filter(|(name, text)| differs(name, text)).map(|(name, _)| name.as_str()).collect()
}
