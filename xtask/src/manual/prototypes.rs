//! The prototypes in `uv.h`.

use std::collections::BTreeMap;

use super::{Result, project_file};

/// Longer prototypes have a line for each parameter.
const COLUMNS: usize = 72;

pub struct Prototype {
    /// In one line.
    pub text: String,
    pub parameters: Vec<String>,
}

/// All of them, by the name of the function.
pub fn read() -> Result<BTreeMap<String, Prototype>> {
    Ok(find(&project_file("include/uv.h")?))
}

fn find(header: &str) -> BTreeMap<String, Prototype> {
    // The lines that begin with the macro are prototypes; others define it.
    let pieces = header.split("\nUV_EXTERN ").skip(1);
    pieces.filter_map(|piece| prototype(&piece[..piece.find(';')?])).collect()
}

fn prototype(text: &str) -> Option<(String, Prototype)> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (head, rest) = text.split_once('(')?;
    let name = head.rsplit([' ', '*']).next()?.to_owned();
    let parameters = parameters(rest.strip_suffix(')')?);
    Some((name, Prototype { text: format!("{text};"), parameters }))
}

/// Splits at the commas that are not inside of a parameter.
fn parameters(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut depth = 0;
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if letter == ',' && depth == 0 {
            found.push(String::new());
        } else if let Some(last) = found.last_mut() {
            last.push(letter);
        }
    }
    found.iter().map(|text| text.trim().to_owned()).filter(|text| text != "void").collect()
}

/// A prototype with a line for each parameter, if it is long.
pub fn broken(prototype: &str) -> String {
    let Some((head, rest)) = prototype.split_once('(').filter(|_| prototype.len() > COLUMNS) else {
        return prototype.to_owned();
    };
    let indent = head.len() + 1;
    let longest = rest.split(", ").map(str::len).max().unwrap_or(0);
    let (first, indent) = if indent + longest > COLUMNS { ("\n    ", 4) } else { ("", indent) };
    format!("{head}({first}{}", rest.replace(", ", &format!(",\n{}", " ".repeat(indent))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prototypes_are_taken_apart() {
        let header = "#define UV_EXTERN x\n\nUV_EXTERN char *uv_a(int b,\n    void (*c)(int, int));\n/* */\nUV_EXTERN int uv_d(void);\n";
        let found = find(header);
        let a = found.get("uv_a").expect("it is there");
        assert_eq!(a.text, "char *uv_a(int b, void (*c)(int, int));");
        assert_eq!(a.parameters, ["int b", "void (*c)(int, int)"]);
        assert!(found.get("uv_d").is_some_and(|d| d.parameters.is_empty()));
    }

    #[test]
    fn long_ones_are_broken() {
        assert_eq!(broken("int a(int b, int c);"), "int a(int b, int c);");
        let b = format!("int {}", "b".repeat(50));
        assert_eq!(
            broken(&format!("int a({b}, int cccccccccc);")),
            format!("int a({b},\n      int cccccccccc);")
        );
        let long = "a".repeat(30);
        assert_eq!(broken(&format!("int {long}({b});")), format!("int {long}(\n    {b});"));
    }
}
