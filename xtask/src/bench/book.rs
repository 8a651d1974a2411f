//! The figures of all runs, kept in a file, so that a measurement can be made in parts and reported later.
//! A line is a run: row, subject, round, and its figures as `name=value`, with tabs between.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use super::median;

/// What a run gave.
pub type Figures = Vec<(String, f64)>;

pub fn figure(name: &str, value: f64) -> (String, f64) {
    (name.to_owned(), value)
}

struct Run {
    subject: String,
    round: usize,
    figures: Figures,
}

pub struct Book {
    path: PathBuf,
    rows: BTreeMap<String, Vec<Run>>,
}

impl Book {
    /// `target/bench/NAME.tsv`, or that of quick runs, as it stands.
    pub fn open(name: &str, quick: bool) -> Result<Book, String> {
        let folder = c_tests::target_folder().join("bench");
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let path = folder.join(format!("{name}{}.tsv", if quick { "-quick" } else { "" }));
        let text = fs::read_to_string(&path).unwrap_or_default();
        Ok(Book { path, rows: parse(&text) })
    }

    /// Whether each of the subjects has so many rounds.
    pub fn has(&self, row: &str, subjects: &[&str], rounds: usize) -> bool {
        subjects.iter().all(|subject| self.runs(row, subject).count() >= rounds)
    }

    pub fn forget(&mut self, row: &str) {
        self.rows.remove(row);
    }

    pub fn add(&mut self, row: &str, subject: &str, round: usize, figures: Figures) {
        let run = Run { subject: subject.into(), round, figures };
        self.rows.entry(row.into()).or_default().push(run);
    }

    pub fn save(&self) -> Result<(), String> {
        // Renamed into its place, so that a measurement that is ended leaves a whole one.
        let new = self.path.with_extension("new");
        fs::write(&new, self.text())
            .and_then(|()| fs::rename(&new, &self.path))
            .map_err(|e| format!("{}: {e}", self.path.display()))
    }

    /// The median of a subject's runs.
    pub fn median(&self, row: &str, subject: &str, name: &str) -> Option<f64> {
        let values: Vec<f64> = self.runs(row, subject).filter_map(|run| run.get(name)).collect();
        (!values.is_empty()).then(|| median(values))
    }

    /// Of each round, the first subject's figure over the second's.
    pub fn ratios(&self, row: &str, subjects: (&str, &str), name: &str) -> Vec<f64> {
        self.runs(row, subjects.0)
            .filter_map(|run| {
                let other = self.runs(row, subjects.1).find(|other| other.round == run.round)?;
                Some(run.get(name)? / other.get(name)?)
            })
            .filter(|ratio| ratio.is_finite())
            .collect()
    }

    pub fn ratio(&self, row: &str, subjects: (&str, &str), name: &str) -> Option<f64> {
        let ratios = self.ratios(row, subjects, name);
        (!ratios.is_empty()).then(|| median(ratios))
    }

    /// The names of a subject's figures, in the order of its first run.
    pub fn figures(&self, row: &str, subject: &str) -> Vec<String> {
        let first = self.runs(row, subject).next();
        first.map(|run| run.figures.iter().map(|(name, _)| name.clone()).collect()).unwrap_or_default()
    }

    /// How many rounds the rows that were measured have of a subject: "2", or "2 to 5".
    pub fn rounds<'a>(&self, rows: impl IntoIterator<Item = &'a str>, subject: &str) -> String {
        let counts: Vec<usize> =
            rows.into_iter().map(|row| self.runs(row, subject).count()).filter(|&count| count > 0).collect();
        let (fewest, most) = (counts.iter().min().unwrap_or(&0), counts.iter().max().unwrap_or(&0));
        if fewest == most { most.to_string() } else { format!("{fewest} to {most}") }
    }

    fn runs<'a>(&'a self, row: &str, subject: &'a str) -> impl Iterator<Item = &'a Run> {
        self.rows.get(row).into_iter().flatten().filter(move |run| run.subject == subject)
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (row, runs) in &self.rows {
            for run in runs {
                let _ = write!(text, "{row}\t{}\t{}", run.subject, run.round);
                for (name, value) in &run.figures {
                    let _ = write!(text, "\t{name}={value}");
                }
                text.push('\n');
            }
        }
        text
    }
}

impl Run {
    fn get(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|(known, _)| known == name).map(|&(_, value)| value)
    }
}

fn parse(text: &str) -> BTreeMap<String, Vec<Run>> {
    let mut rows: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for line in text.lines() {
        let mut cells = line.split('\t');
        let (Some(row), Some(subject), Some(round)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        let Ok(round) = round.parse() else { continue };
        let figures = cells.filter_map(|cell| {
            let (name, value) = cell.split_once('=')?;
            Some(figure(name, value.parse().ok()?))
        });
        let run = Run { subject: subject.into(), round, figures: figures.collect() };
        rows.entry(row.into()).or_default().push(run);
    }
    rows
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn book(text: &str) -> Book {
        Book { path: PathBuf::new(), rows: parse(text) }
    }

    const TEXT: &str =
        "a\tlibuv\t0\tcpu=2\ta=1\na\tours\t0\tcpu=1\ta=1\na\tlibuv\t1\tcpu=4\na\tours\t1\tcpu=8\n";

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(book(TEXT).text(), TEXT);
        assert_eq!(book("garbage\n\na\tb\tc\n").text(), "");
    }

    #[test]
    fn ratios_are_of_runs_of_the_same_round() {
        let book = book(TEXT);
        assert_eq!(book.ratios("a", ("ours", "libuv"), "cpu"), [0.5, 2.0]);
        assert_eq!(book.ratio("a", ("ours", "libuv"), "cpu"), Some(1.25));
        assert_eq!(book.median("a", "libuv", "cpu"), Some(3.0));
        assert_eq!(book.ratio("b", ("ours", "libuv"), "cpu"), None);
    }

    #[test]
    fn rows_may_have_rounds_of_different_number() {
        let mut book = book(TEXT);
        assert_eq!(book.rounds(["a"], "ours"), "2");
        book.add("c", "ours", 0, vec![figure("cpu", 1.0)]);
        assert_eq!(book.rounds(["a", "c", "nobody measured"], "ours"), "1 to 2");
        assert_eq!(book.rounds(["nobody measured"], "ours"), "0");
    }

    #[test]
    fn a_row_is_whole_when_all_subjects_have_all_rounds() {
        let mut book = book(TEXT);
        assert!(book.has("a", &["ours", "libuv"], 2));
        assert!(!book.has("a", &["ours", "libuv", "ours_asleep"], 2));
        book.forget("a");
        assert!(!book.has("a", &["ours"], 1));
        book.add("a", "ours", 0, vec![figure("cpu", 1.0)]);
        assert!(book.has("a", &["ours"], 1));
    }
}
