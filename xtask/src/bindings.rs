//! `cargo xtask bindings`: writes what `bindings/` knows of the library, from the library's sources.

mod ctypes;
mod python;
mod stub;

use std::collections::BTreeMap;

use crate::generated::{self, Files, Result};
use crate::headers::source::Facts;

pub fn run(args: &[&str]) -> std::result::Result<(), String> {
    generated::run(args, "bindings", generate)
}

fn generate() -> Result<Files> {
    let facts = Facts::read(&crate::root().join("src"))?.of_libuv();
    Ok(BTreeMap::from([
        ("bindings/python/uv/_abi.py".to_string(), python::module(&facts)?),
        ("bindings/python/uv/_abi.pyi".to_string(), stub::module(&facts)?),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bindings_are_current() {
        assert_eq!(generated::stale(&generate().expect("the sources parse")), Vec::<&str>::new());
    }
}
