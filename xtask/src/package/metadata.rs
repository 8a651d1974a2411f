//! What cargo says of the crates: which the library links, which build it, and where they lie.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::lock;

use super::command::{cargo, output, read};

/// Whose dependencies are linked into programs.
const LIBRARY: &str = "libuv";

pub struct Metadata {
    /// All crates of `Cargo.lock`, by name and version.
    pub crates: Vec<Crate>,
    /// Whether the library links a crate, and not only its build needs it; by the crate's place in `crates`. All
    /// that are in neither group are for the project's own tools.
    pub parts: BTreeMap<usize, bool>,
    /// The library's own place.
    pub library: usize,
}

pub struct Crate {
    pub name: String,
    pub version: String,
    pub license: String,
    pub repository: Option<String>,
    pub folder: PathBuf,
    /// Fetched, and not a part of the project.
    pub foreign: bool,
    /// Of the archive that a registry has.
    pub checksum: Option<String>,
    /// Those whose code it uses, as far as the library's systems need it, and those that only its build does.
    pub uses: Vec<usize>,
    pub build_uses: Vec<usize>,
}

impl Metadata {
    pub fn of(sources: &Path) -> Result<Metadata, String> {
        let ask = |arguments: &[&str]| output(cargo().args(arguments).arg("--locked").current_dir(sources));
        let text = ask(&["metadata", "--format-version", "1"])?;
        // For the whole workspace cargo turns on what any of its crates wants; here only the library counts.
        let tree = |edges| ask(&["tree", "--package", LIBRARY, "--prefix", "none", "--edges", edges]);
        let trees = [tree("normal")?, tree("normal,build")?];
        let lock = read(&sources.join("Cargo.lock"))?;
        let value: Value = serde_json::from_str(&text).map_err(|e| format!("cargo metadata: {e}"))?;
        parse(&value, &trees, &lock).ok_or_else(|| "cargo metadata: it has another form than expected".into())
    }
}

/// `trees` are what cargo lists as linked, and as linked or used for building.
fn parse(metadata: &Value, trees: &[impl AsRef<str>; 2], lock: &str) -> Option<Metadata> {
    let packages = metadata["packages"].as_array()?;
    let mut packages: Vec<&Value> = packages.iter().collect();
    packages.sort_by_key(|package| (package["name"].as_str(), package["version"].as_str()));
    let place = |id: &Value| packages.iter().position(|package| package["id"] == *id);
    let checksums = checksums(lock);
    let mut crates = Vec::new();
    for package in &packages {
        let (name, version) = (package["name"].as_str()?, package["version"].as_str()?);
        crates.push(Crate {
            name: name.to_owned(),
            version: version.to_owned(),
            license: license(package["license"].as_str()?),
            repository: package["repository"].as_str().map(str::to_owned),
            folder: Path::new(package["manifest_path"].as_str()?).parent()?.to_owned(),
            foreign: !package["source"].is_null(),
            checksum: checksums.get(&(name, version)).map(|sum| (*sum).to_owned()),
            uses: Vec::new(),
            build_uses: Vec::new(),
        });
    }
    for node in metadata["resolve"]["nodes"].as_array()? {
        let user = &mut crates[place(&node["id"])?];
        for dependency in node["deps"].as_array()? {
            let used = place(&dependency["pkg"])?;
            for kind in dependency["dep_kinds"].as_array()?.iter().filter(|kind| !lock::is_elsewhere(kind)) {
                match kind["kind"].as_str() {
                    None => user.uses.push(used),
                    Some("build") => user.build_uses.push(used),
                    Some(_) => {}
                }
            }
        }
        for list in [&mut user.uses, &mut user.build_uses] {
            list.sort_unstable();
            list.dedup();
        }
    }
    let library = crates.iter().position(|one| one.name == LIBRARY)?;
    let [linked, all] = trees.each_ref().map(|tree| listed(tree.as_ref()));
    let name = |one: &Crate| format!("{} v{}", one.name, one.version);
    let known =
        crates.iter().enumerate().filter(|(place, one)| *place != library && all.contains(&*name(one)));
    let parts = known.map(|(place, one)| (place, linked.contains(&*name(one)))).collect();
    Some(Metadata { parts, crates, library })
}

/// The crates in a tree of cargo's, as `name vVERSION`.
fn listed(tree: &str) -> BTreeSet<&str> {
    // Some have their folder behind them, or a note that they were there before.
    let name = |line: &'_ str| line.match_indices(' ').nth(1).map_or(line.len(), |(end, _)| end);
    tree.lines().map(|line| &line[..name(line)]).collect()
}

/// Older crates write a slash for "or".
fn license(text: &str) -> String {
    text.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

/// The checksums in a Cargo.lock.
fn checksums(lock: &str) -> BTreeMap<(&str, &str), &str> {
    let mut found = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let field = |name: &str| {
            let rest = package.split_once(&format!("\n{name} = \""))?.1;
            rest.split('"').next()
        };
        if let (Some(name), Some(version), Some(sum)) = (field("name"), field("version"), field("checksum")) {
            found.insert((name, version), sum);
        }
    }
    found
}

#[cfg(test)]
pub mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n
[[package]]\nname = \"libuv\"\nversion = \"1.0.0\"\ndependencies = [\n \"linked\",\n]\n
[[package]]\nname = \"linked\"\nversion = \"2.0.0\"\nsource = \"registry\"\nchecksum = \"cafe\"\n";

    fn package(id: &str, name: &str, license: &str, source: Option<&str>) -> Value {
        let version = format!("{id}.0.0");
        serde_json::json!({ "id": id, "name": name, "version": version, "license": license, "source": source,
            "repository": "https://example.org/", "manifest_path": format!("/crates/{name}/Cargo.toml") })
    }

    /// A library that links one crate, is built by another, and is tested by a third.
    pub fn example() -> Metadata {
        let depends = |on: &str, kind: Value, target: Value| serde_json::json!({ "pkg": on, "dep_kinds": [{ "kind": kind, "target": target }] });
        let metadata = serde_json::json!({
            "packages": [
                package("1", "libuv", "MIT", None),
                package("2", "linked", "MIT/Apache-2.0", Some("registry")),
                package("3", "builder", "MIT", Some("registry")),
                package("4", "tester", "MPL-2.0", Some("registry")),
                package("5", "windows", "MIT", Some("registry")),
            ],
            "resolve": { "nodes": [
                { "id": "1", "deps": [
                    depends("2", Value::Null, Value::Null),
                    depends("3", "build".into(), Value::Null),
                    depends("4", "dev".into(), Value::Null),
                ] },
                { "id": "2", "deps": [depends("5", Value::Null, "cfg(windows)".into())] },
                { "id": "3", "deps": [] }, { "id": "4", "deps": [] }, { "id": "5", "deps": [] },
            ] },
        });
        let trees = [
            "libuv v1.0.0 (/crates/libuv)\nlinked v2.0.0",
            "libuv v1.0.0 (/crates/libuv)\nlinked v2.0.0\nbuilder v3.0.0\nlinked v2.0.0 (*)",
        ];
        parse(&metadata, &trees, LOCK).expect("this is how cargo says it")
    }

    #[test]
    fn what_is_linked_what_builds_and_what_tests_are_told_apart() {
        let metadata = example();
        let parts: Vec<_> = metadata
            .parts
            .iter()
            .map(|(&one, &linked)| (metadata.crates[one].name.as_str(), linked))
            .collect();
        assert_eq!(parts, [("builder", false), ("linked", true)]);
    }

    #[test]
    fn checksums_and_licences_are_those_of_the_registry() {
        let metadata = example();
        let linked = metadata.crates.iter().find(|one| one.name == "linked").expect("it is there");
        assert_eq!(linked.checksum.as_deref(), Some("cafe"));
        assert_eq!(linked.license, "MIT OR Apache-2.0");
    }
}
