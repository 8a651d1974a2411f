//! System calls and instructions of short runs: figures that do not depend on what else runs here.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::rows::{Counted, Row};
use super::{Subject, parse};
use crate::root;

/// Of one operation, the program's start and end taken off.
#[derive(Clone, Copy)]
pub struct Counts {
    pub system_calls: f64,
    pub instructions: f64,
}

/// Two lengths: their difference leaves out what every run does once.
const SHORT: f64 = 0.05;
const LONG: f64 = 0.15;

/// A count may grow by this share before the smoke test fails, plus what rounding may add.
const TOLERANCE: f64 = 0.03;
const SLACK: f64 = 0.02;

pub fn count(subject: &Subject, name: &str) -> Result<Counts, String> {
    Ok(Counts {
        system_calls: difference(subject, name, strace)?,
        instructions: difference(subject, name, callgrind)?,
    })
}

type Counter = fn(&Subject, &str, f64) -> Result<(f64, f64), String>;

fn difference(subject: &Subject, name: &str, counter: Counter) -> Result<f64, String> {
    let (operations, total) = counter(subject, name, SHORT)?;
    let (more_operations, more_total) = counter(subject, name, LONG)?;
    if more_operations <= operations {
        return Err(format!("{name}: its size does not follow BENCH_SCALE"));
    }
    Ok((more_total - total) / (more_operations - operations))
}

fn strace(subject: &Subject, name: &str, scale: f64) -> Result<(f64, f64), String> {
    let mut command = Command::new("strace");
    command.args(["-c", "-q", "-U", "calls,name"]).arg(&subject.program).arg(name);
    subject.environment(&mut command, scale);
    let (operations, report) = run(name, &mut command)?;
    let total = report.lines().rev().find_map(|line| {
        let mut words = line.split_whitespace();
        let calls = words.next()?.parse().ok()?;
        (words.next()? == "total").then_some(calls)
    });
    Ok((operations, total.ok_or_else(|| format!("{name}: strace says\n{report}"))?))
}

/// All instructions of the program when it does nothing but start.
pub fn start_up(subject: &Subject) -> Result<f64, String> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(&subject.program).arg("--list");
    subject.environment(&mut command, 1.0);
    let output = command.output().map_err(|e| format!("valgrind: {e}"))?;
    collected("--list", &String::from_utf8_lossy(&output.stderr))
}

fn callgrind(subject: &Subject, name: &str, scale: f64) -> Result<(f64, f64), String> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(&subject.program).arg(name);
    subject.environment(&mut command, scale);
    let (operations, report) = run(name, &mut command)?;
    Ok((operations, collected(name, &report)?))
}

fn collected(name: &str, report: &str) -> Result<f64, String> {
    report
        .lines()
        .find_map(|line| line.split_once("Collected :")?.1.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| format!("{name}: callgrind says\n{report}"))
}

/// Runs the benchmark under a counter: the operations that it reports, and the counter's report.
fn run(name: &str, command: &mut Command) -> Result<(f64, String), String> {
    let output = command.output().map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let operations = parse(&text).and_then(|_| {
        text.split_whitespace().find_map(|word| word.strip_prefix("operations=")?.parse().ok())
    });
    Ok((operations.ok_or_else(|| format!("{name}: {}\n{report}", output.status))?, report))
}

/// Runs every benchmark for a moment, and holds the steady counts against the table.
pub fn smoke(rows: &[Row], ours: &Subject, accept: bool) -> Result<(), String> {
    let path = root().join("bench/counts.tsv");
    let known = fs::read_to_string(&path).unwrap_or_default();
    let mut table = String::from("benchmark\tsystem calls\tinstructions\n");
    let mut grown = Vec::new();
    for row in rows {
        ours.run(row.name, 0.005)?;
        if row.counted != Counted::Steady {
            println!("ok  {}", row.name);
            continue;
        }
        let counts = count(ours, row.name)?;
        let line = format!("{}\t{:.2}\t{:.0}", row.name, counts.system_calls, counts.instructions);
        println!("ok  {line}");
        if let Some(before) = find(&known, row.name) {
            let too_many = |now: f64, then: f64| now > then * (1.0 + TOLERANCE) + SLACK;
            if too_many(counts.system_calls, before.system_calls)
                || too_many(counts.instructions, before.instructions)
            {
                grown.push(format!("{line}\tbefore: {:.2}\t{:.0}", before.system_calls, before.instructions));
            }
        } else if !accept {
            grown.push(format!("{line}\tnot in bench/counts.tsv"));
        }
        table.push_str(&line);
        table.push('\n');
    }
    if accept {
        return write(&path, &table);
    }
    if grown.is_empty() {
        return Ok(());
    }
    Err(format!("counts have grown (cargo xtask bench --smoke --accept):\n{}", grown.join("\n")))
}

fn write(path: &Path, table: &str) -> Result<(), String> {
    fs::write(path, table).map_err(|e| format!("{}: {e}", path.display()))
}

fn find(table: &str, name: &str) -> Option<Counts> {
    table.lines().find_map(|line| {
        let mut cells = line.split('\t');
        (cells.next()? == name).then_some(())?;
        Some(Counts { system_calls: cells.next()?.parse().ok()?, instructions: cells.next()?.parse().ok()? })
    })
}
