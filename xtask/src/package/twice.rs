//! `package twice`: whether two folders give the same bytes. One has the sources as they are here, with the crates
//! where cargo keeps them; the other is an unpacked source tarball, with the crates inside.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::root;

use super::command::{fresh_folder, output};
use super::facts::Facts;
use super::{folder, make, tree};

pub fn run() -> Result<(), String> {
    let work = folder().join("twice");
    fresh_folder(&work)?;
    let facts = Facts::of(root())?;
    let one = work.join("one");
    tree::copy_files(root(), &tree::sources(root())?, &one)?;
    // There is no git in it, which would know the date.
    output(Command::new("touch").arg("-d").arg(format!("@{}", facts.epoch)).arg(one.join("Cargo.toml")))?;
    println!("# from the sources");
    make(&one, &[], &work.join("of-one"))?;

    let other = work.join("another-and-deeper/folder");
    fresh_folder(&other)?;
    let name = format!("libuv-{}", facts.version);
    let tarball = work.join("of-one").join(format!("{name}.tar.xz"));
    output(Command::new("tar").arg("--extract").arg("--file").arg(tarball).arg("--directory").arg(&other))?;
    println!("# from the source tarball");
    make(&other.join(name), &[], &work.join("of-other"))?;

    let differences = differences(&work.join("of-one"), &work.join("of-other"))?;
    if differences.is_empty() {
        println!("the same bytes");
        return Ok(());
    }
    Err(differences.join("\n"))
}

/// Which files of two folders are not the same.
fn differences(one: &Path, other: &Path) -> Result<Vec<String>, String> {
    let (first, second) = (tree::files(one)?, tree::files(other)?);
    if first.is_empty() || first != second {
        return Ok(vec![format!("other files: {first:?} and {second:?}")]);
    }
    let bytes = |path: &Path| fs::read(path).map_err(|e| format!("{}: {e}", path.display()));
    let mut differences = Vec::new();
    for name in first {
        if bytes(&one.join(&name))? != bytes(&other.join(&name))? {
            differences.push(format!("{} differs", name.display()));
        }
    }
    Ok(differences)
}

#[cfg(test)]
mod tests {
    use super::super::command::write;
    use super::*;

    #[test]
    fn a_file_that_differs_or_is_missing_is_found() {
        let work = c_tests::target_folder().join("twice-test");
        let (one, other) = (work.join("one"), work.join("other"));
        let put =
            |path: &Path, text: &str| write(path, text.as_bytes()).expect("the target folder is writable");
        put(&one.join("same"), "1");
        put(&other.join("same"), "1");
        let found = || differences(&one, &other).expect("both are there");
        assert_eq!(found(), Vec::<String>::new());
        put(&other.join("same"), "2");
        assert_eq!(found(), ["same differs"]);
        fs::remove_file(other.join("same")).expect("it was there");
        assert_eq!(found().len(), 1);
    }
}
