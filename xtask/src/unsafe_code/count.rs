//! Counts what is unsafe in a source file.

use std::iter::Peekable;
use std::ops::AddAssign;
use std::str::Chars;

/// How a SAFETY comment begins that names no reason.
const FORMULAE: [&str; 7] = ["as in", "as for", "as above", "as below", "as asked", "our caller", "see "];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines that hold more than space and comments.
    pub lines: usize,
    /// Those that lie in an unsafe block, its first and last line included.
    pub inside: usize,
    pub blocks: usize,
    /// Unsafe functions that are not exported to C.
    pub functions: usize,
    /// SAFETY comments that give no reason.
    pub formulae: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.lines += other.lines;
        self.inside += other.inside;
        self.blocks += other.blocks;
        self.functions += other.functions;
        self.formulae += other.formulae;
    }
}

impl Counts {
    pub fn of(text: &str) -> Counts {
        let code = code(text);
        let mut counts =
            Counts { functions: functions(&code), formulae: formulae(text), ..Counts::default() };
        let mut depth = 0;
        // The depths at which the unsafe blocks that are open began.
        let mut open = Vec::new();
        for line in code.lines().filter(|line| !line.trim().is_empty()) {
            let mut inside = !open.is_empty();
            for (at, brace) in line.match_indices(['{', '}']) {
                if brace == "{" {
                    depth += 1;
                    if ends_with_word(line[..at].trim_end(), "unsafe") {
                        counts.blocks += 1;
                        open.push(depth);
                        inside = true;
                    }
                } else {
                    if open.last() == Some(&depth) {
                        open.pop();
                    }
                    depth -= 1;
                }
            }
            counts.lines += 1;
            counts.inside += usize::from(inside);
        }
        counts
    }

    /// The share of lines inside unsafe blocks, in percent.
    pub fn share(&self) -> f64 {
        100.0 * self.inside as f64 / self.lines.max(1) as f64
    }
}

/// Whether the file, and so its child modules, forbid unsafe code.
pub fn forbids(text: &str) -> bool {
    code(text).contains("#![forbid(unsafe_code)]")
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.strip_suffix(word).is_some_and(|before| !before.ends_with(is_part))
}

/// The text without its comments and without what its strings and characters say.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            '/' if chars.peek() == Some(&'*') => skip_comment(&mut chars),
            '"' => {
                let hashes = code.chars().rev().take_while(|c| *c == '#').count();
                let raw = code[..code.len() - hashes].ends_with('r');
                if raw {
                    skip_raw(&mut chars, hashes)
                } else {
                    skip_string(&mut chars)
                }
                code.push_str("\"\"");
            }
            '\'' => {
                skip_character(&mut chars);
                code.push('\'');
            }
            _ => code.push(c),
        }
    }
    code
}

fn skip_comment(chars: &mut Peekable<Chars>) {
    let mut depth = 0;
    let mut last = '/';
    for c in chars.by_ref() {
        match (last, c) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                last = c;
                continue;
            }
        }
        if depth == 0 {
            return;
        }
        last = ' ';
    }
}

fn skip_string(chars: &mut Peekable<Chars>) {
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '"' => return,
            _ => {}
        }
    }
}

fn skip_raw(chars: &mut Peekable<Chars>, hashes: usize) {
    while let Some(c) = chars.next() {
        if c == '"' && (0..hashes).all(|_| chars.next_if_eq(&'#').is_some()) {
            return;
        }
    }
}

/// Behind a `'`: a character's text and its end, or nothing if it is a lifetime.
fn skip_character(chars: &mut Peekable<Chars>) {
    let mut ahead = chars.clone();
    match ahead.next() {
        Some('\\') => {
            ahead.next();
            while ahead.next_if(|c| *c != '\'').is_some() {}
        }
        Some(_) => {}
        None => return,
    }
    if ahead.next() == Some('\'') {
        *chars = ahead;
    }
}

/// How many unsafe functions are defined or declared that carry no name for C.
fn functions(code: &str) -> usize {
    let words: Vec<&str> = code.split_whitespace().collect();
    let mut count = 0;
    let mut exported = false;
    for (at, word) in words.iter().enumerate() {
        exported |= word.contains("no_mangle") || word.contains("export_name");
        // `fn(` is a type.
        if *word == "fn" {
            let before = words[..at]
                .iter()
                .rev()
                .take(3)
                .take_while(|word| matches!(**word, "unsafe" | "extern" | "\"\"" | "async" | "const"));
            count += usize::from(!exported && before.into_iter().any(|word| *word == "unsafe"));
            exported = false;
        }
    }
    count
}

fn formulae(text: &str) -> usize {
    let mut count = 0;
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        let Some((_, reason)) = line.split_once("// SAFETY:") else { continue };
        let mut reason = reason.trim().to_lowercase();
        while let Some(more) = lines.next_if(|line| line.starts_with("//") && !line.contains("SAFETY:")) {
            reason.push(' ');
            reason.push_str(more.trim_start_matches('/').trim());
        }
        let formula = FORMULAE.iter().any(|formula| reason.starts_with(formula))
            || reason.contains("caller's promise")
            || reason.contains("callers' promise")
            || reason.contains("asked of our caller");
        count += usize::from(formula);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_block_are_those_from_its_first_to_its_last() {
        let text = "fn f() {\n    let x = unsafe { g() };\n\n    // comment\n    unsafe {\n        h();\n        \
                    if x { i() }\n    }\n    j()\n}\n";
        let counts = Counts::of(text);
        assert_eq!((counts.lines, counts.inside, counts.blocks), (8, 5, 2));
    }

    #[test]
    fn braces_in_texts_and_comments_do_not_count() {
        let text = "fn f() {\n    unsafe {\n        g(\"}\", '}', b'\\'', r#\"\"}\"#); // }\n        /* } */\n        \
                    h::<'a>()\n    }\n    let not_unsafe = 1;\n}\n";
        let counts = Counts::of(text);
        assert_eq!((counts.lines, counts.inside, counts.blocks), (7, 4, 1));
    }

    #[test]
    fn neither_a_string_nor_a_name_makes_a_block() {
        let counts =
            Counts::of("fn f() {\n    g(\"unsafe {\");\n    match not_unsafe {\n        _ => 1,\n    }\n}\n");
        assert_eq!((counts.inside, counts.blocks), (0, 0));
    }

    #[test]
    fn exports_types_and_impls_are_not_unsafe_functions_of_ours() {
        let text = "#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn uv_x() {}\n\
                    pub(crate) unsafe fn y() {}\nunsafe extern \"C\" fn on_z(z: i32) {}\n\
                    type T = unsafe extern \"C\" fn(i32);\nunsafe impl Send for U {}\nfn safe() {}\n";
        assert_eq!(Counts::of(text).functions, 2);
    }

    #[test]
    fn a_reason_that_only_points_elsewhere_is_a_formula() {
        let text = "// SAFETY: the caller's promise.\nx\n// SAFETY: as above.\nx\n\
                    // SAFETY: not null, so writable\n// by our callers' promise.\nx\n\
                    // SAFETY: a handle that is open, as uv_close asks for.\nx\n// SAFETY: see `y`.\n";
        assert_eq!(Counts::of(text).formulae, 4);
    }

    #[test]
    fn forbidding_is_an_attribute_and_no_word_in_a_comment() {
        assert!(forbids("//! Doc.\n#![forbid(unsafe_code)]\n"));
        assert!(!forbids("//! Says `#![forbid(unsafe_code)]`.\n"));
    }
}
