//! A tar archive that depends on names, contents and permissions of files alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::output;

/// Packs the folder `name` in `parent` as `name.tar.xz`.
pub fn pack(parent: &Path, name: &str, epoch: u64, into: &Path) -> Result<PathBuf, String> {
    let archive = into.join(format!("{name}.tar"));
    output(
        Command::new("tar")
            .args(["--create", "--format=gnu", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"])
            .args(["--mode=u=rwX,go=rX", "--no-acls", "--no-xattrs", &format!("--mtime=@{epoch}"), "--file"])
            .arg(std::path::absolute(&archive).map_err(|e| e.to_string())?)
            .arg(name)
            .current_dir(parent),
    )?;
    // With several threads the blocks, and so the bytes, would depend on their number.
    output(Command::new("xz").args(["--force", "--threads=1", "-6"]).arg(&archive))?;
    Ok(into.join(format!("{name}.tar.xz")))
}
