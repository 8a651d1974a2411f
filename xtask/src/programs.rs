//! `cargo xtask programs`: programs of Debian's, unmodified, on the distribution's libuv and on this library, side by
//! side: what they print is compared, and their time is taken in pairs.

mod ground;
mod report;
mod table;
mod verdict;

use std::path::PathBuf;

use crate::root;
use ground::{Ground, Subject};
use table::{PROGRAMS, Program};
use verdict::Verdict;

const USAGE: &str = "\
usage: cargo xtask programs [--list] [--write] [--rounds N] [NAME ...]

  --list      only say which there are
  --write     put the rows of those that ran into docs/programs.md
  --rounds N  how many pairs are timed (11); 0 only compares";

const ROUNDS: usize = 11;

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (mut list, mut write, mut rounds, mut names) = (false, false, ROUNDS, Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--list" => list = true,
            "--write" => write = true,
            "--rounds" => {
                rounds =
                    rest.next().and_then(|number| number.parse().ok()).ok_or("--rounds takes a number")?;
            }
            name if PROGRAMS.iter().any(|program| program.name == name) => names.push(name),
            _ => return Err(USAGE.into()),
        }
    }
    let chosen = PROGRAMS.iter().filter(|program| names.is_empty() || names.contains(&program.name));
    if list {
        chosen.for_each(|program| println!("{:<12} {}: {}", program.name, program.title, program.job));
        return Ok(());
    }
    let ground = Ground::prepare()?;
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for program in chosen {
        let version = match ground.fetch(program) {
            Ok(version) => version,
            Err(message) => {
                println!("{:<12} cannot be had: {}", program.name, message.trim());
                continue;
            }
        };
        match compare(&ground, program, rounds) {
            Ok(verdict) => {
                println!("{:<12} {version:<28} {verdict}", program.name);
                rows.push(report::row(program, &version, Some(&verdict)));
            }
            Err(message) => {
                println!("{:<12} {version:<28} FAILED: {message}", program.name);
                rows.push(report::row(program, &version, None));
                failed.push(program.name);
            }
        }
    }
    if write {
        report::write(&rows)?;
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// Runs the job on both until all pairs are there. Whatever it prints has to be the same each time.
fn compare(ground: &Ground, program: &Program, rounds: usize) -> Result<Verdict, String> {
    let expected = ground.run(program, Subject::Distribution, true)?;
    if expected.traced {
        return Err("the distribution's libuv has written a timeline: it is not the distribution's".into());
    }
    if expected.output.trim().is_empty() {
        return Err("the job prints nothing".into());
    }
    let proof = ground.run(program, Subject::Ours, true)?;
    verdict::same(&expected.output, &proof.output)?;
    if !proof.traced {
        return Err("no timeline was written: the library was not used".into());
    }
    let mut ratios = Vec::new();
    for round in 0..rounds {
        let mut seconds = [0.0; 2];
        // Who goes first changes, so that what one leaves in caches helps the other as often.
        for place in [round % 2, 1 - round % 2] {
            let run = ground.run(program, [Subject::Distribution, Subject::Ours][place], false)?;
            verdict::same(&expected.output, &run.output)
                .map_err(|e| format!("on {}: {e}", ["the distribution's", "ours"][place]))?;
            seconds[place] = run.seconds;
        }
        ratios.push(seconds[1] / seconds[0]);
    }
    Ok(Verdict::of(ratios))
}

/// The folder of the jobs' scripts.
fn scripts() -> PathBuf {
    root().join("xtask/programs")
}
