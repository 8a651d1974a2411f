//! `cargo xtask bench libuv`: libuv's own benchmarks, from the crate that has its sources, linked to both libraries.

mod output;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::book::{Book, Figures, figure};
use super::libraries::{LIBUV, Libraries, OURS, children_cpu, output_of};
use super::options::Options;
use super::report::{count, spread};
use super::section;
use super::sweep::{Row, sweep};
use crate::reference;

const SUBJECTS: [&str; 2] = [LIBUV, OURS];
const ROUNDS: usize = 3;
const PROGRAM: &str = "libuv-benchmarks";
const PAIR: (&str, &str) = (OURS, LIBUV);

/// Of a run as a whole, in seconds: all processes together, load and servers included.
const WALL: &str = "wall s";
const CPU: &str = "cpu s";

/// Prints the sizes of the ABI's types: there is nothing to measure.
const LEFT_OUT: &str = "sizes";

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let options = Options::parse(arguments, ROUNDS)?;
    let mut book = Book::open("libuv", options.quick)?;
    let folder = reference::tests()?;
    let names = names(&folder)?;
    let libraries = if options.report || options.list { None } else { Some(build(&options, &folder)?) };
    let rows: Vec<Row<'_>> = names
        .iter()
        .map(|name| Row {
            name: name.clone(),
            run: Box::new(|subject| measure(libraries.as_ref().ok_or("nothing was built")?, name, subject)),
        })
        .collect();
    sweep(&mut book, &options, &rows, &SUBJECTS, &["rate /s", "time s", CPU])?;
    if options.write { section::write("libuv", &text(&book, &names)) } else { Ok(()) }
}

fn build(options: &Options, folder: &Path) -> Result<Libraries, String> {
    let libraries = Libraries::build(options)?;
    let is_wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let others = ["run-benchmarks.c", "runner.c", "runner-unix.c", "echo-server.c", "blackhole-server.c"];
        name.starts_with("benchmark-") || others.contains(&name.as_ref())
    };
    let sources: Vec<PathBuf> = super::libraries::c_files(folder)?.into_iter().filter(is_wanted).collect();
    let include = format!("-I{}", folder.display());
    libraries.compile(PROGRAM, &sources, &["-w", "-D_GNU_SOURCE", &include])?;
    Ok(libraries)
}

/// In the order of libuv's list.
fn names(folder: &Path) -> Result<Vec<String>, String> {
    let path = folder.join("benchmark-list.h");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let entries = text.lines().filter_map(|line| line.trim().strip_prefix("BENCHMARK_ENTRY"));
    let names =
        entries.filter_map(|rest| Some(rest.trim().strip_prefix('(')?.split_once(')')?.0.trim().to_owned()));
    Ok(names.filter(|name| name != LEFT_OUT).collect())
}

fn measure(libraries: &Libraries, name: &str, subject: &str) -> Result<Figures, String> {
    let mut command = libraries.command(subject, libraries.of(subject).program(PROGRAM), 170);
    // libuv's runner ends a benchmark after 60 seconds, times this.
    command.arg(name).env("UV_TEST_TIMEOUT_MULTIPLIER", "2").current_dir(&libraries.of(subject).folder);
    let (begin, cpu) = (Instant::now(), children_cpu());
    let text = output_of(&mut command)?;
    let (wall, cpu) = (begin.elapsed().as_secs_f64(), children_cpu() - cpu);
    if text.lines().any(|line| line.starts_with("not ok")) {
        return Err(text);
    }
    let mut figures = output::figures(&text);
    figures.extend([figure(WALL, wall), figure(CPU, cpu)]);
    Ok(figures)
}

fn text(book: &Book, names: &[String]) -> String {
    let rounds = book.rounds(names.iter().map(String::as_str), OURS);
    let mut text = format!(
        "## libuv's own benchmarks\n\n\
         Its programs, from the sources in the crate `libuv-sys2`, linked to each library: medians of {rounds} pairs. \
         The figure is the one that the benchmark prints; `better` is how many times as fast ours is by it (its rate \
         over libuv's, or libuv's time over its own), in brackets the smallest and the largest pair. `cpu` is the \
         processor time of all processes of a run, per unit of what was done, ours over libuv's. What is not measured \
         ended with an error, or not within two minutes (`ping_udp10` and `ping_udp100` bind one port many times, which \
         Linux refuses either library).\n\n\
         | benchmark | unit | ours | libuv | better | cpu |\n|---|---|--:|--:|---|---|\n"
    );
    for name in names {
        let figures = book.figures(name, OURS);
        if figures.is_empty() {
            let _ = writeln!(text, "| {name} | not measured | | | | |");
        }
        // What has no figure of its own has the time of the whole run.
        let own: Vec<&String> = figures.iter().filter(|known| *known != CPU && *known != WALL).collect();
        let shown: Vec<&str> = if own.is_empty() {
            vec![WALL; figures.len().min(1)]
        } else {
            own.iter().map(|s| s.as_str()).collect()
        };
        for figure in shown {
            text.push_str(&line(book, name, figure));
        }
    }
    text
}

fn line(book: &Book, name: &str, figure: &str) -> String {
    let (label, unit) = figure.rsplit_once(' ').unwrap_or((figure, ""));
    let is_time = unit == "s";
    let better: Vec<f64> = book
        .ratios(name, PAIR, figure)
        .iter()
        .map(|ratio| if is_time { 1.0 / ratio } else { *ratio })
        .collect();
    let cell = |subject| book.median(name, subject, figure).map(number).unwrap_or_default();
    // A run of a fixed time costs as much when it does more: what it did is in its rate.
    let cpu = book.ratio(name, PAIR, CPU).map(|cpu| {
        let same_time = book.ratio(name, PAIR, WALL).is_some_and(|wall| (0.97..1.03).contains(&wall));
        if same_time && !is_time { cpu / super::median(better.clone()) } else { cpu }
    });
    let label = label.strip_prefix("rate").or(label.strip_prefix("time")).unwrap_or(label).trim();
    format!(
        "| {name}{}{label} | {unit} | {} | {} | **{:.2}** [{}] | {} |\n",
        if label.is_empty() { "" } else { ", " },
        cell(OURS),
        cell(LIBUV),
        super::median(better.clone()),
        spread(&better),
        cpu.map(|cpu| format!("{cpu:.2}")).unwrap_or_default()
    )
}

fn number(value: f64) -> String {
    if value < 100.0 { format!("{value:.2}") } else { count(value) }
}

#[cfg(test)]
mod tests {
    use super::super::book::tests::book;
    use super::*;

    #[test]
    fn a_time_is_better_when_it_is_shorter_and_a_rate_when_it_is_higher() {
        let book =
            book("a\tlibuv\t0\ttime s=4\tcpu s=4\twall s=4\na\tours\t0\ttime s=2\tcpu s=1\twall s=2\n");
        assert_eq!(line(&book, "a", "time s"), "| a | s | 2.00 | 4.00 | **2.00** [2.00..2.00] | 0.25 |\n");
        let book = self::book(
            "a\tlibuv\t0\trate sync /s=1000\tcpu s=4\twall s=5\na\tours\t0\trate sync /s=2000\tcpu s=4\twall s=5\n",
        );
        let line = line(&book, "a", "rate sync /s");
        assert_eq!(line, "| a, sync | /s | 2.0k | 1.0k | **2.00** [2.00..2.00] | 0.50 |\n");
    }
}
