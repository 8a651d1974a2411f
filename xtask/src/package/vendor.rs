//! The crates of `Cargo.lock` in a folder, so that nothing has to be fetched.
//!
//! Most of their bytes are for other systems. Cargo wants to see those crates, to know that nothing needs them here:
//! they keep what says so, their manifest, and lose the rest.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::command::{cargo, fresh_folder, output, read, write};
use super::tree;

/// What `docs/systems.md` promises.
const SYSTEMS: [&str; 8] = [
    "x86_64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "i686-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "armv7-unknown-linux-gnueabihf",
    "riscv64gc-unknown-linux-gnu",
    "powerpc64le-unknown-linux-gnu",
    "s390x-unknown-linux-gnu",
];

/// For `.cargo/config.toml`.
pub const CONFIG: &str = "
# The crates lie here: nothing is fetched.
[source.crates-io]
replace-with = \"vendored-sources\"

[source.vendored-sources]
directory = \"vendor\"
";

/// Fills a folder that is not there yet.
pub fn fill(sources: &Path, folder: &Path) -> Result<(), String> {
    let folder = std::path::absolute(folder).map_err(|e| e.to_string())?;
    // With the version in each name, as where cargo keeps what it fetches: both give the same bytes.
    output(
        cargo().args(["vendor", "--locked", "--quiet", "--versioned-dirs"]).arg(&folder).current_dir(sources),
    )?;
    let needed = needed(sources)?;
    for entry in fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let entry = entry.map_err(|e| e.to_string())?;
        if !entry.file_name().to_str().is_some_and(|name| needed.contains(name)) {
            hollow(&entry.path())?;
        }
    }
    Ok(())
}

/// The crates that a build for one of the systems could need, as `name-version`.
fn needed(sources: &Path) -> Result<BTreeSet<String>, String> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--locked"]).current_dir(sources);
    SYSTEMS.iter().for_each(|system| _ = command.args(["--filter-platform", system]));
    let text = output(&mut command)?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| format!("cargo metadata: {e}"))?;
    let name =
        |package: &Value| Some(format!("{}-{}", package["name"].as_str()?, package["version"].as_str()?));
    let names = metadata["packages"].as_array().map(|packages| packages.iter().filter_map(name).collect());
    names.ok_or_else(|| "cargo metadata: it has another form than expected".into())
}

/// Leaves a crate's manifest and its licences, and empty files where the manifest wants some.
fn hollow(folder: &Path) -> Result<(), String> {
    const SUMS: &str = ".cargo-checksum.json";
    let whole: Value = serde_json::from_str(&read(&folder.join(SUMS))?).map_err(|e| e.to_string())?;
    let manifest = read(&folder.join("Cargo.toml"))?;
    let mut kept = Vec::new();
    for file in tree::files(folder)? {
        let name = file.to_str().unwrap_or_default();
        let path = folder.join(&file);
        if is_source_of(&manifest, name) {
            kept.push((path, String::new()));
        } else if name == "Cargo.toml" || name.starts_with("LICENSE") {
            let text = read(&path)?;
            kept.push((path, text));
        }
    }
    // Nor are its folders left.
    fresh_folder(folder)?;
    kept.iter().try_for_each(|(path, text)| write(path, text.as_bytes()))?;
    let sums = serde_json::json!({ "files": {}, "package": whole["package"] });
    write(&folder.join(SUMS), sums.to_string().as_bytes())
}

/// Whether cargo looks for a file: by its usual name, or because the manifest names it.
fn is_source_of(manifest: &str, name: &str) -> bool {
    let named = || manifest.contains(&format!("\"{name}\"")) || manifest.contains(&format!("\"./{name}\""));
    ["src/lib.rs", "build.rs"].contains(&name) || name.ends_with(".rs") && named()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hollow_crate_is_still_one() {
        let folder = c_tests::target_folder().join("vendor-test");
        let file = |name: &str| folder.join(name);
        let manifest = "[package]\nname = \"other\"\nversion = \"1.0.0\"\n[[example]]\npath = \"e/one.rs\"\n";
        for (name, text) in [
            ("Cargo.toml", manifest),
            (".cargo-checksum.json", "{\"files\":{\"src/lib.rs\":\"1\"},\"package\":\"2\"}"),
            ("src/lib.rs", "pub mod large;"),
            ("src/large.rs", "pub fn large() {}"),
            ("e/one.rs", "fn main() {}"),
            ("LICENSE-MIT", "you may"),
        ] {
            write(&file(name), text.as_bytes()).expect("the target folder is writable");
        }
        hollow(&folder).expect("it has what each vendored crate has");
        let names: Vec<_> = tree::files(&folder).expect("it is there");
        let names: Vec<_> = names.iter().filter_map(|name| name.to_str()).collect();
        assert_eq!(names, [".cargo-checksum.json", "Cargo.toml", "LICENSE-MIT", "e/one.rs", "src/lib.rs"]);
        let text = |name| read(&file(name)).expect("it is kept");
        assert_eq!(text("Cargo.toml"), manifest);
        assert_eq!(text("src/lib.rs") + &text("e/one.rs"), "");
        assert_eq!(text(".cargo-checksum.json"), "{\"files\":{},\"package\":\"2\"}");
    }
}
