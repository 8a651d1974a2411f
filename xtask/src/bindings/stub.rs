//! `_abi.pyi`: what `_abi.py` has, with its types, for those who check programs before they run.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::ctypes::{Types, python_name};
use crate::generated::Result;
use crate::headers::fill;
use crate::headers::signature::{Signature, Type};
use crate::headers::source::Facts;

const TEMPLATE: &str = include_str!("../../templates/abi.pyi.in");

pub fn module(facts: &Facts) -> Result<String> {
    let types = Types::new(facts);
    let values = BTreeMap::from([
        ("CONSTANTS", constants(facts)),
        ("ERRORS", errors(facts)),
        ("STRUCTS", structs(&types)?),
        ("CALLBACKS", callbacks(facts, &types)?),
        ("PROTOTYPES", prototypes(facts, &types)?),
    ]);
    Ok(fill(TEMPLATE, &values)?)
}

fn constants(facts: &Facts) -> String {
    let mut text = String::new();
    for item in &facts.constants {
        let kind = if item.value.starts_with('"') { "str" } else { "int" };
        let _ = writeln!(text, "{}: {kind}", item.name);
    }
    let variants = facts.enums.iter().flat_map(|item| &item.variants).map(|(name, _)| name);
    for name in variants.chain(&facts.fs_flags) {
        let _ = writeln!(text, "{name}: int");
    }
    text
}

fn errors(facts: &Facts) -> String {
    facts.errors.iter().map(|error| format!("UV_{}: int\n", error.name)).collect()
}

fn structs(types: &Types) -> Result<String> {
    let mut text = String::new();
    for item in types.aggregates() {
        let base = if item.union { "Union" } else { "Structure" };
        writeln!(text, "class {}({base}):", python_name(item))?;
        for (field, kind) in &item.fields {
            writeln!(text, "    {field}: {}", held(&types.name(kind)?))?;
        }
        text.push_str("\n\n");
    }
    Ok(text)
}

fn callbacks(facts: &Facts, types: &Types) -> Result<String> {
    let mut text = String::new();
    for (name, target) in &facts.aliases {
        if let Type::Callback(signature) = target {
            let function = callable(types, signature, held)?;
            writeln!(text, "@final\nclass {name}(_CFunctionType):")?;
            writeln!(text, "    def __new__(cls, function: {function} = ..., /) -> {name}: ...\n\n")?;
        }
    }
    Ok(text)
}

fn prototypes(facts: &Facts, types: &Types) -> Result<String> {
    let mut functions: Vec<_> = facts.modules.values().flat_map(|module| &module.exports).collect();
    functions.sort_by(|a, b| a.name.cmp(&b.name));
    let mut text = String::new();
    for function in functions {
        writeln!(text, "    {}: {}", function.name, callable(types, &function.signature, taken)?)?;
    }
    Ok(text)
}

/// The type of a function whose parameters are as `parameter` has them.
fn callable(types: &Types, signature: &Signature, parameter: fn(&str) -> String) -> Result<String> {
    let parts = types.signature(signature)?;
    let (result, parameters) = parts.split_first().ok_or("a function has a result")?;
    let parameters: Vec<_> = parameters.iter().map(|kind| parameter(kind)).collect();
    Ok(format!("Callable[[{}], {}]", parameters.join(", "), held(result)))
}

/// What Python gets where C has one of ctypes: in a field, as a result, in a callback.
fn held(kind: &str) -> String {
    if let Some(to) = kind.strip_prefix("POINTER(").and_then(|rest| rest.strip_suffix(')')) {
        return format!("_Pointer[{}]", pointed(to));
    }
    if let Some((of, _)) = kind.rsplit_once(" * ") {
        return format!("Array[{}]", pointed(of));
    }
    let name = match kind {
        "None" => "None",
        "c_char_p" => "bytes | None",
        "c_void_p" => "int | None",
        "c_char" => "bytes",
        "c_double" => "float",
        _ if kind.starts_with("CFUNCTYPE(") => "_CFunctionType",
        _ if kind.starts_with("c_") => "int",
        other => other,
    };
    name.to_string()
}

/// What a call takes where C has one of ctypes.
fn taken(kind: &str) -> String {
    match kind {
        "c_void_p" => "_Address".to_string(),
        _ if kind.starts_with("POINTER(") => "_Address".to_string(),
        _ if kind.ends_with("_cb") => format!("{kind} | None"),
        _ => held(kind),
    }
}

/// The type of ctypes behind a pointer or in an array.
fn pointed(kind: &str) -> String {
    match kind.strip_prefix("POINTER(").and_then(|rest| rest.strip_suffix(')')) {
        Some(to) => format!("_Pointer[{}]", pointed(to)),
        None => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_ctypes_as_python_has_them() {
        assert_eq!(held("POINTER(POINTER(uv_buf_t))"), "_Pointer[_Pointer[uv_buf_t]]");
        assert_eq!(held("c_uint64 * 3"), "Array[c_uint64]");
        assert_eq!(held("uv_stat_t"), "uv_stat_t");
        assert_eq!(held("c_ssize_t"), "int");
        assert_eq!(taken("POINTER(c_int)"), "_Address");
        assert_eq!(taken("uv_close_cb"), "uv_close_cb | None");
    }
}
