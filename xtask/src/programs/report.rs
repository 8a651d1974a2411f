//! The table in docs/programs.md; what stands around it is written by hand.

use std::fs;

use super::table::Program;
use super::verdict::Verdict;
use crate::root;

const START: &str = "<!-- programs: written by cargo xtask programs --write -->";
const END: &str = "<!-- end of programs -->";
const HEADING: &str =
    "| | Program | Debian's version | What was run | Prints | Time |\n|---|---|---|---|---|---|\n";

/// One line of the table; without a verdict for one that has failed.
pub fn row(program: &Program, version: &str, verdict: Option<&Verdict>) -> String {
    let (prints, time) = match verdict {
        Some(Verdict { ratio: Some(ratio), speed }) => ("same", format!("{speed} ({ratio:.2})")),
        Some(Verdict { ratio: None, speed }) => ("same", (*speed).to_owned()),
        None => ("**not the same, or it failed**", String::new()),
    };
    format!("| `{}` | {} | {version} | {} | {prints} | {time} |", program.name, program.title, program.job)
}

/// Puts rows into the table; those of programs that did not run stay.
pub fn write(rows: &[String]) -> Result<(), String> {
    let path = root().join("docs/programs.md");
    let told = |error| format!("{}: {error}", path.display());
    let old = fs::read_to_string(&path).map_err(told)?;
    let new =
        replaced(&old, rows).ok_or_else(|| format!("{}: there is no place for a table", path.display()))?;
    fs::write(&path, new).map_err(told)
}

fn replaced(text: &str, rows: &[String]) -> Option<String> {
    let (before, rest) = text.split_once(START)?;
    let (table, after) = rest.split_once(END)?;
    let mut all: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    for row in rows {
        match all.iter_mut().find(|old| key(old) == key(row)) {
            Some(old) => *old = row,
            None => all.push(row),
        }
    }
    Some(format!("{before}{START}\n\n{HEADING}{}\n\n{END}{after}", all.join("\n")))
}

/// What a row begins with: the program's name.
fn key(row: &str) -> &str {
    row.split('|').nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_replaced_by_name_and_others_stay() {
        let text = format!("# Head\n{START}\n{END}\nfoot\n");
        let rows = |list: &[&str]| list.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>();
        let first = replaced(&text, &rows(&["| `a` | 1 |", "| `b` | 1 |"])).expect("it has a place");
        let second = replaced(&first, &rows(&["| `b` | 2 |", "| `c` | 2 |"])).expect("it has a place");
        assert!(second.contains("| `a` | 1 |\n| `b` | 2 |\n| `c` | 2 |\n"), "{second}");
        assert!(second.starts_with("# Head\n") && second.ends_with("\nfoot\n"), "{second}");
        assert_eq!(replaced("no place", &[]), None);
    }
}
