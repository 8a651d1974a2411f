//! The file by which Debian's tools know from which version on a library has a function.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::package::command::output;

/// Fails unless the file names what the library shows, and nothing else.
pub fn check(symbols: &str, library: &Path) -> Result<(), String> {
    let shown = output(Command::new("nm").args(["--dynamic", "--defined-only"]).arg(library))?;
    let shown: BTreeSet<&str> = shown.lines().filter_map(|line| line.split_whitespace().last()).collect();
    let known = names(symbols);
    let missing =
        shown.difference(&known).map(|name| format!("packaging/debian/libuv1.symbols lacks {name}"));
    let gone = known.difference(&shown).map(|name| format!("{} lacks {name}", library.display()));
    let complaints: Vec<String> = missing.chain(gone).collect();
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

/// The functions that a symbols file names.
pub fn names(symbols: &str) -> BTreeSet<&str> {
    symbols.lines().filter_map(|line| Some(line.strip_prefix(' ')?.split_once("@Base ")?.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_has_the_version_that_brought_it() {
        let path = crate::root().join("packaging/debian/libuv1.symbols");
        let text = std::fs::read_to_string(path).expect("it is part of the project");
        let names = names(&text);
        assert_eq!(names.len(), 319);
        assert_eq!(text.lines().count(), names.len() + 2, "a heading, and a field");
        assert!(text.contains("\n uv_run@Base 1.4.2\n uv_"));
    }
}
