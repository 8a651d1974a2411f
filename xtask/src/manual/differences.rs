//! What differs from libuv, as `docs/differences.md` lists it, by the functions that it names.

use super::{Result, project_file};

/// The entries of the list, each in one line.
pub fn read() -> Result<Vec<String>> {
    Ok(items(&project_file("docs/differences.md")?))
}

fn items(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        if let Some(item) = line.strip_prefix("- ") {
            found.push(item.to_owned());
        } else if let (Some(more), Some(last)) = (line.strip_prefix("  "), found.last_mut()) {
            last.push(' ');
            last.push_str(more.trim());
        }
    }
    found.iter().map(|item| item.replace("**", "")).collect()
}

/// The entries that name the function.
pub fn of(function: &str, items: &[String]) -> Vec<String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let names = |item: &&String| item.split(|letter| !is_part(letter)).any(|word| word == function);
    items.iter().filter(names).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_whole_names() {
        let list = items("# X\n\n- **`uv_a` waits.** It\n  does.\n- `uv_ab` too.\n\nText.\n");
        assert_eq!(list, ["`uv_a` waits. It does.", "`uv_ab` too."]);
        assert_eq!(of("uv_a", &list), ["`uv_a` waits. It does."]);
    }
}
