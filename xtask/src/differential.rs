//! `cargo xtask differential`: the same random scripts on this library and on libuv; the traces of
//! callbacks must be the same. A family and a seed are all it takes to play one again.

mod player;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use crate::reference;
use player::{Player, Side};

const USAGE: &str = "\
usage: cargo xtask differential [seeds] [--family NAME ...] [--seed N]

  seeds          how many seeds of each family to play (default 1000)
  --family NAME  of this family only: a file of c-tests/differential/; all in turn by default
  --seed N       plays one and prints both traces side by side where they differ";

#[derive(Default)]
struct Options {
    families: Vec<String>,
    seeds: Option<u64>,
    seed: Option<u64>,
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let options = options(arguments)?;
    let all = player::families()?;
    if let Some(unknown) = options.families.iter().find(|name| !all.contains(name)) {
        return Err(format!("no family {unknown}; there are: {}", all.join(", ")));
    }
    let families = if options.families.is_empty() { all } else { options.families };

    let reference = reference::build()?;
    let own = c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
    let folder = c_tests::target_folder().join("differential");
    let ours = Side::new(folder.join("ours"), &own.folder.join("libuv.so"), own.include)?;
    let theirs = Side::new(
        folder.join("libuv"),
        &reference.library().join("libuv.so.1"),
        reference.folder.join("include"),
    )?;
    let mut differing = Vec::new();
    for name in &families {
        let (ours, theirs) = (ours.player(name)?, theirs.player(name)?);
        match options.seed {
            Some(seed) => play_one(name, &ours, &theirs, seed)?,
            None => {
                let seeds = play_all(name, &ours, &theirs, options.seeds.unwrap_or(1000))?;
                if let Some(first) = seeds.get(..seeds.len().min(20)).filter(|seeds| !seeds.is_empty()) {
                    differing.push(format!("{name} {first:?}"));
                }
            }
        }
    }
    if differing.is_empty() {
        return Ok(());
    }
    Err(format!("seeds with a difference: {}", differing.join(", ")))
}

fn options(arguments: &[&str]) -> Result<Options, String> {
    let number = |text: &str| text.parse::<u64>().map_err(|_| USAGE.to_string());
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--family" => options.families.push(rest.next().ok_or(USAGE)?.to_string()),
            "--seed" => options.seed = Some(number(rest.next().ok_or(USAGE)?)?),
            seeds => options.seeds = Some(number(seeds)?),
        }
    }
    Ok(options)
}

/// Plays the seeds from 1 on, prints a line, and returns those that differ.
fn play_all(family: &str, ours: &Player, theirs: &Player, seeds: u64) -> Result<Vec<u64>, String> {
    let began = Instant::now();
    let next = AtomicU64::new(1);
    let lines = AtomicU64::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut differing = thread::scope(|scope| {
        let players: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| -> Result<Vec<u64>, String> {
                    let mut differing = Vec::new();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed > seeds {
                            return Ok(differing);
                        }
                        let played = ours.play(seed)?;
                        lines.fetch_add(played.trace.lines().count() as u64, Ordering::Relaxed);
                        if !played.ended || played != theirs.play(seed)? {
                            differing.push(seed);
                        }
                    }
                })
            })
            .collect();
        let mut all = Vec::new();
        for player in players {
            all.extend(player.join().map_err(|_| "a player panicked".to_string())??);
        }
        Ok::<_, String>(all)
    })?;
    differing.sort_unstable();
    println!(
        "{family:<12} {seeds:>6} seeds {:>9} lines of trace {:>4} seeds with a difference {:>6.1} s",
        lines.load(Ordering::Relaxed),
        differing.len(),
        began.elapsed().as_secs_f64()
    );
    if let Some(first) = differing.first() {
        play_one(family, ours, theirs, *first)?;
    }
    Ok(differing)
}

/// Prints the traces' common beginning shortly, and what follows side by side.
fn play_one(family: &str, ours: &Player, theirs: &Player, seed: u64) -> Result<(), String> {
    let (ours, theirs) = (ours.play(seed)?.trace, theirs.play(seed)?.trace);
    let same = ours.lines().zip(theirs.lines()).take_while(|(a, b)| a == b).count();
    if ours == theirs {
        println!("{family}, seed {seed}: the same {same} lines");
        return Ok(());
    }
    println!("{family}, seed {seed}: the same {same} lines, then (libuv's on the left)");
    for line in ours.lines().skip(same.saturating_sub(5)).take(5.min(same)) {
        println!("  {line}");
    }
    let mut left = theirs.lines().skip(same);
    let mut right = ours.lines().skip(same);
    for _ in 0..20 {
        match (left.next(), right.next()) {
            (None, None) => break,
            (a, b) => println!("  {:<60} | {}", a.unwrap_or(""), b.unwrap_or("")),
        }
    }
    Ok(())
}
