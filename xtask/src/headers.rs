//! `cargo xtask headers`: writes `include/` from the sources of the library.
//!
//! Types, constants and prototypes come from cbindgen; what C has no Rust for (the maps, the enums'
//! names, conditional macros) is filled into the templates from the tables in `src/abi`.

mod render;
mod source;
mod text;

use std::collections::BTreeMap;
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The headers that libuv installs for this system, with their templates.
const TEMPLATES: &[(&str, &str)] = &[
    ("uv.h", include_str!("../templates/uv.h.in")),
    ("uv/errno.h", include_str!("../templates/errno.h.in")),
    ("uv/linux.h", include_str!("../templates/linux.h.in")),
    ("uv/threadpool.h", include_str!("../templates/threadpool.h.in")),
    ("uv/unix.h", include_str!("../templates/unix.h.in")),
    ("uv/version.h", include_str!("../templates/version.h.in")),
];

pub fn run(args: &[&str]) -> std::result::Result<(), String> {
    let check = match args {
        [] => false,
        ["--check"] => true,
        _ => return Err("usage: cargo xtask headers [--check]".into()),
    };
    let headers = generate(crate::root()).map_err(|error| error.to_string())?;
    let include = crate::root().join("include");
    if check {
        let stale = stale(&headers, &include);
        if stale.is_empty() {
            return Ok(());
        }
        return Err(format!("stale: {}; run `cargo xtask headers`", stale.join(", ")));
    }
    for (name, text) in &headers {
        let path = include.join(name);
        let folder = path.parent().unwrap_or(&include);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// The names of the headers whose file differs from what `src/` says now.
fn stale(headers: &BTreeMap<&str, String>, include: &Path) -> Vec<String> {
    headers
        .iter()
        .filter(|(name, text)| {
            std::fs::read_to_string(include.join(name)).ok().as_deref() != Some(text.as_str())
        })
        .map(|(name, _)| format!("include/{name}"))
        .collect()
}

/// Every header by its name below `include/`.
fn generate(root: &Path) -> Result<BTreeMap<&'static str, String>> {
    let facts = source::Facts::read(&root.join("src"))?;
    let values = render::values(&facts)?;
    let mut headers = BTreeMap::new();
    for (name, template) in TEMPLATES {
        headers.insert(*name, fill(template, &values).map_err(|error| format!("{name}: {error}"))?);
    }
    Ok(headers)
}

/// Replaces each line that is only `@NAME@` by the value of that name.
fn fill(template: &str, values: &BTreeMap<&str, String>) -> std::result::Result<String, String> {
    let mut text = String::new();
    for line in template.lines() {
        match line.strip_prefix('@').and_then(|rest| rest.strip_suffix('@')) {
            Some(name) => {
                let value = values.get(name).ok_or_else(|| format!("nothing is called @{name}@"))?;
                text.push_str(value.trim_end());
            }
            None => text.push_str(line),
        }
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_current() {
        let headers = generate(crate::root()).expect("the sources parse");
        assert_eq!(stale(&headers, &crate::root().join("include")), Vec::<String>::new());
    }

    #[test]
    fn templates_name_only_known_values() {
        let values = BTreeMap::from([("A", "one\ntwo\n".to_string())]);
        assert_eq!(fill("x\n@A@\ny", &values), Ok("x\none\ntwo\ny\n".to_string()));
        assert!(fill("@B@", &values).is_err());
    }
}
