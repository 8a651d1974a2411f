//! The values that the templates ask for.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use cbindgen::{Config, DocumentationLength, DocumentationStyle, ItemType, Language, Layout, Style};

use super::ext;
use super::source::{CEnum, EnumKind, ErrorKind, Facts, Module, is_ext};
use super::text::{comment, continued, tidy, x_macro};
use crate::generated::Result;

/// Structs of the system, which C names with their tag.
const SYSTEM_TAGS: &[&str] =
    &["addrinfo", "sockaddr", "sockaddr_in", "sockaddr_in6", "sockaddr_storage", "termios"];

/// Structs that other headers than uv.h define.
const UNIX_STRUCTS: &[&str] = &["uv__io_s", "uv_buf_t", "uv_lib_t"];
const EARLY_STRUCTS: &[&str] = &["uv__queue"];
const THREADPOOL_STRUCTS: &[&str] = &["uv__work"];

/// What C says about a function in place of, or after, the prototype that Rust has for it.
enum Exception {
    Instead(&'static str),
    After(&'static str),
}

const EXCEPTIONS: &[(&str, Exception)] = &[
    (
        "uv_loop_configure",
        Exception::Instead("UV_EXTERN int uv_loop_configure(uv_loop_t *loop, uv_loop_option option, ...);\n"),
    ),
    (
        "uv_tty_set_mode",
        Exception::After(
            "\
#ifdef __cplusplus
/* The mode was once an int; C++ does not turn one into an enum. */
extern \"C++\" {
inline int uv_tty_set_mode(uv_tty_t *handle, int mode) {
  return uv_tty_set_mode(handle, static_cast<uv_tty_mode_t>(mode));
}
}
#endif
",
        ),
    ),
];

pub fn values(facts: &Facts) -> Result<BTreeMap<&'static str, String>> {
    let named = |wanted: &[&str]| wanted.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    let elsewhere = |name: &str| {
        UNIX_STRUCTS.contains(&name) || EARLY_STRUCTS.contains(&name) || THREADPOOL_STRUCTS.contains(&name)
    };
    let structs: Vec<String> = facts.aggregates.iter().map(|item| item.name.clone()).collect();
    let own_structs = structs.iter().filter(|name| !elsewhere(name) && !is_ext(name)).cloned().collect();
    let ext_structs = structs.iter().filter(|name| is_ext(name)).cloned().collect();
    let callback = |name: &String| name.ends_with("_cb") || name.ends_with("_func");
    let aliases = facts.aliases.iter().map(|(name, _)| name.clone()).filter(|name| name != "uv_errno_t");
    let (ext_types, aliases): (Vec<_>, Vec<_>) = aliases.partition(|name| is_ext(name));
    let (callbacks, system_types): (Vec<_>, Vec<_>) = aliases.into_iter().partition(callback);
    let constants = |wanted: &str| {
        let place = |module: &str| {
            if ["version", "ext"].contains(&module) { module.to_string() } else { String::new() }
        };
        let here = facts.constants.iter().filter(|item| place(&item.module) == wanted);
        here.map(|item| item.name.clone()).collect::<Vec<_>>()
    };
    let types = [ItemType::Structs, ItemType::Unions, ItemType::Typedefs];
    let emit = |wanted: Vec<String>, kinds: &[ItemType]| abi_items(facts, wanted, kinds);

    let struct_text = emit(own_structs, &types)?;
    let ext_types = emit(ext_types, &types)?;
    Ok(BTreeMap::from([
        ("ERRNO_MAP", errno_map(facts)),
        ("ERRNO_ENUM", errno_enum(facts)),
        ("ERRNO_NUMBERS", errno_numbers(facts)),
        ("HANDLE_TYPE_MAP", type_map(facts, "HANDLE_TYPES", "UV_HANDLE_TYPE_MAP")),
        ("REQ_TYPE_MAP", type_map(facts, "REQ_TYPES", "UV_REQ_TYPE_MAP")),
        ("ENUMS", facts.enums.iter().map(c_enum).collect()),
        ("FORWARD", forward(facts, &|name| elsewhere(name) || is_ext(name))),
        ("CALLBACKS", emit(callbacks, &types)?),
        ("FIELD_MACROS", field_macros(&struct_text)?),
        ("STRUCTS", struct_text),
        ("CONSTANTS", emit(constants(""), &[ItemType::Constants])?),
        ("VERSION", emit(constants("version"), &[ItemType::Constants])?),
        ("FS_FLAGS", fs_flags(facts)),
        ("FUNCTIONS", functions(facts)?),
        ("QUEUE", emit(named(EARLY_STRUCTS), &types)?),
        ("WORK", emit(named(THREADPOOL_STRUCTS), &types)?),
        ("UNIX_STRUCTS", emit(named(UNIX_STRUCTS), &types)?),
        ("SYSTEM_TYPES", emit(system_types, &types)?),
        ("EXT_CONSTANTS", emit(constants("ext"), &[ItemType::Constants])?),
        ("EXT_FORWARD", forward(facts, &|name| !is_ext(name))),
        ("EXT_STRUCTS", emit(ext_structs, &types)?),
        ("EXT_INITS", ext::inits(facts)),
        ("EXT_CALLS", ext::calls(&ext_types)?),
        ("EXT_TYPES", ext_types),
    ]))
}

fn config(kinds: &[ItemType]) -> Config {
    let mut config = Config {
        language: Language::C,
        style: Style::Tag,
        no_includes: true,
        usize_is_size_t: true,
        line_length: 80,
        documentation_style: DocumentationStyle::C,
        documentation_length: DocumentationLength::Full,
        ..Config::default()
    };
    config.export.item_types = kinds.to_vec();
    config.export.rename = SYSTEM_TAGS.iter().map(|tag| (tag.to_string(), format!("struct {tag}"))).collect();
    config.function.prefix = Some("UV_EXTERN".to_string());
    // tidy breaks the lines: cbindgen counts the comment's length too.
    config.function.args = Layout::Horizontal;
    config
}

/// What cbindgen writes for the items of the modules that begin with the files `roots`.
fn bindings(config: Config, roots: &[PathBuf]) -> Result<String> {
    let builder = cbindgen::Builder::new().with_config(config);
    let builder = roots.iter().fold(builder, |builder, root| builder.with_src(root));
    let mut text = Vec::new();
    builder.generate()?.write(&mut text);
    Ok(tidy(&with_spare_word(&without_slots(&String::from_utf8(text)?))))
}

/// The text with the word that writes use in their request under both of its names: it is the last of
/// the spare ones. (Unnamed unions came with C11; older modes have them as an extension.)
fn with_spare_word(text: &str) -> String {
    let field = "  struct uv__req_write_extra_s write_extra;\n";
    text.replace(field, &format!("  __extension__ union {{\n    void *reserved2[1];\n  {field}  }};\n"))
}

/// The text with slots as what they are for C: pointers. cbindgen makes a type of each.
fn without_slots(text: &str) -> String {
    let paragraphs = text.split("\n\n").filter(|paragraph| {
        let definition = paragraph.lines().find(|line| line.starts_with("typedef "));
        !definition.is_some_and(|line| line.contains(" *Slot_") || line.ends_with("TextSlot;"))
    });
    let text = paragraphs.collect::<Vec<_>>().join("\n\n");
    let mut text = text.replace("ConstTextSlot ", "const char *").replace("TextSlot ", "char *");
    while let Some(start) = text.find("Slot_") {
        let rest = &text[start + "Slot_".len()..];
        let Some(end) = rest.find(' ') else { break };
        let pointer = format!("{} *", &rest[..end]);
        text.replace_range(start..start + "Slot_".len() + end + 1, &pointer);
    }
    text
}

/// What cbindgen writes for `wanted` and nothing else: all other names are left to the other
/// sections, so their definitions stand where the templates put them.
fn abi_items(facts: &Facts, wanted: Vec<String>, kinds: &[ItemType]) -> Result<String> {
    let mut config = config(kinds);
    let names = facts.aggregates.iter().flat_map(|item| [Some(&item.name), item.alias.as_ref()]).flatten();
    let names = names.chain(facts.aliases.iter().map(|(name, _)| name));
    let constants = facts.constants.iter().map(|item| &item.name);
    let constants = constants.chain(&facts.fs_flags);
    let others = names.chain(constants).filter(|name| !wanted.contains(name)).cloned();
    config.export.exclude = others.collect();
    for item in facts.aggregates.iter().filter(|item| !wanted.contains(&item.name)) {
        let kind = if item.union { "union" } else { "struct" };
        if !item.name.ends_with("_t") {
            config.export.rename.insert(item.name.clone(), format!("{kind} {}", item.name));
        }
    }
    config
        .export
        .exclude
        .extend(["UV_FS_UTIME_NOW", "UV_FS_UTIME_OMIT", "UV_ERRNO_MAX", "UV_ONCE_INIT"].map(String::from));
    config.export.include = wanted;
    bindings(config, std::slice::from_ref(&facts.abi_root))
}

/// The prototypes of all exported functions, by module.
fn functions(facts: &Facts) -> Result<String> {
    let mut text = String::new();
    for (module, Module { roots, exports, imports }) in &facts.modules {
        let mut config = config(&[ItemType::Functions]);
        config.export.exclude = EXCEPTIONS
            .iter()
            .filter(|(_, exception)| matches!(exception, Exception::Instead(_)))
            .map(|(name, _)| name.to_string())
            .chain(imports.iter().cloned())
            .collect();
        let mut prototypes = bindings(config, roots)?;
        for (name, exception) in EXCEPTIONS {
            if exports.iter().any(|export| export.name == *name) {
                let (Exception::Instead(extra) | Exception::After(extra)) = exception;
                prototypes = format!("{}\n\n{extra}", prototypes.trim_end());
            }
        }
        let prototypes = prototypes.trim();
        if !prototypes.is_empty() {
            let title = module.trim_end_matches('_');
            write!(text, "\n/* ---- {title} ---- */\n\n{prototypes}\n")?;
        }
    }
    Ok(text)
}

fn errno_map(facts: &Facts) -> String {
    x_macro("UV_ERRNO_MAP", facts.errors.iter().map(|e| format!("{}, \"{}\"", e.name, e.message)))
}

fn errno_enum(facts: &Facts) -> String {
    let mut text = "typedef enum {\n".to_string();
    for error in &facts.errors {
        let _ = writeln!(text, "  UV_{0} = UV__{0},", error.name);
    }
    text + "  UV_ERRNO_MAX = UV__EOF - 1\n} uv_errno_t;\n"
}

fn errno_numbers(facts: &Facts) -> String {
    let mut text = String::new();
    for error in &facts.errors {
        let (name, number) = (&error.name, &error.number);
        let _ = match error.kind {
            ErrorKind::Own => writeln!(text, "#define UV__{name} ({number})\n"),
            ErrorKind::System => writeln!(
                text,
                "#if defined({name}) && !defined(_WIN32)\n# define UV__{name} (-({name}))\n\
                 #else\n# define UV__{name} ({number})\n#endif\n"
            ),
        };
    }
    text
}

fn type_map(facts: &Facts, table: &str, name: &str) -> String {
    let rows = facts.maps.get(table).map(Vec::as_slice).unwrap_or_default();
    x_macro(name, rows.iter().map(|(upper, lower)| format!("{upper}, {lower}")))
}

fn c_enum(item: &CEnum) -> String {
    let mut text = if item.doc.is_empty() { String::new() } else { comment(&item.doc, "") };
    let (head, tail) = match item.kind {
        EnumKind::Typedef => ("typedef enum".to_string(), format!(" {}", item.name)),
        EnumKind::Tag => (format!("enum {}", item.name), String::new()),
        EnumKind::Anonymous => ("enum".to_string(), String::new()),
    };
    let variants = item.variants.iter().map(|(name, value)| format!("  {name} = {value}"));
    let _ = write!(text, "{head} {{\n{}\n}}{tail};\n\n", variants.collect::<Vec<_>>().join(",\n"));
    text
}

/// `typedef struct tag name;` for every type that has one, but for the headers' own.
fn forward(facts: &Facts, elsewhere: &dyn Fn(&str) -> bool) -> String {
    let mut text = String::new();
    for item in facts.aggregates.iter().filter(|item| !elsewhere(&item.name)) {
        let kind = if item.union { "union" } else { "struct" };
        let name = match &item.alias {
            Some(alias) => alias,
            None if item.name.ends_with("_t") => &item.name,
            None => continue,
        };
        let _ = writeln!(text, "typedef {kind} {} {name};", item.name);
    }
    text
}

/// `UV_HANDLE_FIELDS`, `UV_STREAM_FIELDS` and `UV_REQ_FIELDS`: the members of the base types.
fn field_macros(structs: &str) -> Result<String> {
    let members = |tag: &str| -> Result<Vec<String>> {
        let start = structs.find(&format!("struct {tag} {{\n")).ok_or_else(|| format!("no struct {tag}"))?;
        let body = structs[start..].lines().skip(1).take_while(|line| !line.starts_with('}'));
        Ok(body.map(str::to_string).collect())
    };
    let handle = members("uv_handle_s")?;
    let stream = members("uv_stream_s")?.split_off(handle.len());
    let request = members("uv_req_s")?;
    Ok([("UV_HANDLE_FIELDS", handle), ("UV_STREAM_FIELDS", stream), ("UV_REQ_FIELDS", request)]
        .map(|(name, lines)| continued(&format!("#define {name}"), &lines))
        .join("\n"))
}

/// The `UV_FS_O_*` flags that are the system's, or 0 where it lacks them.
fn fs_flags(facts: &Facts) -> String {
    let mut text = String::new();
    for name in &facts.fs_flags {
        let system = name.trim_start_matches("UV_FS_");
        // linux.h knows the number of one that fcntl.h may hide.
        let guard = if system == "O_DIRECT" { format!("#ifdef {name}\n") } else { String::new() };
        let start = if guard.is_empty() { "#if" } else { "#elif" };
        let _ = writeln!(
            text,
            "{guard}{start} defined({system})\n# define {name} {system}\n#else\n# define {name} 0\n#endif"
        );
    }
    text
}
