//! What a chapter refers to.

/// The files that it includes, with the part that is taken.
pub fn includes(text: &str) -> impl Iterator<Item = (String, Option<String>)> {
    let found = text.split("{{#include ").skip(1).filter_map(|rest| rest.split_once("}}"));
    found.map(|(what, _)| match what.split_once(':') {
        Some((file, anchor)) => (file.trim().to_owned(), Some(anchor.trim().to_owned())),
        None => (what.trim().to_owned(), None),
    })
}

/// Whether a listing has both marks of the part.
pub fn has_anchor(listing: &str, anchor: Option<&str>) -> bool {
    anchor.is_none_or(|anchor| {
        let has = |mark: String| {
            listing.lines().any(|line| line.split_whitespace().collect::<Vec<_>>().join(" ").contains(&mark))
        };
        has(format!("ANCHOR: {anchor} ")) && has(format!("ANCHOR_END: {anchor} "))
    })
}

/// The files that it links to.
pub fn links(text: &str) -> impl Iterator<Item = String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let files = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    files.map(|target| target.split('#').next().unwrap_or(target).to_owned())
}

/// The lines of C that are not included from a file.
pub fn loose_listings(text: &str) -> Vec<usize> {
    let mut is_inside = false;
    let mut loose = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            is_inside = line == "```c";
        } else if is_inside && !line.starts_with("{{#include ") {
            loose.push(index + 1);
        }
    }
    loose
}

/// The commands in consoles that are written out, each with the lines that follow it.
pub fn transcripts(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut is_inside = false;
    let mut is_shown = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_inside = line == "```console";
            is_shown = false;
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| is_inside) {
            found.push((command.to_owned(), String::new()));
            is_shown = true;
        } else if let Some((_, lines)) = found.last_mut().filter(|_| is_shown) {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    found
}

/// The names of functions, types, constants and variables; not those with a star in the place of an end.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = text.split(move |letter| !is_part(letter));
    words.filter(|word| (word.starts_with("uv_") || word.starts_with("UV_")) && !word.ends_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found() {
        let text = "See [a](b.md#c), [d](https://e), [f](#g).\n\n```c\n{{#include ../x.c:y}}\nint z;\n```\n`uv_run` `uv_fs_*`\n";
        assert_eq!(links(text).collect::<Vec<_>>(), ["b.md"]);
        assert_eq!(includes(text).collect::<Vec<_>>(), [("../x.c".to_owned(), Some("y".to_owned()))]);
        assert_eq!(loose_listings(text), [5]);
        assert_eq!(names(text).collect::<Vec<_>>(), ["uv_run"]);
    }

    #[test]
    fn transcripts_are_found() {
        let text =
            "```console\n$ x -y\none\ntwo\n$ z\n```\n\n$ no\n```console\n{{#include z.expected}}\n```\n";
        let found = transcripts(text);
        assert_eq!(found, [("x -y".to_owned(), "one\ntwo\n".to_owned()), ("z".to_owned(), String::new())]);
    }

    #[test]
    fn a_part_has_two_marks() {
        let listing = "/* ANCHOR: a */\n/* ANCHOR_END: a */\n/* ANCHOR: b */\n";
        assert!(has_anchor(listing, Some("a")));
        assert!(!has_anchor(listing, Some("b")));
        assert!(has_anchor(listing, None));
    }
}
