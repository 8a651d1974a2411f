//! Asking a C compiler for sizes and offsets. Nothing is run: they are read from the assembly code, whatever the
//! processor.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::table::{Table, Type};

/// What a line of an answer begins with.
const MARK: &str = "->";

/// The layout of the same types and fields, as this compiler sees it.
pub fn ask(compiler: &Path, include: &Path, subject: &Table) -> Result<Table, String> {
    let folder = c_tests::target_folder().join("layouts");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let source = folder.join("layouts.c");
    fs::write(&source, program(subject, &headers(include)?))
        .map_err(|e| format!("{}: {e}", source.display()))?;
    let output = Command::new(compiler)
        .args(["-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64", "-w", "-S", "-o", "-", "-I"])
        .arg(include)
        .arg(&source)
        .output()
        .map_err(|e| format!("{}: {e}", compiler.display()))?;
    if !output.status.success() {
        return Err(format!("{}: {}", compiler.display(), String::from_utf8_lossy(&output.stderr)));
    }
    answers(subject, &String::from_utf8_lossy(&output.stdout))
}

/// The text of all of libuv's headers.
fn headers(include: &Path) -> Result<String, String> {
    let read = |path: &Path| fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let mut text = read(&include.join("uv.h"))?;
    for entry in fs::read_dir(include.join("uv")).map_err(|e| e.to_string())?.flatten() {
        text.push_str(&read(&entry.path())?);
    }
    Ok(text)
}

fn program(subject: &Table, headers: &str) -> String {
    let mut text = String::from("#include <stddef.h>\n#include <uv.h>\nvoid layouts(void) {\n");
    let mut question = |name: &str, value: String| {
        let _ = writeln!(text, "  __asm__ volatile(\"\\n{MARK}{name} %0\" : : \"i\"({value}));");
    };
    for Type { name, fields, .. } in &subject.0 {
        let in_c = in_c(name, headers);
        question(&format!("{name} size"), format!("sizeof({in_c})"));
        question(&format!("{name} align"), format!("_Alignof({in_c})"));
        for (field, _) in fields {
            let field_in_c = field.trim_start_matches("r#");
            question(&format!("{name}.{field}"), format!("offsetof({in_c}, {field_in_c})"));
        }
    }
    text.push_str("}\n");
    text
}

/// A type's name, after `struct` and the like where libuv has no other.
fn in_c(name: &str, headers: &str) -> String {
    let is = |kind: &&&str| headers.contains(&format!("{kind} {name} {{"));
    let kind = ["struct", "union", "enum"].iter().find(is);
    kind.map_or(name.to_owned(), |kind| format!("{kind} {name}"))
}

fn answers(subject: &Table, assembly: &str) -> Result<Table, String> {
    // Some assemblers mark numbers.
    let number = |word: &str| word.trim_start_matches(['$', '#']).parse::<u64>().ok();
    let lines = assembly.lines().filter_map(|line| line.strip_prefix(MARK)?.rsplit_once(' '));
    let found: BTreeMap<&str, u64> =
        lines.filter_map(|(name, value)| Some((name, number(value.trim())?))).collect();
    let get = |name: String| found.get(name.as_str()).copied().ok_or_else(|| format!("no answer: {name}"));
    let answer = |Type { name, fields, .. }: &Type| {
        let fields = fields.iter().map(|(field, _)| Ok((field.clone(), get(format!("{name}.{field}"))?)));
        Ok(Type {
            name: name.clone(),
            size: get(format!("{name} size"))?,
            align: get(format!("{name} align"))?,
            fields: fields.collect::<Result<_, String>>()?,
        })
    };
    subject.0.iter().map(answer).collect::<Result<_, String>>().map(Table)
}
