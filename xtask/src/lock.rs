//! `cargo xtask lock`: whether the crates of `Cargo.lock` keep the promise that `rust-version` makes.
//!
//! Cargo refuses a toolchain that is older than what a crate asks for, so one crate that asks for more
//! than we do breaks the promise for everybody.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::root;

/// Crates that the library links and that do not say what they need, in the versions that were built
/// with our `rust-version`. Another version has to be tried anew.
const TRIED: [(&str, &str); 2] = [("scopeguard", "1.2.0"), ("smallvec", "1.16.6")];

/// Whose dependencies are linked into programs.
const LIBRARY: &str = "libuv";

pub fn run(arguments: &[&str]) -> Result<(), String> {
    if !arguments.is_empty() {
        return Err("usage: cargo xtask lock".into());
    }
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: Value =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
    let complaints =
        complaints(&metadata, &TRIED).ok_or("cargo metadata: it has another form than expected")?;
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

/// What breaks the promise; `None` if this is not what cargo says of a package.
fn complaints(metadata: &Value, tried: &[(&str, &str)]) -> Option<Vec<String>> {
    let packages = metadata["packages"].as_array()?;
    let library = packages.iter().find(|package| package["name"] == LIBRARY)?;
    let promise = library["rust_version"].as_str()?;
    let linked = linked(metadata, library["id"].as_str()?)?;
    let mut complaints = Vec::new();
    for package in packages {
        let (name, version) = (package["name"].as_str()?, package["version"].as_str()?);
        match package["rust_version"].as_str() {
            Some(needed) if numbers(needed)? > numbers(promise)? => {
                complaints.push(format!("{name} {version} needs Rust {needed}; we promise {promise}"));
            }
            None if linked.contains(package["id"].as_str()?) && !tried.contains(&(name, version)) => {
                complaints.push(format!(
                    "{name} {version} does not say which Rust it needs: build with {promise}, and note it in {}",
                    file!()
                ));
            }
            _ => {}
        }
    }
    Some(complaints)
}

/// The packages that a program gets with the library, on the systems that it runs on.
fn linked<'a>(metadata: &'a Value, library: &'a str) -> Option<BTreeSet<&'a str>> {
    let nodes = metadata["resolve"]["nodes"].as_array()?;
    let mut linked = BTreeSet::new();
    let mut ahead = vec![library];
    while let Some(id) = ahead.pop() {
        if !linked.insert(id) {
            continue;
        }
        let node = nodes.iter().find(|node| node["id"] == id)?;
        for dependency in node["deps"].as_array()? {
            if dependency["dep_kinds"].as_array()?.iter().any(is_linked) {
                ahead.push(dependency["pkg"].as_str()?);
            }
        }
    }
    Some(linked)
}

/// Whether a dependency is no build tool or test, and not for a system that we do not run on.
fn is_linked(kind: &Value) -> bool {
    kind["kind"].is_null() && !is_elsewhere(kind)
}

/// Whether only systems that we do not run on have a dependency.
pub fn is_elsewhere(kind: &Value) -> bool {
    let elsewhere =
        |target: &str| ["wasi", "redox", "windows", "hermit"].iter().any(|name| target.contains(name));
    kind["target"].as_str().is_some_and(elsewhere)
}

/// `1.85` and `1.85.0` alike.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut numbers = [0; 3];
    for (place, part) in numbers.iter_mut().zip(version.split('.')) {
        *place = part.parse().ok()?;
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What cargo says of a library that links `linked` and has `tool` for its tests.
    fn metadata(linked: Option<&str>, tool: Option<&str>) -> Value {
        serde_json::json!({
            "packages": [
                { "id": "1", "name": "libuv", "version": "1.53.0", "rust_version": "1.85" },
                { "id": "2", "name": "linked", "version": "2.0.0", "rust_version": linked },
                { "id": "3", "name": "tool", "version": "3.0.0", "rust_version": tool },
            ],
            "resolve": { "nodes": [
                { "id": "1", "deps": [
                    { "pkg": "2", "dep_kinds": [{ "kind": null, "target": "cfg(unix)" }] },
                    { "pkg": "3", "dep_kinds": [{ "kind": "dev", "target": null }] },
                ] },
                { "id": "2", "deps": [
                    { "pkg": "3", "dep_kinds": [{ "kind": null, "target": "cfg(target_os = \"wasi\")" }] },
                ] },
                { "id": "3", "deps": [] },
            ] },
        })
    }

    #[test]
    fn the_same_version_or_an_older_one_will_do() {
        assert_eq!(complaints(&metadata(Some("1.85.0"), Some("1.9")), &[]), Some(vec![]));
    }

    #[test]
    fn a_crate_that_needs_a_newer_toolchain_breaks_the_promise_even_as_a_tool() {
        let newer = complaints(&metadata(Some("1.95"), Some("1.85.1")), &[]).expect("a package has these");
        assert_eq!(newer.len(), 2);
        assert_eq!(newer[0], "linked 2.0.0 needs Rust 1.95; we promise 1.85");
    }

    #[test]
    fn a_crate_that_says_nothing_has_to_be_tried_if_it_is_linked() {
        let silent = metadata(None, None);
        assert_eq!(complaints(&silent, &[]).map(|found| found.len()), Some(1));
        assert_eq!(complaints(&silent, &[("linked", "1.9.0")]).map(|found| found.len()), Some(1));
        assert_eq!(complaints(&silent, &[("linked", "2.0.0")]), Some(vec![]));
    }

    #[test]
    fn another_form_is_not_taken_for_a_kept_promise() {
        assert_eq!(complaints(&serde_json::json!({ "packages": [] }), &[]), None);
    }
}
