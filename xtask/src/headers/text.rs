//! C text: comments, macros of several lines and cbindgen's output made to our taste.

use std::fmt::Write;

/// Shortens comments to their first sentence and gives parameters the names that C can have.
pub fn tidy(text: &str) -> String {
    let mut result = String::new();
    let mut lines = text.trim().lines();
    while let Some(line) = lines.next() {
        if line.trim() == "/*" {
            let indent = &line[..line.len() - 2];
            let body: Vec<&str> = lines.by_ref().map(str::trim).take_while(|line| *line != "*/").collect();
            let words =
                body.iter().map(|line| line.trim_start_matches('*').trim()).filter(|line| !line.is_empty());
            result.push_str(&comment(&words.collect::<Vec<_>>().join(" "), indent));
        } else {
            // Definitions of one line need no empty line between them.
            let single = |line: &str| {
                line.starts_with("#define") || line.starts_with("typedef") && line.ends_with(';')
            };
            let between = line.is_empty() && result.lines().next_back().is_some_and(single);
            if !(between && lines.clone().next().is_some_and(single)) {
                let line = without_underscores(line);
                result.push_str(&if line.starts_with("UV_EXTERN") { broken(&line) } else { line });
                result.push('\n');
            }
        }
    }
    result
}

/// A prototype of at most 80 columns, if it can be broken between its parameters.
pub fn broken(prototype: &str) -> String {
    let indent = prototype.find('(').map_or(0, |at| at + 1);
    let mut lines = vec![String::new()];
    for part in prototype.split_inclusive(", ") {
        let last = lines.len() - 1;
        if lines[last].len() + part.trim_end().len() > 80 {
            lines.push(" ".repeat(indent));
        }
        let last = lines.len() - 1;
        lines[last].push_str(part);
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// `loop_` as `loop` and so on: Rust parameters end in `_` where the name is a keyword of Rust alone.
fn without_underscores(line: &str) -> String {
    let apart = |next: char| !next.is_ascii_alphanumeric() && next != '_';
    let plain = |piece: &str| {
        let word = piece.trim_end_matches(apart);
        match word.strip_suffix('_') {
            Some(name @ ("loop" | "type" | "ref")) => format!("{name}{}", &piece[word.len()..]),
            _ => piece.to_string(),
        }
    };
    line.split_inclusive(apart).map(plain).collect()
}

/// A C comment of the first sentence of `text`.
pub fn comment(text: &str, indent: &str) -> String {
    let end = text.match_indices(". ").find(|(at, _)| {
        text[at + 2..].chars().next().is_none_or(|next| next.is_uppercase() || "`<#".contains(next))
    });
    let sentence = &text[..end.map_or(text.len(), |(at, _)| at + 1)];
    let sentence = without_underscores(&sentence.replace("[`", "").replace("`]", "").replace('`', ""));
    let mut lines = vec![String::new()];
    for word in sentence.split_whitespace() {
        let last = lines.len() - 1;
        if indent.len() + lines[last].len() + word.len() > 72 {
            lines.push(word.to_string());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        }
    }
    format!("{indent}/* {} */\n", lines.join(&format!("\n{indent} * ")))
}

/// `#define NAME(XX)` with one `XX(...)` a line.
pub fn x_macro(name: &str, rows: impl Iterator<Item = String>) -> String {
    let rows: Vec<String> = rows.map(|row| format!("  XX({row})")).collect();
    continued(&format!("#define {name}(XX)"), &rows)
}

/// A macro of several lines.
pub fn continued(head: &str, lines: &[String]) -> String {
    let mut text = head.to_string();
    for line in lines {
        let fill = 77_usize.saturating_sub(text.len() - text.rfind('\n').map_or(0, |at| at + 1));
        let _ = write!(text, "{:fill$} \\\n{line}", "");
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_lose_the_underscore_of_keywords() {
        assert_eq!(without_underscores("uv_loop_t *loop_, int type_);"), "uv_loop_t *loop, int type);");
        assert_eq!(without_underscores("my_loop_(loop_x)"), "my_loop_(loop_x)");
    }

    #[test]
    fn paragraphs_end_sentences() {
        assert_eq!(tidy("/*\n * Stops x.\n *\n * Implements y.\n */\nint a;"), "/* Stops x. */\nint a;\n");
    }

    #[test]
    fn long_prototypes_are_broken() {
        let parameter = "a".repeat(50);
        assert_eq!(broken(&format!("int f({parameter}, b);")), format!("int f({parameter}, b);"));
        assert_eq!(
            broken(&format!("int f({parameter}, {parameter});")),
            format!("int f({parameter},\n      {parameter});")
        );
    }

    #[test]
    fn comments_keep_one_sentence() {
        assert_eq!(comment("Stops `x`, e.g. now. Then more.", ""), "/* Stops x, e.g. now. */\n");
        assert_eq!(comment("As [`uv_a`] of `loop_`.", ""), "/* As uv_a of loop. */\n");
    }
}
