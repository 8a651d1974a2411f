//! `cargo xtask package`: the library as others get it, tarballs and Debian packages, and the checks on them.
//!
//! Each kind is made from a folder of sources, which need not be this one: an unpacked source tarball gives the
//! same bytes. What is taken for a build depends on nothing but the sources, their date and the tools.

mod binary;
mod build;
mod check;
pub mod command;
mod deb;
mod facts;
mod licences;
mod metadata;
mod sbom;
mod source;
mod stage;
mod tarball;
mod tree;
mod trial;
mod twice;
mod vendor;

use std::path::{Path, PathBuf};

use crate::root;
use build::Built;
use facts::Facts;
use metadata::Metadata;

const USAGE: &str = "\
usage: cargo xtask package [WHAT ...] [--into FOLDER]

  source    libuv-VERSION.tar.xz: the sources, with all crates that they need
  binary    libuv-VERSION-TRIPLE.tar.xz: headers, libraries, pkg-config files and a CMake package
  deb       libuv1 and libuv1-dev for this machine's Debian
  sbom      libuv-VERSION.cdx.json: what the library is made of
            (without WHAT all of them, and SHA256SUMS; FOLDER is target/package)

  twice     make all of them twice, from two folders, and compare the bytes
  check [PREFIX]
            build programs in each way that an installation offers; without PREFIX on all kinds of installations
  try [bookworm | trixie]
            in a fresh Debian: install over the distribution's libuv1, work, take it back (root; fetches 300 MB)";

pub fn run(arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["twice"] => twice::run(),
        ["check", rest @ ..] if rest.len() <= 1 => check::run(rest.first().copied()),
        ["try"] => trial::run("bookworm"),
        ["try", suite @ ("bookworm" | "trixie")] => trial::run(suite),
        [kinds @ .., "--into", folder] => make(root(), kinds, Path::new(folder)),
        kinds => make(root(), kinds, &folder()),
    }
}

/// Where packages lie that nobody wants elsewhere.
fn folder() -> PathBuf {
    c_tests::target_folder().join("package")
}

const KINDS: [&str; 4] = ["source", "binary", "deb", "sbom"];

/// Makes packages of the sources in a folder.
fn make(sources: &Path, kinds: &[&str], into: &Path) -> Result<(), String> {
    if kinds.iter().any(|kind| !KINDS.contains(kind)) {
        return Err(USAGE.into());
    }
    let wanted = |kind| kinds.is_empty() || kinds.contains(&kind);
    let facts = Facts::of(sources)?;
    let metadata = Metadata::of(sources)?;
    command::create_folder(into)?;
    let mut files = Vec::new();
    if wanted("source") {
        files.push(source::make(sources, &facts, &metadata, into)?);
    }
    if wanted("binary") || wanted("deb") {
        let built = Built::of(sources, &facts)?;
        if wanted("binary") {
            files.push(binary::make(sources, &facts, &metadata, &built, into)?);
        }
        if wanted("deb") {
            files.extend(deb::make(sources, &facts, &metadata, &built, into)?);
        }
    }
    if wanted("sbom") {
        let file = into.join(format!("libuv-{}.cdx.json", facts.version));
        command::write(&file, sbom::text(&metadata, &facts, None)?.as_bytes())?;
        files.push(file);
    }
    command::write(&into.join("SHA256SUMS"), checksums(into, &files)?.as_bytes())?;
    files.iter().for_each(|file| println!("{}", file.display()));
    Ok(())
}

/// In the form that `sha256sum --check` reads.
fn checksums(folder: &Path, files: &[PathBuf]) -> Result<String, String> {
    let mut names: Vec<_> = files.iter().filter_map(|file| file.file_name()).collect();
    names.sort();
    command::output(std::process::Command::new("sha256sum").args(names).current_dir(folder))
}
