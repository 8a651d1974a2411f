//! The binary tarball: a folder that can be unpacked anywhere.

use std::fs;
use std::path::{Path, PathBuf};

use super::build::Built;
use super::command::{fresh_folder, write};
use super::facts::Facts;
use super::metadata::Metadata;
use super::stage::{self, Places};
use super::{licences, sbom, tarball};

/// pkg-config finds the folder from where its files are.
const PLACES: Places<'static> = Places { lib: "lib", prefix: "${pcfiledir}/../.." };

pub fn make(
    sources: &Path,
    facts: &Facts,
    metadata: &Metadata,
    built: &Built,
    into: &Path,
) -> Result<PathBuf, String> {
    let name = format!("libuv-{}-{}", facts.version, facts.triple);
    let stage = into.join("stage-binary");
    let folder = stage.join(&name);
    fresh_folder(&stage)?;
    stage::shared(&folder, &PLACES, built)?;
    stage::development(&folder, sources, &PLACES, built, facts)?;
    let doc = folder.join("share/doc/libuv");
    write(&doc.join("LICENSES"), licences::text(sources, metadata, facts)?.as_bytes())?;
    write(&doc.join("libuv.cdx.json"), sbom::text(metadata, facts, Some(&facts.rustc))?.as_bytes())?;
    stage::place(&sources.join("CHANGELOG.md"), &doc.join("CHANGELOG.md"))?;
    let file = tarball::pack(&stage, &name, facts.epoch, into)?;
    fs::remove_dir_all(&stage).map_err(|e| format!("{}: {e}", stage.display()))?;
    Ok(file)
}
