//! The lines of libuv's documentation that say since which version something is, or when it has changed.

use super::Names;

pub fn read(page: &str, text: &str) -> Names {
    let mut subject = "";
    let mut found = Names::new();
    for line in text.lines().map(str::trim) {
        if let Some((_, name)) = line.strip_prefix(".. c:").and_then(|rest| rest.split_once(":: ")) {
            subject = name;
        } else if line.starts_with(".. versionadded::") || line.starts_with(".. versionchanged::") {
            let words: Vec<_> = subject.split_whitespace().collect();
            found.insert(format!("{page}: {}: {}", words.join(" "), &line[3..]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_belongs_to_what_stands_before_it() {
        let text = ".. c:function:: int uv_a(void)\n\n    .. versionadded:: 1.2.0\n\n.. note::\n    .. versionchanged:: 1.3.0 more\n";
        let all: Vec<_> = read("page", text).into_iter().collect();
        assert_eq!(
            all,
            [
                "page: int uv_a(void): versionadded:: 1.2.0",
                "page: int uv_a(void): versionchanged:: 1.3.0 more"
            ]
        );
    }
}
