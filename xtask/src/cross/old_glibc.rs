//! Building against an old C library, Debian 11's, with this machine's own compiler. Symbols have the version of the
//! library that they are found in, and only older ones are asked of the systems where the result runs.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::apt::{Apt, Suite};
use super::tools::Tools;

/// Also the part of the compiler's run time that the C library loads by itself: a newer one is not for it.
const PACKAGES: [&str; 4] = ["libc6", "libc6-dev", "linux-libc-dev", "libgcc-s1"];

/// What the result may ask for: as much as the Rust standard library does.
pub const NEEDED: [u32; 2] = [2, 17];

/// For libraries, which are to find the C library of wherever they are.
pub fn linker(tools: &Tools) -> Result<PathBuf, String> {
    tools.wrapper("old-glibc-gcc", &format!("exec {} \"$@\"", compiler(tools)?))
}

/// For programs, which find this very C library.
pub fn c_compiler(tools: &Tools) -> Result<PathBuf, String> {
    let folder = root(tools).join("lib/x86_64-linux-gnu");
    let folder = folder.display();
    // What the program says of folders holds for the libraries as well, unlike what newer linkers make of it.
    let command = format!(
        "exec {} -Wl,--dynamic-linker={folder}/ld-2.31.so -Wl,--disable-new-dtags,-rpath,{folder} \"$@\"",
        compiler(tools)?
    );
    tools.wrapper("old-glibc-program-gcc", &command)
}

fn root(tools: &Tools) -> PathBuf {
    folder(tools).join("root")
}

/// Apart from what is unpacked for the others.
fn folder(tools: &Tools) -> PathBuf {
    tools.folder().join("old-glibc")
}

/// What calls this machine's compiler so that it meets the old library first.
fn compiler(tools: &Tools) -> Result<String, String> {
    let (folder, root) = (folder(tools), root(tools));
    Apt { folder: &folder, suite: Suite::Older, architecture: None }.unpack(&PACKAGES)?;
    for links in ["lib64", "usr/lib/x86_64-linux-gnu"] {
        keep_links_inside(&root, &root.join(links))?;
    }
    let root = root.display();
    let objects = format!("{root}/usr/lib/x86_64-linux-gnu");
    Ok(format!("cc --sysroot={root} -B{objects} -L{objects} -L{root}/lib/x86_64-linux-gnu"))
}

/// Links that lead from the top lead out of what was unpacked.
fn keep_links_inside(root: &Path, folder: &Path) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)?.flatten() {
        let Ok(to) = fs::read_link(entry.path()) else { continue };
        if let (false, Ok(inside)) = (to.starts_with(root), to.strip_prefix("/")) {
            fs::remove_file(entry.path()).map_err(failed)?;
            symlink(root.join(inside), entry.path()).map_err(failed)?;
        }
    }
    Ok(())
}
