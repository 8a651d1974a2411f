//! `package try`: the Debian packages in a fresh Debian. They take the place of the distribution's under programs
//! that are there, and give it back.

mod system;

use std::fs;
use std::path::Path;

use crate::root;

use super::command::{copy, create_folder, fresh_folder};
use super::facts::Facts;
use super::{deb, folder, make, tree};
use system::{Debian, NAMES};

/// Programs on libuv, and what the check of an installation needs.
const PROGRAMS: [&str; 9] =
    ["bind9-dnsutils", "cmake", "g++", "gcc", "libuv1-dev", "make", "neovim", "nodejs", "pkg-config"];

/// In the Debian: the packages, and the scripts.
const INSIDE: &str = "/trial";

pub fn run(suite: &str) -> Result<(), String> {
    // SAFETY: it only tells who we are.
    if unsafe { libc::geteuid() } != 0 {
        return Err("package try: only root can start programs in another folder".into());
    }
    let work = folder().join("try");
    create_folder(&work)?;
    let packages = work.join("packages");
    fresh_folder(&packages)?;
    make(root(), &["deb"], &packages)?;

    println!("# a Debian, {suite}");
    let debian = Debian::fresh(suite, &work, &PROGRAMS)?;
    let inside = debian.folder.join(INSIDE.trim_start_matches('/'));
    let files = tree::files(&packages)?;
    tree::copy_files(&packages, &files, &inside)?;
    let scripts = root().join("packaging");
    for name in tree::files(&scripts)?.iter().filter(|name| !name.starts_with("debian")) {
        copy(&scripts.join(name), &inside.join(name))?;
    }

    let before = debian.library()?;
    let others = debian.others()?;
    println!("# the distribution's: {before}");
    jobs(&debian, &debian.upstream_version(&before.version), "theirs")?;

    let facts = Facts::of(root())?;
    let ours = deb::version(&facts);
    println!("# ours in its place");
    let debs = files.iter().filter(|file| file.extension().is_some_and(|end| end == "deb"));
    let debs: Vec<String> = debs.map(|file| format!("{INSIDE}/{}", file.display())).collect();
    debian.apt("install", &debs)?;
    let installed = debian.library()?;
    println!("# now: {installed}");
    same("the version", &installed.version, &ours)?;
    same("the other packages", &debian.others()?, &others)?;
    debian.healthy(&installed.package)?;
    jobs(&debian, &facts.version, "ours")?;
    debian.run("sh", &[&format!("{INSIDE}/check-install.sh"), "/usr"])?;

    println!("# an upgrade leaves it, and the distribution's comes back when it is asked for");
    debian.apt("dist-upgrade", &[])?;
    same("the library after an upgrade", &debian.library()?, &installed)?;
    let from_suite = |package: &str| format!("{package}/{suite}");
    debian.apt("install", &[from_suite(&before.package), from_suite("libuv1-dev")])?;
    let after = debian.library()?;
    println!("# now: {after}");
    same("the library", &after, &before)?;
    same("the other packages", &debian.others()?, &others)?;
    debian.healthy(&after.package)?;
    left(&debian.folder)?;
    jobs(&debian, &debian.upstream_version(&before.version), "theirs")?;
    fs::remove_dir_all(&debian.folder).map_err(|e| format!("{}: {e}", debian.folder.display()))
}

fn jobs(debian: &Debian, version: &str, whose: &str) -> Result<(), String> {
    debian.run("sh", &[&format!("{INSIDE}/try/jobs.sh"), version, whose])
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: &T, should: &T) -> Result<(), String> {
    if is == should { Ok(()) } else { Err(format!("{what}: {is:?}\nand not {should:?}")) }
}

/// Fails if something of ours is still there.
fn left(folder: &Path) -> Result<(), String> {
    let headers = folder.join("usr/include/uv.hpp");
    if headers.exists() {
        return Err(format!("{} is still there", headers.display()));
    }
    for name in NAMES {
        let bill = folder.join("usr/share/doc").join(name).join("libuv.cdx.json");
        if bill.exists() {
            return Err(format!("{} is still there", bill.display()));
        }
    }
    Ok(())
}
