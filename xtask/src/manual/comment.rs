//! What a doc comment of an exported function says: what it is for, what comes of it, on which threads.

/// How a sentence begins that says what comes of a call.
const OUTCOMES: [&str; 8] = [
    "Returns ",
    "Also returns ",
    "Always 0",
    "Always `UV_",
    "Cannot fail",
    "Aborts ",
    "Errors as ",
    "Results ",
];

/// How a sentence begins that says which threads may call.
const THREADS: [&str; 5] =
    ["Loop thread only", "Any thread", "Not thread-safe", "Loops are independent", "Threads as for "];

const BOTH: &str = "Results and threads as for ";

/// The parts of a doc comment; texts without the marks of Rust's documentation.
#[derive(Clone, Default, Debug, PartialEq)]
pub struct Comment {
    /// In paragraphs; the first sentence stands for the whole.
    pub purpose: Vec<String>,
    pub outcome: String,
    pub threads: String,
    /// The page of libuv's documentation, and the first release that has the function.
    pub page: String,
    pub since: String,
    /// What the caller has to see to.
    pub duties: String,
    /// Whose outcome, and whose threads, are this function's as well.
    pub outcome_of: Option<String>,
    pub threads_of: Option<String>,
}

impl Comment {
    pub fn read(lines: &[String]) -> Comment {
        let mut comment = Comment::default();
        let mut paragraph = String::new();
        let mut is_duty = false;
        for line in lines.iter().map(String::as_str).chain([""]) {
            if line == "# Safety" {
                is_duty = true;
            } else if let Some(rest) = line.strip_prefix("Implements <") {
                comment.paragraph(&std::mem::take(&mut paragraph));
                let (page, since) = rest.split_once(">, since ").unwrap_or((rest, ""));
                comment.page = page.to_owned();
                comment.since = since.trim_end_matches('.').to_owned();
            } else if !line.is_empty() {
                paragraph.push_str(&plain(line));
                paragraph.push(' ');
            } else if is_duty {
                comment.duties.push_str(std::mem::take(&mut paragraph).trim_end());
            } else {
                comment.paragraph(&std::mem::take(&mut paragraph));
            }
        }
        comment
    }

    /// Sorts the sentences of a paragraph. What follows an outcome belongs to it, up to the threads.
    fn paragraph(&mut self, text: &str) {
        let mut purpose = Vec::new();
        let mut outcome = Vec::new();
        let mut threads = Vec::new();
        for sentence in sentences(text) {
            if let Some(other) = sentence.strip_prefix(BOTH) {
                self.outcome_of = Some(named(other));
                self.threads_of = Some(named(other));
            } else if let Some(other) = sentence.strip_prefix("Threads as for ") {
                self.threads_of = Some(named(other));
            } else if !threads.is_empty() && !is_outcome(sentence)
                || THREADS.iter().any(|start| sentence.starts_with(start))
            {
                threads.push(sentence);
            } else if !outcome.is_empty() || is_outcome(sentence) {
                outcome.push(sentence);
            } else {
                purpose.push(sentence);
            }
        }
        let append = |to: &mut String, sentences: Vec<&str>| {
            for sentence in sentences {
                to.push_str(if to.is_empty() { "" } else { " " });
                to.push_str(sentence);
            }
        };
        append(&mut self.outcome, outcome);
        append(&mut self.threads, threads);
        if !purpose.is_empty() {
            self.purpose.push(purpose.join(" "));
        }
    }

    /// The first sentence, without its full stop.
    pub fn summary(&self) -> &str {
        let first =
            self.purpose.first().map_or("", |paragraph| sentences(paragraph).first().copied().unwrap_or(""));
        first.trim_end_matches('.')
    }
}

fn is_outcome(sentence: &str) -> bool {
    OUTCOMES.iter().any(|start| sentence.starts_with(start))
}

/// The function at the front of a text, which may be in quotes.
fn named(text: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.trim_start_matches(|letter| !is_part(letter)).chars().take_while(|letter| is_part(*letter)).collect()
}

/// A text in sentences, each with its full stop.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut rest = text.trim();
    let mut found = Vec::new();
    while let Some(at) = end_of_sentence(rest) {
        let (sentence, after) = rest.split_at(at);
        found.push(sentence);
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        found.push(rest);
    }
    found
}

/// Behind the first full stop that ends a sentence, not the text.
fn end_of_sentence(text: &str) -> Option<usize> {
    let ends = text.match_indices(". ").map(|(at, _)| at + 1);
    let is_start = |next: char| next.is_uppercase() || next == '`' || next.is_ascii_digit();
    ends.into_iter().find(|at| text[*at..].trim_start().starts_with(is_start))
}

/// A line without links, and with the names that C's parameters have.
fn plain(line: &str) -> String {
    let mut text = line.trim().replace("[`", "`").replace("`]", "`");
    for (rust, c) in
        [("`loop_`", "`loop`"), ("`type_`", "`type`"), ("a null ", "a NULL "), (" null", " NULL")]
    {
        text = text.replace(rust, c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Comment {
        Comment::read(&text.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn parts_are_told_apart() {
        let comment = read(
            "Starts `loop_`. It may\nbe null.\n\nReturns 0, or `UV_EINVAL`. It is told later. Loop thread only.\n\
             Implements <https://x/#c.uv_a>, since 1.6.\n\n# Safety\n`loop_` is initialised.",
        );
        assert_eq!(comment.purpose, ["Starts `loop`. It may be NULL."]);
        assert_eq!(comment.summary(), "Starts `loop`");
        assert_eq!(comment.outcome, "Returns 0, or `UV_EINVAL`. It is told later.");
        assert_eq!(comment.threads, "Loop thread only.");
        assert_eq!((comment.page.as_str(), comment.since.as_str()), ("https://x/#c.uv_a", "1.6"));
        assert_eq!(comment.duties, "`loop` is initialised.");
    }

    #[test]
    fn others_are_referred_to() {
        let comment = read("Does more.\n\nResults and threads as for [`uv_a`].");
        assert_eq!(comment.outcome_of.as_deref(), Some("uv_a"));
        assert_eq!(comment.threads_of.as_deref(), Some("uv_a"));
        assert_eq!(comment.outcome, "");
    }
}
