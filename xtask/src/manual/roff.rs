//! Man pages in section 3: one a function, and `libuv`, which lists them.

use std::fmt::Write;

use super::comment::sentences;
use super::entry::Entry;
use super::prototypes::broken;
use crate::generated::Files;

/// When the libuv was released whose functions these are: man pages are dated.
const DATE: &str = "2026-09-24";

const COLUMNS: usize = 80;

pub fn pages(entries: &[Entry]) -> Files {
    let functions = entries.iter().map(|entry| (format!("{}.3", entry.name), page(entry, entries)));
    functions.chain([("libuv.3".to_owned(), overview(entries))]).collect()
}

/// What all pages begin with.
fn head(name: &str, summary: &str) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut text =
        format!(".TH {name} 3 {DATE} \"libuv {version}\" \"libuv in Rust\"\n.ad l\n.nh\n.SH NAME\n");
    prose(&mut text, &format!("{name} - {}", summary.replace('`', "")));
    text.push_str(".SH SYNOPSIS\n.nf\n.B #include <uv.h>\n.sp\n");
    text
}

/// All functions, by topic.
fn overview(entries: &[Entry]) -> String {
    let mut text = head("libuv", "event loops, files, networks, processes and threads");
    text.push_str(".B cc program.c \\-luv\n.fi\n.SH DESCRIPTION\n");
    text.push_str("Each function has a page of its own.\n");
    let mut topic = "";
    for entry in entries {
        if entry.topic != topic {
            topic = &entry.topic;
            text.push_str(".SS ");
            prose(&mut text, &entry.title);
        }
        let _ = writeln!(text, ".TP\n.BR {} (3)", entry.name);
        prose(&mut text, entry.comment.summary());
    }
    text.push_str(".SH SEE ALSO\n.UR https://docs.libuv.org\nlibuv's own documentation\n.UE\n");
    text
}

fn page(entry: &Entry, all: &[Entry]) -> String {
    let comment = &entry.comment;
    let mut text = head(&entry.name, comment.summary());
    for line in broken(&entry.prototype).lines() {
        let _ = writeln!(text, ".B \"{}\"", escaped(line));
    }
    text.push_str(".fi\n");
    text.push_str(".SH DESCRIPTION\n");
    for (index, paragraph) in comment.purpose.iter().enumerate() {
        text.push_str(if index > 0 { ".PP\n" } else { "" });
        prose(&mut text, paragraph);
    }
    if !entry.parameters.is_empty() {
        text.push_str(".SH PARAMETERS\n");
        for parameter in &entry.parameters {
            let unit = parameter.unit.as_ref().map(|unit| format!(" \" ({unit})\"")).unwrap_or_default();
            let _ = writeln!(text, ".TP\n.BR \"{}\"{unit}", escaped(&parameter.declaration));
            prose(&mut text, &parameter.text);
        }
    }
    section(&mut text, "RETURN VALUE", &comment.outcome);
    section(&mut text, "THREADS", &comment.threads);
    section(&mut text, "REQUIREMENTS", &comment.duties);
    for (index, difference) in entry.differences.iter().enumerate() {
        text.push_str(if index == 0 { ".SH DIFFERENCES FROM LIBUV\n" } else { ".PP\n" });
        prose(&mut text, difference);
    }
    section(&mut text, "HISTORY", &format!("Since libuv {}.", comment.since));
    text.push_str(".SH SEE ALSO\n.BR libuv (3),\n");
    for other in entry.see_also(all) {
        let _ = writeln!(text, ".BR {other} (3),");
    }
    let _ = writeln!(text, ".UR {}\nlibuv's own page\n.UE", breakable(&comment.page));
    text
}

fn section(text: &mut String, title: &str, body: &str) {
    if !body.is_empty() {
        let _ = writeln!(text, ".SH {title}");
        prose(text, body);
    }
}

/// A new line for each sentence, as roff wants it, and where one is full.
fn prose(text: &mut String, body: &str) {
    for sentence in sentences(body) {
        let mut column = 0;
        for word in inline(sentence).split(' ') {
            if column > 0 && column + 1 + word.len() > COLUMNS {
                text.push('\n');
                column = 0;
            } else if column > 0 {
                text.push(' ');
                column += 1;
            }
            // A line that begins with one of these is a request.
            text.push_str(if column == 0 && word.starts_with(['.', '\'']) { "\\&" } else { "" });
            text.push_str(word);
            column += word.len();
        }
        text.push('\n');
    }
}

/// What stands between grave accents is bold.
fn inline(text: &str) -> String {
    let parts = text.split('`').map(escaped).enumerate();
    parts.map(|(index, part)| if index % 2 == 1 { format!("\\fB{part}\\fR") } else { part }).collect()
}

/// Without what roff would take for its own.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-").replace('~', "\\(ti").replace('"', "\\(dq")
}

/// An address that may be broken before its fragment.
fn breakable(address: &str) -> String {
    escaped(address).replace('#', "\\:#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_roff() {
        let mut text = String::new();
        prose(&mut text, "Takes `a-b`, or \\. `NULL` ends it. ...");
        assert_eq!(text, "Takes \\fBa\\-b\\fR, or \\e.\n\\fBNULL\\fR ends it. ...\n");
        let mut text = String::new();
        prose(&mut text, ".x");
        assert_eq!(text, "\\&.x\n");
    }
}
