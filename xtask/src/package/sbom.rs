//! What the library is made of, for programs that ask: a software bill of materials in CycloneDX's JSON.
//!
//! Of the library, what is linked is "required", and what only builds it "excluded". There is no serial number and
//! no time of day: the same sources give the same file.

use serde_json::{Value, json};

use super::facts::Facts;
use super::metadata::{Crate, Metadata};

/// `rustc` is the version of the compiler whose standard library is linked, where something was built.
pub fn text(metadata: &Metadata, facts: &Facts, rustc: Option<&str>) -> Result<String, String> {
    let name = |place: &usize| reference(&metadata.crates[*place]);
    let in_it = |place: &&usize| metadata.parts.contains_key(place);
    let standard = rustc.map(|version| format!("pkg:generic/rust-std@{version}"));
    let mut components: Vec<Value> =
        metadata.parts.iter().map(|(&place, &linked)| component(&metadata.crates[place], linked)).collect();
    let mut dependencies = Vec::new();
    for place in std::iter::once(&metadata.library).chain(metadata.parts.keys()) {
        let one = &metadata.crates[*place];
        let mut uses: Vec<String> = one.uses.iter().chain(&one.build_uses).filter(in_it).map(name).collect();
        uses.extend(standard.iter().filter(|_| *place == metadata.library).cloned());
        uses.sort();
        dependencies.push(json!({ "ref": name(place), "dependsOn": uses }));
    }
    if let (Some(version), Some(reference)) = (rustc, &standard) {
        components.push(json!({
            "type": "library", "bom-ref": reference, "name": "rust-std", "version": version, "scope": "required",
            "description": "The Rust standard library",
            "licenses": [{ "expression": "MIT OR Apache-2.0" }], "purl": reference,
        }));
        dependencies.push(json!({ "ref": reference, "dependsOn": [] }));
    }
    let mut library = component(&metadata.crates[metadata.library], true);
    if let Some(fields) = library.as_object_mut() {
        fields.remove("scope");
        fields.insert("description".into(), "A drop-in reimplementation of libuv".into());
    }
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "timestamp": timestamp(facts.epoch), "component": library },
        "components": components,
        "dependencies": dependencies,
    });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").map_err(|e| e.to_string())
}

fn component(one: &Crate, linked: bool) -> Value {
    let reference = reference(one);
    let mut component = json!({
        "type": "library", "bom-ref": reference, "name": one.name, "version": one.version,
        "scope": if linked { "required" } else { "excluded" },
        "licenses": [{ "expression": one.license }],
        "purl": reference,
    });
    if let Some(sum) = &one.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    if let Some(repository) = &one.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

/// How other lists of the same kind name it.
fn reference(one: &Crate) -> String {
    let kind = if one.foreign { "cargo" } else { "generic" };
    format!("pkg:{kind}/{}@{}", one.name, one.version)
}

/// Seconds since 1970 as a date and a time.
fn timestamp(epoch: u64) -> String {
    let (days, seconds) = (epoch / 86_400, epoch % 86_400);
    // Years that begin in March have their leap day at the end; they come in groups of 400, and are counted from
    // the year 0.
    let days = days + 719_468;
    let (group, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{:04}-{month:02}-{date:02}T{hours:02}:{minutes:02}:{seconds:02}Z", group * 400 + year + next)
}

#[cfg(test)]
mod tests {
    use super::super::metadata::tests::example;
    use super::*;

    fn facts() -> Facts {
        Facts { version: "1.0.0".into(), epoch: 951_782_400, triple: "any".into(), rustc: "1.85.0".into() }
    }

    #[test]
    fn every_reference_leads_to_a_component() {
        let text = text(&example(), &facts(), Some("1.85.0")).expect("it is written");
        let document: Value = serde_json::from_str(&text).expect("it is JSON");
        let components = document["components"].as_array().expect("a list");
        let mut known: Vec<&Value> = components.iter().map(|one| &one["bom-ref"]).collect();
        known.push(&document["metadata"]["component"]["bom-ref"]);
        assert_eq!(known.len(), 4, "the library, what it links and what builds it: {text}");
        for dependency in document["dependencies"].as_array().expect("a list") {
            assert!(known.contains(&&dependency["ref"]));
            assert!(dependency["dependsOn"].as_array().expect("a list").iter().all(|on| known.contains(&on)));
        }
    }

    #[test]
    fn what_builds_the_library_is_not_in_it() {
        let text = text(&example(), &facts(), None).expect("it is written");
        let document: Value = serde_json::from_str(&text).expect("it is JSON");
        let scopes: Vec<_> = document["components"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| (one["name"].as_str(), one["scope"].as_str()))
            .collect();
        assert_eq!(scopes, [(Some("builder"), Some("excluded")), (Some("linked"), Some("required"))]);
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00Z");
        assert_eq!(timestamp(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(timestamp(1_795_949_766), "2026-11-29T10:56:06Z");
    }
}
