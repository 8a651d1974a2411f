//! The licences of what a built library contains, which have to go with it.

use std::fs;
use std::path::Path;

use super::command::read;
use super::facts::Facts;
use super::metadata::{Crate, Metadata};

/// Ours, and those of the crates that are linked, with their texts.
pub fn text(sources: &Path, metadata: &Metadata, facts: &Facts) -> Result<String, String> {
    let mut text = format!("libuv {}, in Rust: MIT\n\n{}", facts.version, read(&sources.join("LICENSE"))?);
    text += &heading(&format!("the Rust standard library, {}: MIT OR Apache-2.0", facts.rustc));
    text += "Copyright (c) The Rust Project contributors. It is used under the terms of the MIT licence, as above.\n\
        Here as below, the other licence is in /usr/share/common-licenses/Apache-2.0 where the system is a Debian.\n";
    let linked = metadata.parts.iter().filter(|(_, linked)| **linked).map(|(&place, _)| place);
    for one in linked.map(|place| &metadata.crates[place]) {
        text += &heading(&format!("{} {}: {}", one.name, one.version, one.license));
        text += &own_text(one)?;
    }
    Ok(text)
}

fn heading(title: &str) -> String {
    format!("\n{}\n{title}\n\n", "-".repeat(80))
}

/// The file in which a crate says under which terms it may be used: the MIT licence's, where there are several.
fn own_text(one: &Crate) -> Result<String, String> {
    let entries = fs::read_dir(&one.folder).map_err(|e| format!("{}: {e}", one.folder.display()))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.to_uppercase().starts_with("LICENSE")).collect();
    names.sort_by_key(|name| (!name.to_uppercase().contains("MIT"), name.clone()));
    let name = names.first().ok_or_else(|| format!("{} {} has no licence", one.name, one.version))?;
    read(&one.folder.join(name))
}
