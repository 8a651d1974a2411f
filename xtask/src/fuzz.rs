//! `cargo xtask fuzz`: the targets of `fuzz/`, built with the stable toolchain, and played for a while.
//!
//! What `cargo fuzz` does with a nightly toolchain: the coverage that libFuzzer is guided by is a pass of LLVM's,
//! and the sanitizer's run time comes with stable toolchains, too; `RUSTC_BOOTSTRAP` lets its option through.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{reference, root};

const USAGE: &str = "\
usage: cargo xtask fuzz [TARGET ...] [--minutes N | --runs N] [--write]
       cargo xtask fuzz TARGET --repeat FILE
       cargo xtask fuzz --check

  TARGET         addresses, texts, operations or differential; all of them if none is named
  --minutes N    plays for so long, shared by the targets (default 1)
  --runs N       so many executions of each target
  --write        chooses a new corpus (fuzz/corpus/TARGET) from what was found up to now
  --repeat FILE  plays one input, such as one that was found to fail
  --check        plays nothing: clippy looks at the targets, without a warning";

/// A target and the longest input that makes sense for it.
const TARGETS: [(&str, usize); 4] =
    [("addresses", 96), ("texts", 96), ("operations", 160), ("differential", 160)];

/// Inputs of one target in the repository.
const CORPUS: usize = 40;

const FLAGS: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Zsanitizer=address",
];

enum Limit {
    Seconds(u64),
    Runs(u64),
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    if arguments == ["--check"] {
        return cargo(&["clippy", "--bins", "--lib"], &["--", "-D", "warnings"]);
    }
    let mut targets = Vec::new();
    let (mut limit, mut write, mut repeat) = (None, false, None);
    let mut rest = arguments.iter();
    let number = |text: Option<&&str>| text.and_then(|text| text.parse::<u64>().ok()).ok_or(USAGE);
    while let Some(argument) = rest.next() {
        match *argument {
            "--minutes" => limit = Some(Limit::Seconds(60 * number(rest.next())?)),
            "--runs" => limit = Some(Limit::Runs(number(rest.next())?)),
            "--write" => write = true,
            "--repeat" => repeat = Some(*rest.next().ok_or(USAGE)?),
            name => targets.push(*TARGETS.iter().find(|(target, _)| *target == name).ok_or(USAGE)?),
        }
    }
    if targets.is_empty() {
        targets = TARGETS.to_vec();
    }
    let programs = Programs::build()?;
    if let Some(file) = repeat {
        let [(target, _)] = targets[..] else { return Err(USAGE.into()) };
        return programs.repeat(target, file);
    }
    if write {
        return targets.iter().try_for_each(|(target, len)| programs.write_corpus(target, *len));
    }
    let limit = match limit.unwrap_or(Limit::Seconds(60)) {
        Limit::Seconds(all) => Limit::Seconds((all / targets.len() as u64).max(1)),
        runs => runs,
    };
    println!(
        "{:<14}{:>12}{:>10}{:>10}{:>12}  result",
        "target", "executions", "seconds", "a second", "edges"
    );
    let mut failed = Vec::new();
    for (target, len) in targets {
        let played = programs.play(target, len, &limit)?;
        println!(
            "{target:<14}{:>12}{:>10}{:>10}{:>12}  {}",
            played.executions,
            played.seconds,
            played.executions / played.seconds.max(1),
            played.edges,
            played.failure.as_deref().unwrap_or("clean"),
        );
        if played.failure.is_some() {
            failed.push(target);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("not clean: {}", failed.join(", "))) }
}

struct Played {
    executions: u64,
    seconds: u64,
    /// Of the library's and the target's code, reached by the corpus and what was found.
    edges: u64,
    failure: Option<String>,
}

struct Programs {
    folder: PathBuf,
    /// What is found goes here, below the target's name.
    work: PathBuf,
    libuv: PathBuf,
}

/// Runs cargo on `fuzz/`, with the flags that the targets are built with.
fn cargo(command: &[&str], rest: &[&str]) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(command)
        .args(["--release", "--quiet", "--locked", "--target", &host()?])
        .args(rest)
        .current_dir(root().join("fuzz"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", FLAGS.join(" "))
        .env("CARGO_TARGET_DIR", c_tests::target_folder().join("fuzz"))
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("fuzz/: cargo {}: {status}", command.join(" "))) }
}

impl Programs {
    fn build() -> Result<Programs, String> {
        let libuv = reference::build()?.library().join("libuv.so.1");
        let work = c_tests::target_folder().join("fuzz");
        cargo(&["build"], &[])?;
        Ok(Programs { folder: work.join(host()?).join("release"), work, libuv })
    }

    fn command(&self, target: &str) -> Command {
        let mut command = Command::new(self.folder.join(target));
        command.env("UV_FUZZ_REFERENCE", &self.libuv);
        command
    }

    fn place(&self, what: &str, target: &str) -> Result<PathBuf, String> {
        let folder = self.work.join(what).join(target);
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(folder)
    }

    fn play(&self, target: &str, len: usize, limit: &Limit) -> Result<Played, String> {
        let (found, failing) = (self.place("found", target)?, self.place("failing", target)?);
        let log = failing.join("log.txt");
        let output = fs::File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let mut command = self.command(target);
        command.arg(found).arg(corpus(target)).arg(format!("-max_len={len}"));
        command.args(["-timeout=20", "-print_final_stats=1", "-verbosity=1"]);
        command.arg(format!("-artifact_prefix={}/", failing.display()));
        match limit {
            Limit::Seconds(seconds) => command.arg(format!("-max_total_time={seconds}")),
            Limit::Runs(runs) => command.arg(format!("-runs={runs}")),
        };
        let start = Instant::now();
        let status = command
            .current_dir(&failing)
            .stdout(Stdio::null())
            .stderr(output)
            .status()
            .map_err(|e| format!("{target}: {e}"))?;
        let seconds = start.elapsed().as_secs();
        let text = fs::read(&log).map_err(|e| format!("{}: {e}", log.display()))?;
        let text = String::from_utf8_lossy(&text);
        let last = text.lines().rev().find(|line| line.contains("cov: ")).unwrap_or_default();
        let executions = stat(&text, "stat::number_of_executed_units:").or_else(|| after(last, "#"));
        let failure = (!status.success()).then(|| {
            let input = text.lines().rev().find_map(|line| line.split_once("Test unit written to "));
            let input = input.map_or(String::from("no input"), |(_, path)| path.to_string());
            format!("{status}; the log is {}; repeat with {target} --repeat {input}", log.display())
        });
        let edges = after(last, "cov: ").unwrap_or(0);
        Ok(Played { executions: executions.unwrap_or(0), seconds, edges, failure })
    }

    fn repeat(&self, target: &str, file: &str) -> Result<(), String> {
        let status = self.command(target).arg(file).status().map_err(|e| format!("{target}: {e}"))?;
        if status.success() { Ok(()) } else { Err(format!("{target} {file}: {status}")) }
    }

    /// The inputs that together reach most, in the order in which each adds most to those before.
    fn write_corpus(&self, target: &str, len: usize) -> Result<(), String> {
        let chosen = self.place("chosen", target)?;
        fs::remove_dir_all(&chosen).map_err(|e| format!("{}: {e}", chosen.display()))?;
        let (chosen, found) = (self.place("chosen", target)?, self.place("found", target)?);
        let corpus = corpus(target);
        fs::create_dir_all(&corpus).map_err(|e| format!("{}: {e}", corpus.display()))?;
        let status = self
            .command(target)
            .args(["-set_cover_merge=1", &format!("-max_len={len}")])
            .args([&chosen, &found, &corpus])
            .stderr(Stdio::null())
            .status()
            .map_err(|e| format!("{target}: {e}"))?;
        if !status.success() {
            return Err(format!("{target}: choosing inputs: {status}"));
        }
        let read = |folder: &Path| -> std::io::Result<Vec<_>> {
            fs::read_dir(folder)?
                .map(|entry| entry.and_then(|it| Ok((it.metadata()?.modified()?, it.path()))))
                .collect()
        };
        let mut files = read(&chosen).map_err(|e| format!("{}: {e}", chosen.display()))?;
        files.sort();
        let _ = fs::remove_dir_all(&corpus);
        fs::create_dir_all(&corpus).map_err(|e| format!("{}: {e}", corpus.display()))?;
        for (_, path) in files.iter().take(CORPUS) {
            let name = path.file_name().unwrap_or_default();
            fs::copy(path, corpus.join(name)).map_err(|e| format!("{}: {e}", path.display()))?;
        }
        println!("{target}: {} of {} inputs", files.len().min(CORPUS), files.len());
        Ok(())
    }
}

fn corpus(target: &str) -> PathBuf {
    root().join("fuzz/corpus").join(target)
}

fn stat(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().rev().find(|line| line.starts_with(name))?;
    line[name.len()..].trim().parse().ok()
}

/// The number behind a word.
fn after(line: &str, word: &str) -> Option<u64> {
    let (_, rest) = line.split_once(word)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The toolchain's own target: named, so that build scripts and macros are built without the flags.
fn host() -> Result<String, String> {
    let output = Command::new("rustc").arg("-vV").output().map_err(|e| format!("rustc: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_string).ok_or_else(|| "rustc does not say for which system it is".into())
}
