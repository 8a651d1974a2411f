//! `cargo xtask differential`: the same random scripts on this library and on libuv; the traces of
//! callbacks must be the same. A seed is all it takes to play one again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::{reference, root};

const USAGE: &str = "\
usage: cargo xtask differential [seeds | --seed N]

  seeds      how many seeds to play (default 1000)
  --seed N   plays one and prints both traces side by side where they differ";

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let reference = reference::build()?;
    let own = c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
    let folder = c_tests::target_folder().join("differential");
    let ours = Player::build(&folder.join("ours"), &own.folder.join("libuv.so"), &own.include)?;
    let theirs = Player::build(
        &folder.join("libuv"),
        &reference.library().join("libuv.so.1"),
        &reference.folder.join("include"),
    )?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| USAGE.to_string());
    match arguments {
        [] => play_all(&ours, &theirs, 1000),
        ["--seed", seed] => play_one(&ours, &theirs, number(seed)?),
        [seeds] => play_all(&ours, &theirs, number(seeds)?),
        _ => Err(USAGE.into()),
    }
}

/// The scenario player, linked to one of the libraries.
struct Player {
    program: PathBuf,
    folder: PathBuf,
}

impl Player {
    fn build(folder: &Path, library: &Path, include: &Path) -> Result<Player, String> {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let shared = folder.join("libuv.so.1");
        fs::copy(library, &shared).map_err(|e| format!("{}: {e}", library.display()))?;
        let program = folder.join("scenario");
        let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let output = Command::new(&cc)
            .args(["-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-I"])
            .arg(include)
            .arg("-o")
            .arg(&program)
            .arg(root().join("c-tests/differential/scenario.c"))
            .arg(&shared)
            .args(["-ldl", "-pthread"])
            .output()
            .map_err(|e| format!("{cc}: {e}"))?;
        if !output.status.success() {
            return Err(format!("{cc}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(Player { program, folder: folder.to_path_buf() })
    }

    /// The trace, with the exit status for a last line.
    fn play(&self, seed: u64) -> Result<String, String> {
        let output = Command::new(&self.program)
            .arg(seed.to_string())
            .env("LD_LIBRARY_PATH", &self.folder)
            // Time is virtual: it does not pass while the library looks for a notification.
            .env("UV_ADAPTIVE_WAIT", "0")
            .output()
            .map_err(|e| format!("{}: {e}", self.program.display()))?;
        Ok(format!("{}{}\n", String::from_utf8_lossy(&output.stdout), output.status))
    }
}

fn play_all(ours: &Player, theirs: &Player, seeds: u64) -> Result<(), String> {
    let next = AtomicU64::new(1);
    let lines = AtomicU64::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let differing = thread::scope(|scope| {
        let players: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| -> Result<Vec<u64>, String> {
                    let mut differing = Vec::new();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed > seeds {
                            return Ok(differing);
                        }
                        let trace = ours.play(seed)?;
                        lines.fetch_add(trace.lines().count() as u64, Ordering::Relaxed);
                        if trace != theirs.play(seed)? {
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
    println!(
        "{seeds} seeds, {} lines of trace, {} seeds with a difference",
        lines.load(Ordering::Relaxed),
        differing.len()
    );
    match differing.iter().min() {
        None => Ok(()),
        Some(first) => {
            play_one(ours, theirs, *first)?;
            Err(format!("seeds with a difference: {differing:?}"))
        }
    }
}

/// Prints the traces' common beginning shortly, and what follows side by side.
fn play_one(ours: &Player, theirs: &Player, seed: u64) -> Result<(), String> {
    let (ours, theirs) = (ours.play(seed)?, theirs.play(seed)?);
    let same = ours.lines().zip(theirs.lines()).take_while(|(a, b)| a == b).count();
    if ours == theirs {
        println!("seed {seed}: the same {same} lines");
        return Ok(());
    }
    println!("seed {seed}: the same {same} lines, then (libuv's on the left)");
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
