//! `cargo xtask follow`: what a libuv has that the one we follow has not, by name.

mod names;
mod tests_list;
mod versions;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use c_tests::coverage::Table;

use crate::reference;

const USAGE: &str = "usage: cargo xtask follow VERSION | FOLDER
  VERSION is one of the crate libuv-sys2, FOLDER has libuv's sources; see docs/follow.md";

/// Names of one kind.
type Names = BTreeSet<String>;

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let [wanted] = arguments else { return Err(USAGE.into()) };
    let theirs = match Path::new(wanted) {
        folder if folder.is_dir() => folder.to_owned(),
        _ if wanted.starts_with(|c: char| c.is_ascii_digit()) => reference::sources_of(wanted)?,
        _ => return Err(USAGE.into()),
    };
    let ours = reference::headers()?.with_file_name("");
    let (before, after) = (Tree::read(&ours)?, Tree::read(&theirs)?);
    let table = Table::read().map_err(|error| error.to_string())?;
    let covered: Names = table.0.into_iter().map(|row| row.name).collect();
    let mut differences = 0;
    for ((kind, old), (_, new)) in before.headers.kinds().into_iter().zip(after.headers.kinds()) {
        differences += tell(kind, new.difference(old), old.difference(new));
    }
    let (new, gone) = tests_list::against(&covered, &before.tests, &after.tests);
    differences += tell("tests, which c-tests/COVERAGE.tsv lacks or has beyond", new.iter(), gone.iter());
    let (old, new) = (&before.versions, &after.versions);
    differences += tell("the documentation's version lines", new.difference(old), old.difference(new));
    println!("{differences} differences");
    Ok(())
}

/// What is compared of libuv's sources.
struct Tree {
    headers: names::Headers,
    tests: Names,
    versions: Names,
}

impl Tree {
    fn read(folder: &Path) -> Result<Tree, String> {
        let mut headers = names::Headers::default();
        let include = folder.join("include");
        for name in ["uv.h", "uv/errno.h", "uv/unix.h", "uv/linux.h", "uv/threadpool.h"] {
            headers.read(&text(&include.join(name))?);
        }
        let tests = tests_list::read(&text(&folder.join("test/test-list.h"))?);
        let mut versions = Names::new();
        for file in pages(&folder.join("docs/src"))? {
            let page = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            versions.extend(versions::read(&page, &text(&file)?));
        }
        Ok(Tree { headers, tests, versions })
    }
}

fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// The documentation's pages; a release may come without them.
fn pages(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.exists() {
        println!("# there is no documentation in {}", folder.display());
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "rst")).collect())
}

fn tell<'a>(
    kind: &str,
    new: impl Iterator<Item = &'a String>,
    gone: impl Iterator<Item = &'a String>,
) -> usize {
    let lines: Vec<String> =
        new.map(|name| format!("  + {name}")).chain(gone.map(|name| format!("  - {name}"))).collect();
    if !lines.is_empty() {
        println!("{kind}:\n{}", lines.join("\n"));
    }
    lines.len()
}
