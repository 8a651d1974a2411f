//! `COVERAGE.tsv`: what libuv's tests are called and which tests here stand for them.
//!
//! The table lists every name, so it needs no copy of libuv. The second column comes from the
//! runner. A name without a test here has its reason in the third; it is written by hand and kept.

use crate::workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fmt, fs, io};

/// How many tests libuv 1.53 has, each variant counted.
pub const NAMES: usize = 527;

const HEADING: &str = "libuv's name\tour test\tstatus";
const NONE: &str = "-";
const TESTED: &str = "tested";
const MISSING: &str = "missing";
const SKIPPED: &str = "skipped: ";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What libuv calls the test.
    pub name: String,
    /// The tests here, with commas between them, or `-`.
    pub tests: String,
    /// `tested`, `missing`, or `skipped: ` with the reason.
    pub status: String,
}

impl Row {
    pub fn is_missing(&self) -> bool {
        self.status == MISSING
    }

    pub fn is_skipped(&self) -> bool {
        self.status.starts_with(SKIPPED)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table(pub Vec<Row>);

/// The tests of the runner, and which of libuv's names each stands for.
pub struct Runner {
    tests: BTreeSet<String>,
    covered: BTreeMap<String, BTreeSet<String>>,
}

impl Runner {
    /// Asks the program that [`crate::build`] made.
    pub fn ask(program: &Path) -> io::Result<Self> {
        let tests = output(program, "--list")?.lines().map(str::to_owned).collect();
        let mut covered: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for line in output(program, "--coverage")?.lines() {
            if let Some((name, test)) = line.split_once('\t') {
                covered.entry(name.to_owned()).or_default().insert(test.to_owned());
            }
        }
        Ok(Self { tests, covered })
    }

    /// How many tests stand for none of the table's names.
    pub fn beyond(&self, table: &Table) -> usize {
        let used: BTreeSet<_> = table.0.iter().flat_map(|row| row.tests.split(", ")).collect();
        self.tests.iter().filter(|test| !used.contains(test.as_str())).count()
    }
}

fn output(program: &Path, flag: &str) -> io::Result<String> {
    let output = Command::new(program).arg(flag).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("{} {flag}: {}", program.display(), output.status)));
    }
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

pub fn path() -> PathBuf {
    workspace().join("c-tests/COVERAGE.tsv")
}

impl Table {
    pub fn read() -> io::Result<Self> {
        let text = fs::read_to_string(path())?;
        let mut lines = text.lines();
        if lines.next() != Some(HEADING) {
            return Err(io::Error::other("COVERAGE.tsv begins with another heading"));
        }
        let row = |line: &str| match line.split('\t').collect::<Vec<_>>().as_slice() {
            [name, tests, status] => {
                Ok(Row { name: (*name).into(), tests: (*tests).into(), status: (*status).into() })
            }
            _ => Err(io::Error::other(format!("COVERAGE.tsv has a line without three columns: {line}"))),
        };
        lines.map(row).collect::<io::Result<_>>().map(Self)
    }

    pub fn write(&self) -> io::Result<()> {
        fs::write(path(), self.to_string())
    }

    /// The table as the runner's list has it now.
    pub fn refreshed(&self, runner: &Runner) -> Self {
        let refresh = |row: &Row| match runner.covered.get(&row.name) {
            Some(tests) => Row {
                name: row.name.clone(),
                tests: tests.iter().cloned().collect::<Vec<_>>().join(", "),
                status: TESTED.into(),
            },
            None => Row {
                name: row.name.clone(),
                tests: NONE.into(),
                status: if row.is_skipped() { row.status.clone() } else { MISSING.into() },
            },
        };
        Self(self.0.iter().map(refresh).collect())
    }

    /// What is wrong with the table itself, whatever the runner has.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        if self.0.len() != NAMES {
            complaints.push(format!("{} names instead of {NAMES}", self.0.len()));
        }
        for pair in self.0.windows(2) {
            match pair {
                [before, after] if before.name >= after.name => {
                    complaints.push(format!("{} is out of order or stands there twice", after.name));
                }
                _ => {}
            }
        }
        let bare = |row: &&Row| row.status.trim_end() == SKIPPED.trim_end();
        complaints.extend(self.0.iter().filter(bare).map(|row| format!("{}: skipped, but why?", row.name)));
        complaints
    }

    /// The rows in which a newer version of the table differs.
    pub fn differing<'a>(&self, newer: &'a Self) -> Vec<&'a Row> {
        self.0.iter().zip(&newer.0).filter(|(old, new)| old != new).map(|(_, new)| new).collect()
    }

    pub fn missing(&self) -> Vec<&str> {
        self.0.iter().filter(|row| row.is_missing()).map(|row| row.name.as_str()).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{HEADING}")?;
        self.0.iter().try_for_each(|row| writeln!(out, "{}\t{}\t{}", row.name, row.tests, row.status))
    }
}
