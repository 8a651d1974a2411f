//! `cargo xtask mutants`: breaks a copy of the library in small ways, one at a time, and sees which
//! tests notice. What nobody notices needs a test.

mod scratch;
mod table;

use std::fmt::Write;
use std::ops::RangeInclusive;
use std::time::Instant;

use self::scratch::Scratch;
use crate::root;

const USAGE: &str = "\
usage: cargo xtask mutants [--list | --only N[-M]] [--write]

  --list        show the mutants
  --only N[-M]  only these
  --write       write c-tests/MUTANTS.md";

/// A way to break the library.
pub(crate) struct Mutant {
    /// Below `src/`.
    pub(crate) file: &'static str,
    /// Stands in the file once.
    pub(crate) original: &'static str,
    pub(crate) replacement: &'static str,
    /// What is wrong then.
    pub(crate) breaks: &'static str,
    /// The C tests that should notice, as globs; all others are asked if they do not.
    pub(crate) tests: &'static [&'static str],
}

/// What came of a mutant.
struct Outcome {
    number: usize,
    mutant: &'static Mutant,
    noticed_by: Vec<String>,
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let mutants = table::all();
    let mut chosen = 1..=mutants.len();
    let mut write = false;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--list" => return list(&mutants),
            "--write" => write = true,
            "--only" => chosen = rest.next().and_then(|text| range(text)).ok_or(USAGE)?,
            _ => return Err(USAGE.into()),
        }
    }
    if write && chosen != (1..=mutants.len()) {
        return Err("c-tests/MUTANTS.md is written for all mutants at once".into());
    }
    let begin = Instant::now();
    println!("# building the unbroken library, and running all tests on it");
    let scratch = Scratch::prepare()?;
    let mut outcomes = Vec::new();
    for (index, &mutant) in mutants.iter().enumerate() {
        let number = index + 1;
        if !chosen.contains(&number) {
            continue;
        }
        let noticed_by = scratch.try_mutant(mutant).map_err(|error| format!("{number}: {error}"))?;
        let outcome = Outcome { number, mutant, noticed_by };
        println!("{}", outcome.line());
        outcomes.push(outcome);
    }
    let unnoticed: Vec<_> = outcomes.iter().filter(|outcome| outcome.noticed_by.is_empty()).collect();
    println!(
        "{} mutants, {} noticed, {} not; {} s",
        outcomes.len(),
        outcomes.len() - unnoticed.len(),
        unnoticed.len(),
        begin.elapsed().as_secs()
    );
    if write {
        let path = root().join("c-tests/MUTANTS.md");
        std::fs::write(&path, report(&outcomes)).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    match unnoticed.as_slice() {
        [] => Ok(()),
        some => Err(some.iter().map(|outcome| format!("not noticed: {}\n", outcome.line())).collect()),
    }
}

fn list(mutants: &[&Mutant]) -> Result<(), String> {
    for (index, mutant) in mutants.iter().enumerate() {
        println!("{:3} {}: {}", index + 1, mutant.file, mutant.breaks);
    }
    Ok(())
}

/// `N` or `N-M`.
fn range(text: &str) -> Option<RangeInclusive<usize>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.parse().ok()?..=last.parse().ok()?)
}

impl Outcome {
    fn line(&self) -> String {
        let Outcome { number, mutant, noticed_by } = self;
        let verdict = if noticed_by.is_empty() { "NOBODY".into() } else { noticed_by.join(", ") };
        format!("{number:3} {}: {} <- {verdict}", mutant.file, mutant.breaks)
    }
}

fn report(outcomes: &[Outcome]) -> String {
    let mut text = String::from(
        "# Who notices a broken library\n\n\
         Written by `cargo xtask mutants --write`. Each line is one small breakage of the library, built by\n\
         itself, and the tests that failed then. The tests of the topic run first and stop after a few\n\
         failures; only if none of them fails do the file's unit tests (`unit:`), and then all C tests.\n\n\
         | | file | what is broken | noticed by |\n|---|---|---|---|\n",
    );
    for Outcome { number, mutant, noticed_by } in outcomes {
        let verdict = if noticed_by.is_empty() { "**nobody**".into() } else { noticed_by.join(", ") };
        let _ = writeln!(text, "| {number} | {} | {} | {verdict} |", mutant.file, mutant.breaks);
    }
    let unnoticed = outcomes.iter().filter(|outcome| outcome.noticed_by.is_empty()).count();
    let _ = writeln!(text, "\n{} mutants, {unnoticed} unnoticed.", outcomes.len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mutant whose place has changed is to be moved, or replaced by another one.
    #[test]
    fn every_mutant_has_its_place() {
        let mut astray = Vec::new();
        for (index, mutant) in table::all().iter().enumerate() {
            let path = root().join("src").join(mutant.file);
            let source = std::fs::read_to_string(&path).unwrap_or_default();
            let count = source.matches(mutant.original).count();
            if count != 1 || mutant.original == mutant.replacement {
                astray.push(format!("{} {}: {} ({count} times)", index + 1, mutant.file, mutant.breaks));
            }
        }
        assert!(astray.is_empty(), "{astray:#?}");
    }
}
