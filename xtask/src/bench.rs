//! `cargo xtask bench`: the same C benchmarks on this library and on libuv, pair by pair.

mod book;
mod counts;
mod gaps;
mod libraries;
mod libuv;
mod memory;
mod options;
mod plot;
mod programs;
mod report;
mod rows;
mod scale;
mod section;
mod sight;
mod sizes;
mod sweep;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{reference, root};
use counts::Counts;
use rows::{Counted, Row, rows};

const USAGE: &str = "\
usage: cargo xtask bench [options] [filter ...]
       cargo xtask bench gaps|libuv|programs|scale|sight [--rounds N] [--quick] [--resume] [--report] [--write] [word ...]
       cargo xtask bench memory [options] [filter ...]

  --pairs N     runs of each library (default 7)
  --scale X     how much work a run does (default 1)
  --before DIR  run the library in DIR (its libuv.so.1) as well, beside ours in each pair, and say how
                ours compares with it
  --sizes       only what the libraries weigh, and what starting with them costs
  --no-counts   leave out system calls and instructions
  --write       write bench/RESULTS.md and bench/ratios.svg
  --smoke       short runs; compare the counts with bench/counts.tsv and fail where one has grown
  --accept      with --smoke: write bench/counts.tsv";

struct Options {
    pairs: usize,
    scale: f64,
    before: Option<PathBuf>,
    counts: bool,
    sizes: bool,
    write: bool,
    smoke: bool,
    accept: bool,
    filters: Vec<String>,
}

/// One run's figures.
#[derive(Clone, Copy)]
struct Run {
    /// Operations a second.
    rate: f64,
    /// Processor time in nanoseconds an operation.
    cpu: f64,
}

/// A benchmark's runs on the libraries.
struct Measured {
    row: Row,
    ours: Vec<Run>,
    /// Runs of the library that `--before` names.
    before: Vec<Run>,
    theirs: Vec<Run>,
    our_counts: Option<Counts>,
    their_counts: Option<Counts>,
}

/// A library with the benchmarks built for it.
struct Subject {
    program: PathBuf,
    library: PathBuf,
}

impl Subject {
    fn command(&self, name: &str, scale: f64) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(name);
        self.environment(&mut command, scale);
        command
    }

    fn environment(&self, command: &mut Command, scale: f64) {
        command.env("LD_LIBRARY_PATH", &self.library).env("BENCH_SCALE", scale.to_string());
        command.env("BENCH_FOLDER", c_tests::target_folder());
    }

    fn run(&self, name: &str, scale: f64) -> Result<Run, String> {
        let output = self.command(name, scale).output().map_err(|e| format!("{name}: {e}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        parse(&text).ok_or_else(|| {
            format!("{name}: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr))
        })
    }
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["gaps", rest @ ..] => gaps::run(rest),
        ["sight", rest @ ..] => sight::run(rest),
        ["memory", rest @ ..] => memory::run(rest),
        ["libuv", rest @ ..] => libuv::run(rest),
        ["programs", rest @ ..] => programs::run(rest),
        ["scale", rest @ ..] => scale::run(rest),
        _ => run_pairs(arguments),
    }
}

fn run_pairs(arguments: &[&str]) -> Result<(), String> {
    let options = parse_options(arguments)?;
    let reference = reference::build()?;
    let own = c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
    let folder = c_tests::target_folder().join("bench");
    let ours = build(&folder.join("ours"), &own.folder.join("libuv.so"), &own.include)?;
    let theirs = build(
        &folder.join("libuv"),
        &reference.library().join("libuv.so.1"),
        &reference.folder.join("include"),
    )?;
    if options.sizes {
        sizes::measure(&ours, &theirs, &reference)?.iter().for_each(report::size_line);
        return Ok(());
    }
    let before = match &options.before {
        Some(library) => Some(build(&folder.join("before"), &library.join("libuv.so.1"), &own.include)?),
        None => None,
    };
    let chosen: Vec<Row> = rows().into_iter().filter(|row| options.chooses(row.name)).collect();
    if chosen.is_empty() {
        return Err("no benchmark has such a name".into());
    }
    if options.smoke {
        counts::smoke(&chosen, &ours, options.accept)?;
        return if options.filters.is_empty() { memory::smoke() } else { Ok(()) };
    }
    let mut measured = Vec::new();
    report::header();
    for row in chosen {
        let one = measure(row, &ours, before.as_ref(), &theirs, &options)?;
        report::line(&one);
        measured.push(one);
    }
    let sizes =
        if options.filters.is_empty() { sizes::measure(&ours, &theirs, &reference)? } else { Vec::new() };
    sizes.iter().for_each(report::size_line);
    if options.write {
        report::write(&root().join("bench"), &measured, &sizes, options.pairs)?;
    }
    Ok(())
}

impl Options {
    fn chooses(&self, name: &str) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| name.contains(filter.as_str()))
    }
}

fn parse_options(arguments: &[&str]) -> Result<Options, String> {
    let mut options = Options {
        pairs: 7,
        scale: 1.0,
        before: None,
        counts: true,
        sizes: false,
        write: false,
        smoke: false,
        accept: false,
        filters: Vec::new(),
    };
    let mut left = arguments.iter();
    while let Some(&argument) = left.next() {
        match argument {
            "--pairs" => options.pairs = number(left.next())? as usize,
            "--scale" => options.scale = number(left.next())?,
            "--before" => options.before = Some(left.next().ok_or(USAGE)?.into()),
            "--sizes" => options.sizes = true,
            "--no-counts" => options.counts = false,
            "--write" => options.write = true,
            "--smoke" => options.smoke = true,
            "--accept" => options.accept = true,
            _ if argument.starts_with('-') => return Err(USAGE.into()),
            filter => options.filters.push(filter.into()),
        }
    }
    if options.pairs == 0 { Err(USAGE.into()) } else { Ok(options) }
}

fn number(argument: Option<&&str>) -> Result<f64, String> {
    argument.and_then(|text| text.parse().ok()).ok_or_else(|| USAGE.to_string())
}

fn build(folder: &Path, library: &Path, include: &Path) -> Result<Subject, String> {
    compile(folder, library, include, "", "uv-bench")
}

/// Compiles the C files of a part of bench/ against a library, which is copied beside the program.
fn compile(
    folder: &Path,
    library: &Path,
    include: &Path,
    part: &str,
    program: &str,
) -> Result<Subject, String> {
    fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let shared = folder.join("libuv.so.1");
    fs::copy(library, &shared).map_err(|e| format!("{}: {e}", library.display()))?;
    let program = folder.join(program);
    let mut sources: Vec<PathBuf> = fs::read_dir(root().join("bench").join(part))
        .map_err(|e| format!("bench/{part}: {e}"))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "c"))
        .collect();
    sources.sort();
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let output = Command::new(&cc)
        .args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-I"])
        .arg(include)
        .arg("-o")
        .arg(&program)
        .args(&sources)
        .arg(&shared)
        .arg("-pthread")
        .output()
        .map_err(|e| format!("{cc}: {e}"))?;
    if !output.status.success() {
        return Err(format!("{cc}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    Ok(Subject { program, library: folder.to_path_buf() })
}

/// A B A B ..., and then the counts, which are steady.
fn measure(
    row: Row,
    ours: &Subject,
    before: Option<&Subject>,
    theirs: &Subject,
    options: &Options,
) -> Result<Measured, String> {
    let mut one = Measured {
        row,
        ours: Vec::new(),
        before: Vec::new(),
        theirs: Vec::new(),
        our_counts: None,
        their_counts: None,
    };
    for _ in 0..options.pairs {
        if let Some(before) = before {
            one.before.push(before.run(one.row.name, options.scale)?);
        }
        one.theirs.push(theirs.run(one.row.name, options.scale)?);
        one.ours.push(ours.run(one.row.name, options.scale)?);
    }
    if options.counts && one.row.counted != Counted::No {
        one.our_counts = Some(counts::count(ours, one.row.name)?);
        one.their_counts = Some(counts::count(theirs, one.row.name)?);
    }
    Ok(one)
}

fn parse(line: &str) -> Option<Run> {
    let value = |name: &str| -> Option<f64> {
        line.split_whitespace().find_map(|word| word.strip_prefix(name)?.parse().ok())
    };
    let operations = value("operations=")?;
    let wall = value("wall_ns=")?;
    Some(Run { rate: operations * 1e9 / wall, cpu: value("cpu_ns=")? / operations })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.as_slice() {
        [] => f64::NAN,
        sorted if sorted.len() % 2 == 1 => sorted[middle],
        sorted => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}
