//! Which type of Python's ctypes stands for one of the sources.

use std::collections::{BTreeMap, BTreeSet};

use crate::generated::Result;
use crate::headers::signature::{Signature, Type};
use crate::headers::source::{Aggregate, EnumKind, Facts};

/// Types of C, Rust and the system by their ctypes.
const SCALARS: &[(&str, &str)] = &[
    ("c_char", "c_char"),
    ("c_double", "c_double"),
    ("c_int", "c_int"),
    ("c_long", "c_long"),
    ("c_uint", "c_uint"),
    ("c_ulong", "c_ulong"),
    ("f64", "c_double"),
    ("gid_t", "c_uint"),
    ("i32", "c_int32"),
    ("i64", "c_int64"),
    ("pid_t", "c_int"),
    ("pthread_key_t", "c_uint"),
    ("pthread_once_t", "c_int"),
    ("pthread_t", "c_ulong"),
    ("size_t", "c_size_t"),
    ("ssize_t", "c_ssize_t"),
    ("u16", "c_uint16"),
    ("u64", "c_uint64"),
    ("uid_t", "c_uint"),
    ("usize", "c_size_t"),
];

/// Structs of the system, which the template spells out.
const SYSTEM_STRUCTS: &[&str] = &["addrinfo", "sockaddr_in", "sockaddr_in6"];

/// What stands for the types of the sources.
pub struct Types<'a> {
    facts: &'a Facts,
    aliases: BTreeMap<&'a str, &'a Type>,
    enums: BTreeMap<&'a str, &'a str>,
    /// The structs and unions that programs read or fill, under each of their names.
    values: BTreeMap<&'a str, &'a Aggregate>,
}

impl<'a> Types<'a> {
    pub fn new(facts: &'a Facts) -> Self {
        let names = |item: &'a Aggregate| [Some(item.name.as_str()), item.alias.as_deref()];
        let values = facts.aggregates.iter().filter(|item| !is_opaque(facts, item));
        let named_enums = facts.enums.iter().filter(|item| !matches!(item.kind, EnumKind::Anonymous));
        Types {
            facts,
            aliases: facts.aliases.iter().map(|(name, target)| (name.as_str(), target)).collect(),
            enums: named_enums.map(|item| (item.name.as_str(), item.repr.as_str())).collect(),
            values: values
                .flat_map(|item| names(item).into_iter().flatten().map(move |name| (name, item)))
                .collect(),
        }
    }

    /// The structs and unions for programs, each after those that it needs.
    pub fn aggregates(&self) -> Vec<&'a Aggregate> {
        let mut seen = BTreeSet::new();
        let mut order = Vec::new();
        // The private parts of handles, requests and loops come along only where a value contains them.
        for item in self.facts.aggregates.iter().filter(|item| !item.name.starts_with("uv__")) {
            if let Some(item) = self.values.get(item.name.as_str()) {
                self.visit(item, &mut seen, &mut order);
            }
        }
        order
    }

    fn visit(&self, item: &'a Aggregate, seen: &mut BTreeSet<&'a str>, order: &mut Vec<&'a Aggregate>) {
        if seen.insert(&item.name) {
            for (_, kind) in &item.fields {
                if let Some(needed) = named(kind).and_then(|name| self.values.get(name)) {
                    self.visit(needed, seen, order);
                }
            }
            order.push(item);
        }
    }

    /// The ctypes expression for a field, a parameter or a result.
    pub fn name(&self, kind: &Type) -> Result<String> {
        match kind {
            Type::Pointer { to, constant } => self.pointer(to, *constant),
            Type::Array { of, length } => Ok(format!("{} * {length}", self.name(of)?)),
            Type::Callback(signature) => self.callback(signature),
            Type::Name(name) => {
                if let Some(value) = self.values.get(name.as_str()) {
                    return Ok(python_name(value).to_string());
                }
                match self.aliases.get(name.as_str()) {
                    Some(Type::Callback(_)) => Ok(name.clone()),
                    Some(target) => self.name(target),
                    None => self.scalar(name).ok_or_else(|| format!("nothing of ctypes is {name}").into()),
                }
            }
        }
    }

    /// `*const c_char` is text, `*mut c_char` memory; what points to something opaque is an address.
    fn pointer(&self, to: &Type, constant: bool) -> Result<String> {
        let known = match to {
            Type::Name(name) if name == "c_char" => {
                return Ok(if constant { "c_char_p" } else { "c_void_p" }.to_string());
            }
            Type::Pointer { to: inner, .. } if matches!(&**inner, Type::Name(name) if name == "c_char") => {
                return Ok("POINTER(c_char_p)".to_string());
            }
            Type::Name(_) => self.name(to).ok(),
            _ => Some(self.name(to)?),
        };
        Ok(known.map_or("c_void_p".to_string(), |name| format!("POINTER({name})")))
    }

    /// The prototype of a callback.
    pub fn callback(&self, signature: &Signature) -> Result<String> {
        Ok(format!("CFUNCTYPE({})", self.signature(signature)?.join(", ")))
    }

    /// The result and the parameters.
    pub fn signature(&self, signature: &Signature) -> Result<Vec<String>> {
        let result = signature.result.as_ref().map_or(Ok("None".to_string()), |kind| self.name(kind));
        std::iter::once(result).chain(signature.parameters.iter().map(|kind| self.name(kind))).collect()
    }

    fn scalar(&self, name: &str) -> Option<String> {
        let name = self.enums.get(name).copied().unwrap_or(name);
        if SYSTEM_STRUCTS.contains(&name) {
            return Some(name.to_string());
        }
        SCALARS.iter().find(|(rust, _)| *rust == name).map(|(_, python)| python.to_string())
    }
}

/// The name that a struct or union has in Python: that of its alias.
pub fn python_name(item: &Aggregate) -> &str {
    item.alias.as_deref().unwrap_or(&item.name)
}

/// Whether programs treat an item as memory of a size that the library tells: handles, requests, loops.
fn is_opaque(facts: &Facts, item: &Aggregate) -> bool {
    let stem = item.name.trim_start_matches("uv_").trim_end_matches("_s");
    let kinds = facts.maps.values().flatten();
    stem == "loop" || stem.starts_with("any_") || kinds.into_iter().any(|(_, lower)| lower == stem)
}

/// The name of the type that a field's type is made of.
fn named(kind: &Type) -> Option<&str> {
    match kind {
        Type::Name(name) => Some(name),
        Type::Pointer { to, .. } => named(to),
        Type::Array { of, .. } => named(of),
        Type::Callback(_) => None,
    }
}
