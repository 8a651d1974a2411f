//! `cargo xtask cross`: the library and the C tests for other processors and another C library, built with Debian's
//! compilers, which are unpacked in a folder of ours, and run: in an emulator, or as they are.

pub mod apt;
mod emulator;
mod exclusions;
mod old_glibc;
mod standard_library;
pub mod targets;
pub mod tools;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use c_tests::Linkage;

use crate::outcome::Outcome;
use crate::{exports, reference};
use apt::output_of;
use exclusions::Exclusion;
use targets::{Kind, Target};
use tools::Tools;

const USAGE: &str = "\
usage: cargo xtask cross [TARGET ...] [--list | --build-only | --dist | --excluded | --control] [-- runner arguments]

  TARGET        a name or a triple (default: all)
  --list        print the targets
  --build-only  build the library and the tests, and print where they are
  --dist        put headers and libraries into target/cross/dist/TARGET, for C programs
  --excluded    run the tests that are left out, and say which would pass
  --control     run all of them, on libuv itself

  It needs a Debian (or what is like it) on x86_64, a C compiler, ip and unshare; for other processors root, and
  Linux 6.7. What else it takes, 2 GB for all targets, it gets by itself and keeps in target/cross.";

/// Emulated processors are slow.
const TIME_SCALE: &str = "5";
const JOBS: [&str; 2] = ["-j", "3"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Tests,
    BuildOnly,
    Dist,
    Excluded,
    Control,
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (arguments, for_runner) = match arguments.iter().position(|argument| *argument == "--") {
        Some(place) => (&arguments[..place], &arguments[place + 1..]),
        None => (arguments, &[][..]),
    };
    let mut what = What::Tests;
    let mut names = Vec::new();
    for argument in arguments {
        match *argument {
            "--list" => {
                targets::ALL.iter().for_each(|target| println!("{:12} {}", target.name, target.triple));
                return Ok(());
            }
            "--build-only" => what = What::BuildOnly,
            "--dist" => what = What::Dist,
            "--excluded" => what = What::Excluded,
            "--control" => what = What::Control,
            name if !name.starts_with('-') => names.push(name),
            _ => return Err(USAGE.into()),
        }
    }
    run_all(&targets::named(&names)?, what, for_runner)
}

fn run_all(targets: &[&Target], what: What, for_runner: &[&str]) -> Result<(), String> {
    let tools = Tools::new()?;
    let mut rows = Vec::new();
    let mut failures = Vec::new();
    let mut skips: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for target in targets {
        let begin = Instant::now();
        if what == What::Dist {
            println!("{}", dist(&tools, target)?.display());
            continue;
        }
        let program = build(&tools, target, what)?;
        if what == What::BuildOnly {
            println!("{}", program.display());
            continue;
        }
        let Some((outcome, excluded)) = run_one(&tools, target, &program, what, for_runner)? else {
            continue;
        };
        rows.push(format!(
            "{:12} {:>6} {:>6} {:>7} {:>8} {:>5}",
            target.name,
            outcome.passed.len(),
            outcome.failed.len(),
            outcome.skipped_count(),
            excluded,
            begin.elapsed().as_secs()
        ));
        if what == What::Excluded && !outcome.passed.is_empty() {
            rows.push(format!("  would pass: {}", outcome.passed.join(", ")));
        }
        for (name, printed) in &outcome.failed {
            failures.push(format!("{}: {name}: {printed}", target.name));
        }
        for (reason, tests) in &outcome.skipped {
            skips.entry(reason.clone()).or_default().push(format!("{} {}", target.name, tests.len()));
        }
    }
    if matches!(what, What::BuildOnly | What::Dist) {
        return Ok(());
    }
    println!("{:12} {:>6} {:>6} {:>7} {:>8} {:>5}", "target", "passed", "failed", "skipped", "excluded", "s");
    rows.iter().for_each(|row| println!("{row}"));
    print_skips(&skips);
    print_exclusions(targets);
    if failures.is_empty() || what == What::Excluded { Ok(()) } else { Err(failures.join("\n")) }
}

/// Builds the tests, with this library or, as a control, with libuv, and says where they are.
fn build(tools: &Tools, target: &Target, what: What) -> Result<PathBuf, String> {
    let environment = tools.environment(target)?;
    println!("# building for {}", target.triple);
    let linkage = match target.kind {
        Kind::Musl(linkage) => linkage,
        Kind::OldGlibc | Kind::Foreign(_) => Linkage::Shared,
    };
    let mut command = another_of_ours(&environment)?;
    command.args(["c-tests", "--target", target.triple, "--build-only"]);
    if linkage == Linkage::Static {
        command.arg("--static");
    }
    if what == What::Control {
        let compiler = environment.iter().find(|(name, _)| name.starts_with("CC_"));
        let (_, compiler) = compiler.ok_or("there is no compiler")?;
        let folder = reference::build_for(target.name, compiler)?.folder;
        command.arg("--against").arg(folder);
    }
    let output = output_of(&mut command)?;
    if let (Kind::OldGlibc, true) = (&target.kind, what != What::Control) {
        check_needs(target)?;
    }
    output.lines().last().map(PathBuf::from).ok_or_else(|| "the tests are nowhere".into())
}

/// Headers and libraries in a folder, which it names.
fn dist(tools: &Tools, target: &Target) -> Result<PathBuf, String> {
    let environment = tools.environment(target)?;
    let folder = tools.folder().join("dist").join(target.name);
    output_of(another_of_ours(&environment)?.args(["dist", "--target", target.triple]).arg(&folder))?;
    if let Kind::OldGlibc = target.kind {
        check_needs(target)?;
    }
    Ok(folder)
}

/// Another command of ours. The environment is for the compilers that it starts: a process has one.
fn another_of_ours(environment: &[(String, String)]) -> Result<Command, String> {
    let mut command = Command::new(std::env::current_exe().map_err(|e| e.to_string())?);
    command.envs(environment.iter().cloned());
    Ok(command)
}

/// Whether the library asks for no newer C library than it was built against one for.
fn check_needs(target: &Target) -> Result<(), String> {
    let folder = c_tests::target_folder().join(target.triple).join("release");
    exports::check(&folder.join("libuv.so"), old_glibc::NEEDED)
}

/// The tests of one target, and how many are left out. None if there is none to run.
fn run_one(
    tools: &Tools,
    target: &Target,
    program: &Path,
    what: What,
    for_runner: &[&str],
) -> Result<Option<(Outcome, usize)>, String> {
    let globs: Vec<&str> = exclusions::ALL
        .iter()
        .filter(|exclusion| exclusion.targets.contains(&target.name))
        .flat_map(|exclusion| exclusion.tests.iter().copied())
        .collect();
    let mut arguments: Vec<&str> = JOBS.iter().chain(for_runner).copied().collect();
    let mut excluded = 0;
    match what {
        What::Excluded if globs.is_empty() => return Ok(None),
        What::Excluded => arguments.extend(&globs),
        What::Tests if !globs.is_empty() => {
            let list: Vec<&str> = ["--list"].iter().chain(&globs).copied().collect();
            excluded = start(tools, target, program, &list, &[])?.lines().count();
            arguments.extend(globs.iter().flat_map(|glob| ["--exclude", glob]));
        }
        _ => {}
    }
    println!("# running {}", program.display());
    let mut environment = vec![("UV_TESTS_TIME_SCALE", TIME_SCALE)];
    if what == What::Control {
        environment.push(("UV_TESTS_OTHER", "1"));
    }
    let text = start(tools, target, program, &arguments, &environment)?;
    apt::write(&tools.folder().join(format!("{}.log", target.name)), text.as_bytes())?;
    if !text.lines().any(|line| line.contains(" passed, ")) {
        return Err(format!("{}: the tests did not come to their end\n{text}", target.name));
    }
    Ok(Some((Outcome::read(&text, false, |_| false), excluded)))
}

/// Runs a program of the target's, and gives what it wrote.
fn start(
    tools: &Tools,
    target: &Target,
    program: &Path,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<String, String> {
    let Kind::Foreign(processor) = &target.kind else {
        let mut command = Command::new(program);
        command.args(arguments).envs(environment.iter().copied()).env_remove("LD_LIBRARY_PATH");
        let output = command.output().map_err(|e| format!("{}: {e}", program.display()))?;
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    };
    let rule = processor.rule(&tools.emulator(processor)?.display().to_string());
    emulator::run(tools.folder(), &rule, program, arguments, environment)
}

fn print_skips(skips: &BTreeMap<String, Vec<String>>) {
    if !skips.is_empty() {
        println!("\nskipped by the tests themselves:");
    }
    for (reason, targets) in skips {
        println!("  {reason}: {}", targets.join(", "));
    }
}

fn print_exclusions(targets: &[&Target]) {
    let places = |exclusion: &Exclusion| -> Vec<&str> {
        targets.iter().map(|target| target.name).filter(|name| exclusion.targets.contains(name)).collect()
    };
    let used: Vec<_> = exclusions::ALL.iter().filter(|exclusion| !places(exclusion).is_empty()).collect();
    if !used.is_empty() {
        println!("\nexcluded:");
    }
    for exclusion in used {
        println!("  {}: {}", places(exclusion).join(", "), exclusion.reason);
        println!("    {}", exclusion.tests.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_excluded_has_a_target() {
        for name in exclusions::ALL.iter().flat_map(|exclusion| exclusion.targets) {
            assert!(targets::ALL.iter().any(|target| target.name == *name), "{name}");
        }
    }
}
