//! `cargo xtask profiles`: the C tests in narrower worlds: with an old kernel's answers, in sandboxes, with
//! few descriptors, and with each way that the library has beside its usual one.

mod exclusions;
mod facts;
mod filter;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use c_tests::{Linkage, Variant};

use crate::outcome::Outcome;
use crate::root;
use filter::{Answers, Numbers};

const USAGE: &str = "\
usage: cargo xtask profiles [--list | --ci | --excluded] [NAME ...] [-- runner arguments]

  NAME        a profile, or its beginning with a * behind it (default: all)
  --list      print the profiles
  --ci        a selection of profiles and tests that takes a minute
  --excluded  run the tests that are left out, and say which would pass
  fds-N       also for numbers that are not in the list";

/// A world for the tests.
#[derive(Clone)]
struct Profile {
    name: String,
    what: &'static str,
    answers: Option<Answers>,
    descriptors: Option<u32>,
    one_processor: bool,
    environment: &'static [&'static str],
    /// Flags of a build of the library for it alone.
    rustflags: Option<&'static str>,
}

const LEVELS: &str = "--cfg uv_level_triggered";
const WAKER_PIPE: &str = "--cfg mio_unsupported_force_waker_pipe";

/// A release in all that is compiled conditionally, but sooner there.
const QUICK_BUILD: [&str; 6] = [
    "--config",
    "profile.release.lto=false",
    "--config",
    "profile.release.codegen-units=16",
    "--config",
    "profile.release.opt-level=1",
];

/// Descriptors that a process may have, three of them open from the start.
const LIMITS: [u32; 8] = [8, 10, 12, 16, 20, 24, 30, 36];

fn all() -> Vec<Profile> {
    let plain = |name: &str, what| Profile {
        name: name.to_owned(),
        what,
        answers: None,
        descriptors: None,
        one_processor: false,
        environment: &[],
        rustflags: None,
    };
    let answering = |name, what, answers| Profile { answers: Some(answers), ..plain(name, what) };
    let with = |name, what, environment| Profile { environment, ..plain(name, what) };
    let mut profiles = vec![
        answering("kernel-3.10", "the system calls of Linux 3.10", facts::kernel((3, 10))),
        answering("kernel-4.19", "those of Linux 4.19", facts::kernel((4, 19))),
        answering("kernel-5.4", "those of Linux 5.4", facts::kernel((5, 4))),
        answering("docker", "Docker's default profile", facts::docker()),
        answering("docker-19.03", "an old one: EPERM for what is newer", facts::docker_19()),
        answering("gvisor", "what gVisor lacks and refuses", facts::gvisor()),
        answering("no-udp-segment", "UDP_SEGMENT refused", facts::no_udp_segment()),
        answering("no-pidfd", "SIGCHLD tells of children", facts::no_pidfd()),
        Profile {
            answers: Some(facts::no_eventfd()),
            rustflags: Some(WAKER_PIPE),
            ..plain("no-eventfd", "no eventfd, timerfd, signalfd: a pipe wakes")
        },
        Profile { rustflags: Some(LEVELS), ..plain("levels", "nothing is followed edge-triggered") },
        with("no-fs-inline", "UV_FS_INLINE=0", &["UV_FS_INLINE=0"]),
        with("no-adaptive-wait", "UV_ADAPTIVE_WAIT=0", &["UV_ADAPTIVE_WAIT=0"]),
        with("pool-1", "UV_THREADPOOL_SIZE=1", &["UV_THREADPOOL_SIZE=1"]),
        with("pool-128", "UV_THREADPOOL_SIZE=128", &["UV_THREADPOOL_SIZE=128"]),
        Profile { one_processor: true, ..plain("one-processor", "sched_setaffinity to one") },
    ];
    profiles.extend(LIMITS.map(few_descriptors));
    profiles
}

fn few_descriptors(count: u32) -> Profile {
    Profile {
        name: format!("fds-{count}"),
        what: "so many descriptors at the most",
        answers: None,
        descriptors: Some(count),
        one_processor: false,
        environment: &[],
        rustflags: None,
    }
}

/// What `--ci` runs: the profiles that take most from the library, each with the tests of its subject.
const SELECTION: &[(&str, &[&str])] = &[
    ("kernel-3.10", &["fs/*", "process/*", "udp/*", "random/*", "loop/*", "fork/*"]),
    ("docker-19.03", &["fs/*", "process/*", "tty/*", "os/*"]),
    ("gvisor", &["fs/*", "process/*", "udp/*"]),
    ("no-eventfd", &["async/*", "threadpool/*", "fork/*", "loop/*"]),
    ("levels", &["stream/*", "tcp/*", "pipe/*", "udp/*", "ipc/*", "tty/*"]),
    ("pool-1", &["fs/*", "threadpool/*", "dns/*"]),
    ("one-processor", &["async/*", "threadpool/*", "thread/*", "sync/*"]),
    ("fds-10", &["tcp/*", "pipe/*", "process/*", "fs/*", "ipc/*"]),
];

struct Request<'a> {
    profiles: Vec<Profile>,
    excluded_only: bool,
    is_selection: bool,
    for_runner: &'a [&'a str],
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (arguments, for_runner) = match arguments.iter().position(|argument| *argument == "--") {
        Some(place) => (&arguments[..place], &arguments[place + 1..]),
        None => (arguments, &[][..]),
    };
    if arguments == ["--list"] {
        for profile in all() {
            println!("{:18} {}", profile.name, profile.what);
        }
        return Ok(());
    }
    let flags = ["--ci", "--excluded"];
    let names: Vec<_> = arguments.iter().copied().filter(|argument| !flags.contains(argument)).collect();
    if names.iter().any(|name| name.starts_with('-')) {
        return Err(USAGE.into());
    }
    let is_selection = arguments.contains(&"--ci");
    let request = Request {
        profiles: if is_selection { selected() } else { named(&names)? },
        excluded_only: arguments.contains(&"--excluded"),
        is_selection,
        for_runner,
    };
    Programs::new()?.run_all(&request)
}

fn selected() -> Vec<Profile> {
    let is_selected = |profile: &Profile| SELECTION.iter().any(|(name, _)| *name == profile.name);
    all().into_iter().filter(is_selected).collect()
}

fn named(names: &[&str]) -> Result<Vec<Profile>, String> {
    let mut profiles = Vec::new();
    for name in names {
        let before = profiles.len();
        profiles.extend(all().into_iter().filter(|profile| fits(name, &profile.name)));
        let limit = name.strip_prefix("fds-").and_then(|number| number.parse().ok());
        if let (true, Some(limit)) = (profiles.len() == before, limit) {
            profiles.push(few_descriptors(limit));
        }
        if profiles.len() == before {
            return Err(format!("there is no profile '{name}'\n{USAGE}"));
        }
    }
    Ok(if names.is_empty() { all() } else { profiles })
}

/// Whether a pattern, a name or the beginning of one and a `*`, is meant for this name.
fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |beginning| name.starts_with(beginning))
}

/// The programs that take part, each built once.
struct Programs {
    folder: PathBuf,
    launcher: PathBuf,
    numbers: Numbers,
    tests: BTreeMap<&'static str, PathBuf>,
}

impl Programs {
    fn new() -> Result<Programs, String> {
        let folder = c_tests::target_folder().join("profiles");
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let launcher = folder.join("launch");
        let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let output = Command::new(&cc)
            .args(["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(&launcher)
            .arg(root().join("c-tests/profiles/launch.c"))
            .output()
            .map_err(|e| format!("{cc}: {e}"))?;
        if !output.status.success() {
            return Err(format!("{cc}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(Programs { folder, launcher, numbers: Numbers::ask()?, tests: BTreeMap::new() })
    }

    /// The tests, with the library that the profile asks for.
    fn tests(&mut self, profile: &Profile) -> Result<PathBuf, String> {
        let key = profile.rustflags.unwrap_or_default();
        if let Some(program) = self.tests.get(key) {
            return Ok(program.clone());
        }
        let library = match profile.rustflags {
            None => c_tests::own_library(Linkage::Shared),
            Some(rustflags) => c_tests::own_library_variant(&Variant {
                name: &profile.name,
                rustflags,
                arguments: &QUICK_BUILD,
                environment: &[],
                target: None,
            }),
        };
        let program = library.and_then(|library| c_tests::build(&library)).map_err(|e| e.to_string())?;
        self.tests.insert(key, program.clone());
        Ok(program)
    }

    /// The command line that starts a test in the profile's world.
    fn wrapping(&self, profile: &Profile) -> Result<String, String> {
        let mut words = vec![self.launcher.display().to_string()];
        if let Some(answers) = &profile.answers {
            let path = self.folder.join(format!("{}.filter", profile.name));
            fs::write(&path, filter::bytes(answers, &self.numbers))
                .map_err(|e| format!("{}: {e}", path.display()))?;
            words.extend(["-f".into(), path.display().to_string()]);
        }
        if let Some(count) = profile.descriptors {
            words.extend(["-n".into(), count.to_string()]);
        }
        if profile.one_processor {
            words.push("-1".into());
        }
        words.extend(profile.environment.iter().flat_map(|setting| ["-e".into(), setting.to_string()]));
        Ok(words.join(" "))
    }

    fn run_all(&mut self, request: &Request<'_>) -> Result<(), String> {
        println!(
            "{:18} {:>6} {:>6} {:>6} {:>7} {:>8} {:>4}",
            "profile", "passed", "failed", "short", "skipped", "excluded", "s"
        );
        let mut failures = Vec::new();
        let mut skips: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
        for profile in &request.profiles {
            let begin = Instant::now();
            let Some((outcome, excluded)) = self.run_one(profile, request)? else { continue };
            println!(
                "{:18} {:>6} {:>6} {:>6} {:>7} {:>8} {:>4}",
                profile.name,
                outcome.passed.len(),
                outcome.failed.len(),
                outcome.short.len(),
                outcome.skipped_count(),
                excluded,
                begin.elapsed().as_secs()
            );
            if request.excluded_only && !outcome.passed.is_empty() {
                println!("  would pass: {}", outcome.passed.join(", "));
            }
            for (name, printed) in &outcome.failed {
                failures.push(format!("{}: {name}: {printed}", profile.name));
            }
            for (reason, tests) in outcome.skipped {
                skips.entry(reason).or_default().insert(profile.name.clone(), tests);
            }
        }
        print_skips(&skips);
        print_exclusions(&request.profiles);
        if failures.is_empty() || request.excluded_only { Ok(()) } else { Err(failures.join("\n")) }
    }

    /// The tests under one profile, and how many are left out. None if there is none to run.
    fn run_one(
        &mut self,
        profile: &Profile,
        request: &Request<'_>,
    ) -> Result<Option<(Outcome, usize)>, String> {
        let program = self.tests(profile)?;
        let globs: Vec<&str> = exclusions::ALL
            .iter()
            .filter(|exclusion| exclusion.is_for(&profile.name))
            .flat_map(|exclusion| exclusion.tests.iter().copied())
            .collect();
        let excluded = if globs.is_empty() { 0 } else { list(&program, &globs)?.len() };
        let mut command = Command::new(&program);
        command.args(["--wrap", &self.wrapping(profile)?]).args(request.for_runner);
        // It would be the build's own, and is no part of a program's world.
        command.env_remove("LD_LIBRARY_PATH");
        if profile.descriptors.is_some() {
            command.env("UV_TESTS_TIME_SCALE", "0.34");
        }
        if request.excluded_only {
            if globs.is_empty() {
                return Ok(None);
            }
            command.args(&globs);
        } else {
            globs.iter().for_each(|glob| _ = command.args(["--exclude", glob]));
        }
        if request.is_selection {
            let tests = SELECTION.iter().filter(|(name, _)| *name == profile.name);
            command.args(tests.flat_map(|(_, tests)| *tests));
        }
        let output = command.output().map_err(|e| format!("{}: {e}", program.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if output.status.code() == Some(2) {
            return Err(format!("{}: {}", profile.name, String::from_utf8_lossy(&output.stderr)));
        }
        Ok(Some((Outcome::read(&text, profile.descriptors.is_some(), exclusions::may_wait), excluded)))
    }
}

/// The names of the tests that the globs mean.
fn list(program: &Path, globs: &[&str]) -> Result<Vec<String>, String> {
    let output = Command::new(program)
        .arg("--list")
        .args(globs)
        .output()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

fn print_skips(skips: &BTreeMap<String, BTreeMap<String, Vec<String>>>) {
    if !skips.is_empty() {
        println!("\nskipped by the tests themselves:");
    }
    for (reason, profiles) in skips {
        let counts: Vec<_> =
            profiles.iter().map(|(profile, tests)| format!("{profile} {}", tests.len())).collect();
        println!("  {reason}: {}", counts.join(", "));
    }
}

fn print_exclusions(profiles: &[Profile]) {
    let is_used =
        |exclusion: &&exclusions::Exclusion| profiles.iter().any(|profile| exclusion.is_for(&profile.name));
    let used: Vec<_> = exclusions::ALL.iter().filter(is_used).collect();
    if !used.is_empty() {
        println!("\nexcluded:");
    }
    for exclusion in used {
        println!("  {}: {}", exclusion.profiles.join(", "), exclusion.reason);
        println!("    {}", exclusion.tests.join(", "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_selected_or_excluded_has_a_profile() {
        let names: Vec<_> = all().into_iter().map(|profile| profile.name).collect();
        for (name, _) in SELECTION {
            assert!(names.iter().any(|other| other == name), "{name}");
        }
        for pattern in exclusions::ALL.iter().flat_map(|exclusion| exclusion.profiles) {
            assert!(names.iter().any(|name| fits(pattern, name)), "{pattern}");
        }
    }
}
