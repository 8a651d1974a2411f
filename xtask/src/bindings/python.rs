//! `_abi.py`: constants, errors, structs, callback types and prototypes for Python's ctypes.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::ctypes::{Types, python_name};
use crate::generated::Result;
use crate::headers::fill;
use crate::headers::signature::Type;
use crate::headers::source::{ErrorKind, Facts};

const TEMPLATE: &str = include_str!("../../templates/abi.py.in");

pub fn module(facts: &Facts) -> Result<String> {
    let types = Types::new(facts);
    let values = BTreeMap::from([
        ("CONSTANTS", constants(facts)),
        ("ERRORS", errors(facts)),
        ("STRUCTS", structs(&types)),
        ("CALLBACKS", callbacks(facts, &types)?),
        ("FIELDS", fields(&types)?),
        ("PROTOTYPES", prototypes(facts, &types)?),
    ]);
    Ok(fill(TEMPLATE, &values)?)
}

fn constants(facts: &Facts) -> String {
    let mut text = String::new();
    for item in &facts.constants {
        let _ = writeln!(text, "{} = {}", item.name, item.value);
    }
    for item in &facts.enums {
        text.push('\n');
        if !item.doc.is_empty() {
            let _ = writeln!(text, "# {}", item.doc.replace('`', ""));
        }
        for (name, value) in &item.variants {
            let _ = writeln!(text, "{name} = {value}");
        }
    }
    text.push_str("\n# Flags of uv_fs_open: the system's, or 0 where it has none.\n");
    for name in &facts.fs_flags {
        let _ = writeln!(text, "{name} = getattr(os, \"{}\", 0)", name.trim_start_matches("UV_FS_"));
    }
    text
}

fn errors(facts: &Facts) -> String {
    let mut text = String::new();
    for error in &facts.errors {
        let _ = match error.kind {
            ErrorKind::Own => writeln!(text, "UV_{} = {}", error.name, error.number),
            ErrorKind::System => writeln!(text, "UV_{0} = _system(\"{0}\", {1})", error.name, error.number),
        };
    }
    text.push_str("\n# Names and messages by number.\nERRORS = {\n");
    for error in &facts.errors {
        let _ = writeln!(text, "    UV_{0}: (\"{0}\", {1:?}),", error.name, error.message);
    }
    text + "}\n"
}

/// The classes of the structs: callbacks point to them before their fields can name callbacks.
fn structs(types: &Types) -> String {
    let mut text = String::new();
    for item in types.aggregates() {
        let base = if item.union { "Union" } else { "Structure" };
        let _ = write!(text, "class {}({base}):\n    pass\n\n\n", python_name(item));
    }
    text
}

fn fields(types: &Types) -> Result<String> {
    let mut text = String::new();
    for item in types.aggregates() {
        writeln!(text, "{}._fields_ = [", python_name(item))?;
        for (field, kind) in &item.fields {
            writeln!(text, "    (\"{field}\", {}),", types.name(kind)?)?;
        }
        text.push_str("]\n");
    }
    Ok(text)
}

fn callbacks(facts: &Facts, types: &Types) -> Result<String> {
    let mut text = String::new();
    for (name, target) in &facts.aliases {
        if let Type::Callback(signature) = target {
            writeln!(text, "{name} = {}", types.callback(signature)?)?;
        }
    }
    Ok(text)
}

fn prototypes(facts: &Facts, types: &Types) -> Result<String> {
    let mut functions: Vec<_> = facts.modules.values().flat_map(|module| &module.exports).collect();
    functions.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = "PROTOTYPES = {\n".to_string();
    for function in functions {
        let parts = types.signature(&function.signature);
        let parts = parts.map_err(|error| format!("{}: {error}", function.name))?;
        let comma = if parts.len() == 1 { "," } else { "" };
        writeln!(text, "    \"{}\": ({}{comma}),", function.name, parts.join(", "))?;
    }
    Ok(text + "}\n")
}
