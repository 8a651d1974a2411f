//! A table of layouts, as `src/abi/layout/` has it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Where lines of fields end.
const WIDTH: usize = 100;
const FIELD_INDENT: &str = "        ";

pub struct Table(pub Vec<Type>);

pub struct Type {
    pub name: String,
    pub size: u64,
    pub align: u64,
    pub fields: Vec<(String, u64)>,
}

impl Table {
    pub fn read(path: &Path) -> Result<Table, String> {
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let table = text.split_once("layout! {").and_then(|(_, rest)| Table::parse(rest));
        table.ok_or_else(|| format!("{} has no table", path.display()))
    }

    fn parse(text: &str) -> Option<Table> {
        let mut types = Vec::new();
        let mut rest = text;
        while let Some((head, more)) = rest.split_once('{') {
            let (fields, more) = more.split_once('}')?;
            let words: Vec<&str> = head.split_whitespace().collect();
            let [name, size, align] = words[..] else { return None };
            let fields = fields.split(',').map(str::trim).filter(|field| !field.is_empty());
            let fields = fields.map(|field| {
                let (name, offset) = field.split_once(" = ")?;
                Some((name.to_owned(), offset.parse().ok()?))
            });
            types.push(Type {
                name: name.to_owned(),
                size: size.parse().ok()?,
                align: align.parse().ok()?,
                fields: fields.collect::<Option<_>>()?,
            });
            rest = more;
        }
        Some(Table(types))
    }

    /// The file, with its first line.
    pub fn text(&self, what: &str) -> String {
        let mut text = format!("//! {what}\n\nuse crate::abi::*;\n\nlayout! {{\n");
        for Type { name, size, align, fields } in &self.0 {
            let _ = write!(text, "    {name} {size} {align} {{");
            let mut line = String::new();
            for (field, offset) in fields {
                let field = format!("{field} = {offset},");
                if line.is_empty() {
                    text.push('\n');
                    line = format!("{FIELD_INDENT}{field}");
                } else if line.len() + 1 + field.len() > WIDTH {
                    text.push_str(&line);
                    text.push('\n');
                    line = format!("{FIELD_INDENT}{field}");
                } else {
                    line = format!("{line} {field}");
                }
            }
            if !line.is_empty() {
                text.push_str(&line);
                text.push_str("\n    ");
            }
            text.push_str("}\n");
        }
        text.push_str("}\n");
        text
    }
}
