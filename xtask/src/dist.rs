//! `cargo xtask dist`: headers and libraries in one folder, as C programs want them. (CMake installs the
//! same, with what finds them.)

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use c_tests::{Linkage, own_library_for, target_folder};

use crate::root;

const USAGE: &str = "usage: cargo xtask dist [--target TRIPLE] [FOLDER]";

/// The library and the names under which linkers and programs look for it.
const SHARED: &str = "libuv.so.1.0.0";
const LINKS: [(&str, &str); 2] = [("libuv.so.1", SHARED), ("libuv.so", "libuv.so.1")];

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (target, folder) = match arguments {
        ["--target", target, rest @ ..] => (Some(*target), rest),
        rest => (None, rest),
    };
    let folder = match folder {
        [] => target_folder().join("dist"),
        [folder] if !folder.starts_with('-') => PathBuf::from(folder),
        _ => return Err(USAGE.into()),
    };
    let library =
        |linkage| own_library_for(linkage, target.map(str::to_string)).map(|library| library.folder);
    let shared = library(Linkage::Shared).map_err(|error| error.to_string())?;
    let fixed = library(Linkage::Static).map_err(|error| error.to_string())?;
    fill(&folder, &shared.join("libuv.so"), &fixed.join("libuv.a"))
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    crate::manual::write_man_pages(&folder.join("share/man/man3"))?;
    println!("{}", folder.display());
    Ok(())
}

fn fill(folder: &Path, shared: &Path, fixed: &Path) -> io::Result<()> {
    let (include, lib) = (folder.join("include"), folder.join("lib"));
    copy_folder(&root().join("include"), &include)?;
    fs::create_dir_all(&lib)?;
    fs::copy(shared, lib.join(SHARED))?;
    fs::copy(fixed, lib.join("libuv.a"))?;
    for (link, to) in LINKS {
        let link = lib.join(link);
        match fs::remove_file(&link) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => symlink(to, link)?,
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_can_be_filled_again() {
        let folder = target_folder().join("dist-test");
        for text in ["one", "two"] {
            fs::create_dir_all(&folder).expect("the target folder is writable");
            fs::write(folder.join("library"), text).expect("so are files in it");
            fill(&folder, &folder.join("library"), &folder.join("library")).expect("it is filled");
            let through_links =
                fs::read_to_string(folder.join("lib/libuv.so")).expect("the links lead there");
            assert_eq!(through_links, text);
        }
        assert!(folder.join("include/uv/unix.h").is_file());
    }
}
