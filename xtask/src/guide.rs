//! `cargo xtask guide`: the guide in docs/guide, as a book; with `--check` only whether all that it refers to is there.

mod chapter;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::examples::transcript;
use crate::root;

const USAGE: &str = "\
usage: cargo xtask guide [--check]

  builds docs/guide into target/guide (with mdbook); with --check it only looks whether chapters, listings, links and
  the names of functions are there, which needs no mdbook";

/// What is in the environment, not in the headers.
const VARIABLES: [&str; 7] = [
    "UV_ADAPTIVE_WAIT",
    "UV_FS_INLINE",
    "UV_INSPECT",
    "UV_THREADPOOL_SIZE",
    "UV_TRACE",
    "UV_USE_IO_URING",
    "UV_WATCHDOG",
];

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let is_check = match arguments {
        [] => false,
        ["--check"] => true,
        _ => return Err(USAGE.into()),
    };
    let complaints = complaints()?;
    if !complaints.is_empty() {
        return Err(complaints.join("\n"));
    }
    if is_check {
        return Ok(());
    }
    let status = Command::new("mdbook").arg("build").arg(root().join("docs/guide")).status();
    match status.map_err(|error| format!("mdbook (cargo install mdbook): {error}"))? {
        status if status.success() => Ok(()),
        status => Err(format!("mdbook: {status}")),
    }
}

/// What is not as it is to be.
fn complaints() -> Result<Vec<String>, String> {
    let folder = root().join("docs/guide/src");
    let names = names()?;
    let mut complaints = Vec::new();
    let mut chapters = BTreeSet::new();
    let mut included = BTreeSet::new();
    for path in files(&folder, "md")? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = read(&path)?;
        let mut told = |complaint: String| complaints.push(format!("docs/guide/src/{name}: {complaint}"));
        for (file, anchor) in chapter::includes(&text) {
            match fs::read_to_string(folder.join(&file)) {
                Ok(listing) if !chapter::has_anchor(&listing, anchor.as_deref()) => {
                    told(format!("{file} has no such part: {}", anchor.unwrap_or_default()));
                }
                Ok(_) => {}
                Err(error) => told(format!("{file}: {error}")),
            }
            included.extend(Path::new(&file).file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
        for link in chapter::links(&text) {
            if !folder.join(&link).is_file() {
                told(format!("leads nowhere: {link}"));
            }
        }
        for line in chapter::loose_listings(&text) {
            told(format!("line {line}: a listing that is not a file's"));
        }
        for (command, lines) in chapter::transcripts(&text) {
            if let Err(complaint) = check_transcript(&command, &lines) {
                told(complaint);
            }
        }
        for word in chapter::names(&text).filter(|word| !names.contains(*word)) {
            told(format!("no header has {word}"));
        }
        if name == "SUMMARY.md" {
            chapters = chapter::links(&text).collect();
        } else if !read(&folder.join("SUMMARY.md"))?.contains(&format!("({name})")) {
            told("SUMMARY.md does not lead to it".into());
        }
    }
    if chapters.is_empty() {
        complaints.push("docs/guide/src/SUMMARY.md leads to no chapter".into());
    }
    for path in files(&root().join("examples"), "expected")? {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !included.contains(&stem) {
            complaints.push(format!("examples/{stem}.c: no chapter shows it"));
        }
    }
    Ok(complaints)
}

/// Whether an example that is run in a chapter has printed what it is held to.
fn check_transcript(command: &str, lines: &str) -> Result<(), String> {
    // Where it lies, and that errors are among the lines, is of no matter.
    let plain = |command: &str| {
        let words = command.split_whitespace().filter(|word| *word != "2>&1");
        words.map(|word| word.trim_start_matches("./")).collect::<Vec<_>>().join(" ")
    };
    let command = plain(command);
    let Some(name) = command.split(' ').find(|word| !word.contains('=')) else { return Ok(()) };
    let Ok(expected) = read(&root().join(format!("examples/{name}.expected"))) else { return Ok(()) };
    let runs = transcript::read(&expected, name)?;
    let is_one = |run: &&transcript::Run| plain(&run.command) == command;
    runs.iter().find(is_one).ok_or_else(|| format!("nobody runs {command}"))?.compare(lines)
}

/// All names that programs may use.
fn names() -> Result<BTreeSet<String>, String> {
    let include = root().join("include");
    let mut names: BTreeSet<String> = VARIABLES.map(str::to_owned).into();
    for path in files(&include, "h")?.into_iter().chain(files(&include.join("uv"), "h")?) {
        names.extend(chapter::names(&read(&path)?).map(str::to_owned));
    }
    // The errors have their prefix from a macro.
    let errors = read(&include.join("uv.h"))?;
    let rows = errors.lines().filter_map(|line| line.trim().strip_prefix("XX(")?.split(',').next());
    names.extend(rows.map(|name| format!("UV_{name}")));
    Ok(names)
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == extension));
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_guide_refers_to_is_there() {
        assert_eq!(complaints().expect("the guide is there"), Vec::<String>::new());
    }
}
