//! `cargo xtask models`: the lock-free parts and the pool in all orders that threads can come in, within bounds.
//!
//! The programs are in `models/`, a workspace of its own. `--plants` weakens the sources in the ways that
//! `models/plants.tsv` lists, one at a time: the model that it names must notice.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::root;

const USAGE: &str = "\
usage: cargo xtask models [MODEL ...]
       cargo xtask models --plants [N ...]
       cargo xtask models --check

  MODEL         checks these alone
  --plants [N ...]
                shows that each planted weakening is noticed, or these
  --check       clippy looks at the models' own sources, without a warning";

/// A model that goes on for longer has noticed, too: it ends in seconds otherwise.
const LONGEST: Duration = Duration::from_secs(120);

pub fn run(arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["--plants", numbers @ ..] => plants(numbers),
        ["--check"] => cargo("clippy", None, &["--", "-D", "warnings"]),
        [first, ..] if first.starts_with('-') => Err(USAGE.into()),
        names => check(names),
    }
}

fn check(names: &[&str]) -> Result<(), String> {
    let program = build(None)?;
    let output = Command::new(&program).output().map_err(|e| format!("{}: {e}", program.display()))?;
    let all = String::from_utf8_lossy(&output.stdout).into_owned();
    let all: Vec<&str> = all.lines().collect();
    let names = if names.is_empty() { &all } else { names };
    println!("{:<28}{:>10}{:>12}{:>9}  what", "model", "changes", "orders", "seconds");
    let mut failed = Vec::new();
    for name in names {
        let status = Command::new(&program).arg(name).status();
        let status = status.map_err(|e| format!("{}: {e}", program.display()))?;
        if !status.success() {
            failed.push(*name);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("models that fail: {}", failed.join(", "))) }
}

fn plants(only: &[&str]) -> Result<(), String> {
    let path = root().join("models/plants.tsv");
    let table = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut missed = Vec::new();
    for (number, line) in table.lines().filter(|line| !line.starts_with('#')).enumerate() {
        if !only.is_empty() && !only.contains(&number.to_string().as_str()) {
            continue;
        }
        let mut fields = line.split('\t');
        let (model, what) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        print!("{number:>3} {model:<22}{what:<68}");
        let _ = std::io::stdout().flush();
        let program = build(Some(number))?;
        match fails(&program, model)? {
            Some(why) => println!("noticed: {why}"),
            None => {
                println!("MISSED");
                missed.push(number.to_string());
            }
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("not noticed: {}", missed.join(", "))) }
}

/// Why a model fails, if it does.
fn fails(program: &PathBuf, model: &str) -> Result<Option<String>, String> {
    let log = c_tests::target_folder().join("models/plant.log");
    let output = fs::File::create(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let mut child = Command::new(program)
        .arg(model)
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::null())
        .stderr(output)
        .spawn()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        if start.elapsed() > LONGEST {
            let _ = child.kill();
            let _ = child.wait();
            return Ok(Some("it does not end".into()));
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    if status.success() {
        return Ok(None);
    }
    let text = fs::read_to_string(&log).map_err(|e| format!("{}: {e}", log.display()))?;
    let mut lines = text.lines().skip_while(|line| !line.contains("panicked at")).skip(1);
    Ok(Some(lines.next().map_or_else(|| status.to_string(), |line| line.chars().take(60).collect())))
}

fn build(plant: Option<usize>) -> Result<PathBuf, String> {
    cargo("build", plant, &[])?;
    Ok(target().join("release/uv-models"))
}

fn target() -> PathBuf {
    c_tests::target_folder().join("models")
}

/// Runs cargo on `models/`.
fn cargo(what: &str, plant: Option<usize>, rest: &[&str]) -> Result<(), String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([what, "--release", "--quiet", "--locked"]).args(rest).current_dir(root().join("models"));
    command.env("CARGO_TARGET_DIR", target());
    match plant {
        Some(number) => command.env("MODELS_PLANT", number.to_string()),
        None => command.env_remove("MODELS_PLANT"),
    };
    let status = command.status().map_err(|e| format!("cargo: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("models/: cargo {what}: {status}")) }
}
