//! The source tarball: it builds on a machine without a network.

use std::fs;
use std::path::{Path, PathBuf};

use super::command::{fresh_folder, read, write};
use super::facts::Facts;
use super::metadata::Metadata;
use super::{sbom, tarball, tree, vendor};

const CONFIG: &str = ".cargo/config.toml";
const BILL: &str = "libuv.cdx.json";

pub fn make(sources: &Path, facts: &Facts, metadata: &Metadata, into: &Path) -> Result<PathBuf, String> {
    let name = format!("libuv-{}", facts.version);
    let stage = into.join("stage-source");
    let folder = stage.join(&name);
    fresh_folder(&stage)?;
    let files = tree::sources(sources)?;
    tree::copy_files(sources, &files, &folder)?;
    let vendored = sources.join("vendor");
    if vendored.is_dir() {
        // This is such a tarball, unpacked.
        tree::copy_files(&vendored, &tree::files(&vendored)?, &folder.join("vendor"))?;
    } else {
        vendor::fill(sources, &folder.join("vendor"))?;
        let config = read(&folder.join(CONFIG))? + vendor::CONFIG;
        write(&folder.join(CONFIG), config.as_bytes())?;
    }
    write(&folder.join(BILL), sbom::text(metadata, facts, None)?.as_bytes())?;
    let file = tarball::pack(&stage, &name, facts.epoch, into)?;
    fs::remove_dir_all(&stage).map_err(|e| format!("{}: {e}", stage.display()))?;
    Ok(file)
}
