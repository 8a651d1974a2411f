//! What examples are to print: `NAME.expected`, as a terminal would show it.
//!
//! ```text
//! # descriptors 10100
//! $ UV_THREADPOOL_SIZE=2 pool --all 2>&1
//! 2 at once
//! ```
//!
//! Each `$` is a run, with the lines that it prints. In them `*` stands for any part of a line, and a line of three
//! dots for any lines. `2>&1`: the lines on standard error count, too. Before a run, `# only here` says that other
//! libuvs print something else, and `# descriptors N` that it needs so many.

#[derive(Debug, Default, PartialEq)]
pub struct Run {
    /// As it is written.
    pub command: String,
    pub variables: Vec<(String, String)>,
    pub arguments: Vec<String>,
    pub has_errors: bool,
    pub is_only_here: bool,
    pub descriptors: u64,
    expected: Vec<String>,
}

/// The runs of the program `name`.
pub fn read(text: &str, name: &str) -> Result<Vec<Run>, String> {
    let mut runs: Vec<Run> = Vec::new();
    let mut next = Run::default();
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            let run = std::mem::take(&mut next);
            runs.push(run.with_command(command, name)?);
        } else if let Some(remark) = line.strip_prefix("# ") {
            match remark.strip_prefix("descriptors ").map(str::parse) {
                Some(Ok(count)) => next.descriptors = count,
                None if remark == "only here" => next.is_only_here = true,
                _ => return Err(format!("{name}.expected: \"{line}\" says nothing")),
            }
        } else {
            let run = runs.last_mut().ok_or_else(|| format!("{name}.expected: no command at its start"))?;
            run.expected.push(line.to_owned());
        }
    }
    if runs.is_empty() { Err(format!("{name}.expected: no run")) } else { Ok(runs) }
}

impl Run {
    fn with_command(mut self, command: &str, name: &str) -> Result<Run, String> {
        let mut words = command.split_whitespace().peekable();
        while let Some((variable, value)) = words.peek().and_then(|word| word.split_once('=')) {
            self.variables.push((variable.to_owned(), value.to_owned()));
            words.next();
        }
        if words.next() != Some(name) {
            return Err(format!("{name}.expected: runs another program: {command}"));
        }
        self.arguments = words.map(str::to_owned).collect();
        self.has_errors = self.arguments.last().is_some_and(|last| last == "2>&1");
        if self.has_errors {
            self.arguments.pop();
        }
        self.command = command.to_owned();
        Ok(self)
    }

    /// Whether that is what the program was to print.
    pub fn compare(&self, printed: &str) -> Result<(), String> {
        let lines: Vec<&str> = printed.lines().collect();
        let expected: Vec<&str> = self.expected.iter().map(String::as_str).collect();
        if all_match(&expected, &lines) {
            return Ok(());
        }
        Err(format!("expected\n{}\nprinted\n{printed}", expected.join("\n")))
    }
}

fn all_match(expected: &[&str], lines: &[&str]) -> bool {
    match (expected.split_first(), lines.split_first()) {
        (Some((&"...", rest)), Some((_, behind))) => all_match(rest, lines) || all_match(expected, behind),
        (Some((&"...", rest)), None) => all_match(rest, lines),
        (Some((pattern, rest)), Some((line, behind))) => matches(pattern, line) && all_match(rest, behind),
        (None, None) => true,
        _ => false,
    }
}

/// Whether a line is the pattern, whose `*` stand for any text.
fn matches(pattern: &str, line: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == line,
        Some((start, rest)) => line.strip_prefix(start).is_some_and(|behind| {
            behind
                .char_indices()
                .map(|(at, _)| at)
                .chain([behind.len()])
                .any(|at| matches(rest, &behind[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_read() {
        let runs = read("# only here\n$ A=1 x -y 2>&1\none\n# descriptors 9\n$ x\n", "x").expect("it is one");
        let [first, second] = &runs[..] else { panic!("two runs") };
        assert_eq!(first.variables, [("A".to_owned(), "1".to_owned())]);
        assert_eq!(
            (first.arguments.as_slice(), first.has_errors, first.is_only_here),
            (&["-y".to_owned()][..], true, true)
        );
        assert_eq!((second.descriptors, second.is_only_here, second.has_errors), (9, false, false));
        assert!(read("$ y\n", "x").is_err());
        assert!(read("# anything\n$ x\n", "x").is_err());
        assert!(read("", "x").is_err());
    }

    #[test]
    fn lines_are_compared() {
        let run = &read("$ x\na * c *\n...\nend\n", "x").expect("it is one")[0];
        assert_eq!(run.compare("a b c d\nend\n"), Ok(()));
        assert_eq!(run.compare("a  c \nmore\nend\nend\n"), Ok(()));
        assert!(run.compare("a b c d\n").is_err());
        assert!(run.compare("a b\nend\n").is_err());
        assert!(run.compare("a b c d\nend\nmore\n").is_err());
    }
}
