//! The pages of the reference: one a topic, and an index.

use std::fmt::Write;

use super::entry::Entry;
use super::prototypes::broken;
use crate::generated::Files;

pub fn pages(entries: &[Entry]) -> Files {
    let mut files = Files::new();
    for entry in entries {
        let page =
            files.entry(format!("{}.md", entry.topic)).or_insert_with(|| format!("# {}\n", entry.title));
        write_entry(page, entry);
    }
    files.insert("README.md".to_owned(), index(entries));
    files
}

fn index(entries: &[Entry]) -> String {
    let mut text = "# Reference\n\nThe functions of libuv 1.53, by topic.\n".to_owned();
    let mut topic = "";
    for entry in entries {
        if entry.topic != topic {
            topic = &entry.topic;
            let _ = write!(text, "\n## [{}]({topic}.md)\n\n", entry.title);
        }
        let _ =
            writeln!(text, "- [`{0}`]({1}.md#{0}): {2}", entry.name, entry.topic, entry.comment.summary());
    }
    text
}

fn write_entry(page: &mut String, entry: &Entry) {
    let comment = &entry.comment;
    let _ = write!(page, "\n## {}\n\n```c\n{}\n```\n\n", entry.name, broken(&entry.prototype));
    for paragraph in &comment.purpose {
        let _ = write!(page, "{paragraph}\n\n");
    }
    if !entry.parameters.is_empty() {
        page.push_str("| Parameter | Unit | |\n|---|---|---|\n");
        for parameter in &entry.parameters {
            let unit = parameter.unit.as_deref().unwrap_or_default();
            let _ = writeln!(page, "| `{}` | {unit} | {} |", parameter.declaration, parameter.text);
        }
        page.push('\n');
    }
    let _ = write!(page, "**Result**: {}\n\n**Threads**: {}\n\n", comment.outcome, comment.threads);
    if !comment.duties.is_empty() {
        let _ = write!(page, "**Required**: {}\n\n", comment.duties);
    }
    for difference in &entry.differences {
        let _ = write!(page, "**Differs here**: {difference}\n\n");
    }
    let _ = writeln!(page, "Since libuv {}; [libuv's page]({}).", comment.since, comment.page);
}
