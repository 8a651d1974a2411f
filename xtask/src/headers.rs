//! `cargo xtask headers`: writes `include/` from the sources of the library.
//!
//! Types, constants and prototypes come from cbindgen; what C has no Rust for (the maps, the enums'
//! names, conditional macros) is filled into the templates from the tables in `src/abi`.

mod ext;
mod render;
pub mod signature;
pub mod source;
mod text;

use std::collections::BTreeMap;

use crate::generated::{self, Result};

/// The headers that libuv installs for this system, and our own, with their templates.
const TEMPLATES: &[(&str, &str)] = &[
    ("uv.h", include_str!("../templates/uv.h.in")),
    ("uv/ext.h", include_str!("../templates/ext.h.in")),
    ("uv/errno.h", include_str!("../templates/errno.h.in")),
    ("uv/linux.h", include_str!("../templates/linux.h.in")),
    ("uv/threadpool.h", include_str!("../templates/threadpool.h.in")),
    ("uv/unix.h", include_str!("../templates/unix.h.in")),
    ("uv/version.h", include_str!("../templates/version.h.in")),
];

pub fn run(args: &[&str]) -> std::result::Result<(), String> {
    generated::run(args, "headers", generate)
}

/// Every header by its name in the repository.
fn generate() -> Result<BTreeMap<String, String>> {
    let facts = source::Facts::read(&crate::root().join("src"))?;
    let values = render::values(&facts)?;
    let mut headers = BTreeMap::new();
    for (name, template) in TEMPLATES {
        headers.insert(
            format!("include/{name}"),
            fill(template, &values).map_err(|error| format!("{name}: {error}"))?,
        );
    }
    Ok(headers)
}

/// Replaces each line that is only `@NAME@` by the value of that name.
pub fn fill(template: &str, values: &BTreeMap<&str, String>) -> std::result::Result<String, String> {
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
        let headers = generate().expect("the sources parse");
        assert_eq!(generated::stale(&headers), Vec::<String>::new());
    }

    #[test]
    fn templates_name_only_known_values() {
        let values = BTreeMap::from([("A", "one\ntwo\n".to_string())]);
        assert_eq!(fill("x\n@A@\ny", &values), Ok("x\none\ntwo\ny\n".to_string()));
        assert!(fill("@B@", &values).is_err());
    }
}
