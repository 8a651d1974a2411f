//! Runs the chosen rows, the subjects in turn, and enters what they give into the book.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::book::{Book, Figures};
use super::libraries::{LIBUV, OURS};
use super::options::Options;
use super::report::count;

/// One run with a subject.
type Run<'a> = dyn Fn(&str) -> Result<Figures, String> + 'a;

pub struct Row<'a> {
    pub name: String,
    pub run: Box<Run<'a>>,
}

/// What takes longer to fail is not tried again.
const PATIENCE: Duration = Duration::from_secs(30);

/// Measures the rows. A run that fails is tried once more; a row that fails then is told of at the end.
pub fn sweep(
    book: &mut Book,
    options: &Options,
    rows: &[Row<'_>],
    subjects: &[&str],
    shown: &[&str],
) -> Result<(), String> {
    let mut failures = Vec::new();
    let chosen: Vec<&Row<'_>> = rows.iter().filter(|row| options.chooses(&row.name)).collect();
    if chosen.is_empty() {
        return Err("no row has such a name".into());
    }
    for row in chosen {
        if options.list {
            println!("{}", row.name);
            continue;
        }
        if options.report || options.resume && book.has(&row.name, subjects, options.rounds) {
            println!("{}", line(book, &row.name, shown));
            continue;
        }
        match measure(row, subjects, options.rounds) {
            Ok(runs) => {
                book.forget(&row.name);
                for (subject, round, figures) in runs {
                    book.add(&row.name, subject, round, figures);
                }
                book.save()?;
                println!("{}", line(book, &row.name, shown));
            }
            Err(message) => {
                println!("{}: {message}", row.name);
                failures.push(row.name.as_str());
            }
        }
    }
    if !failures.is_empty() {
        println!("# {} rows failed: {}", failures.len(), failures.join(", "));
    }
    Ok(())
}

/// Another subject begins each round, so that none is always the one after the others.
fn measure<'a>(
    row: &Row<'_>,
    subjects: &[&'a str],
    rounds: usize,
) -> Result<Vec<(&'a str, usize, Figures)>, String> {
    let mut runs = Vec::new();
    for round in 0..rounds {
        for turn in 0..subjects.len() {
            let subject = subjects[(turn + round) % subjects.len()];
            let begin = Instant::now();
            let figures = (row.run)(subject).or_else(|message| {
                if begin.elapsed() < PATIENCE { (row.run)(subject) } else { Err(message) }
            });
            runs.push((subject, round, figures.map_err(|e| format!("{subject}: {e}"))?));
        }
    }
    Ok(runs)
}

/// For the terminal: ours, libuv's and the ratio of the figures shown.
fn line(book: &Book, row: &str, shown: &[&str]) -> String {
    let mut text = format!("{row:<44}");
    for name in shown {
        let (Some(ours), Some(theirs)) = (book.median(row, OURS, name), book.median(row, LIBUV, name)) else {
            continue;
        };
        let ratio = book.ratio(row, (OURS, LIBUV), name).unwrap_or(f64::NAN);
        let _ = write!(text, "  {name} {}/{} = {ratio:.2}", number(ours), number(theirs));
    }
    text
}

fn number(value: f64) -> String {
    if value < 10.0 { format!("{value:.3}") } else { count(value) }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::super::book::figure;
    use super::*;

    #[test]
    fn subjects_take_turns_and_another_begins_each_round() {
        let order = RefCell::new(Vec::new());
        let run = |subject: &str| {
            order.borrow_mut().push(subject.to_owned());
            Ok(vec![figure("x", 1.0)])
        };
        let row = Row { name: "row".into(), run: Box::new(run) };
        measure(&row, &["a", "b"], 2).expect("no run fails");
        drop(row);
        assert_eq!(order.into_inner(), ["a", "b", "b", "a"]);
    }

    #[test]
    fn a_run_that_fails_once_is_repeated() {
        let failures = Cell::new(1);
        let run = |_: &str| {
            if failures.get() == 0 {
                return Ok(Vec::new());
            }
            failures.set(failures.get() - 1);
            Err("no".to_owned())
        };
        let row = Row { name: "row".into(), run: Box::new(run) };
        assert!(measure(&row, &["a"], 1).is_ok());
        failures.set(2);
        assert!(measure(&row, &["a"], 1).is_err());
    }
}
