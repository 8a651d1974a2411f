//! `cargo xtask torture`: every call that the library makes fails once, in turn, and from then on, in
//! scenarios that know what must hold nevertheless. See docs/testing.md.

mod case;
mod errors;
mod fatal;
mod program;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use self::case::{Case, Extent};
use self::program::{Program, Verdict};
use crate::root;

const USAGE: &str = "\
usage: cargo xtask torture [options] [filter ...]

  filter          scenarios (tcp_*), calls (:read), or both (tcp_*:read)
  --selection     of each error only the first places and the last
  --survived      only the errors that nobody may notice
  --only CASE     one case, such as tcp_echo:read:EIO:3:once
  --list          the scenarios, and how many cases each has
  --against DIR   the libuv in DIR/include and DIR/lib instead
  -j N            so many at a time (all processors)";

struct Options {
    extent: Extent,
    survived: bool,
    only: Option<Case>,
    list: bool,
    against: Option<PathBuf>,
    jobs: usize,
    filters: Vec<Filter>,
}

struct Filter {
    scenario: String,
    call: String,
}

/// What came of a scenario.
#[derive(Default)]
struct Tally {
    passed: usize,
    not_reached: usize,
    fatal: usize,
    failures: Vec<Failure>,
    milliseconds: u128,
}

struct Failure {
    case: Case,
    kind: String,
    text: String,
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let options = Options::parse(arguments)?;
    let program = build(&options)?;
    if let Some(case) = &options.only {
        return try_one(&program, case);
    }
    let begin = Instant::now();
    let plans = plans(&program, &options)?;
    if options.list {
        for (scenario, cases) in &plans {
            println!("{scenario:18} {:6}", cases.len());
        }
        println!("{:18} {:6}", "all", plans.iter().map(|(_, cases)| cases.len()).sum::<usize>());
        return Ok(());
    }
    let tallies = try_all(&program, plans, options.jobs)?;
    report(&tallies, begin)
}

fn build(options: &Options) -> Result<Program, String> {
    let folder = c_tests::target_folder().join("torture");
    match &options.against {
        Some(other) => {
            Program::build(&folder.join("other"), &other.join("lib/libuv.so.1"), &other.join("include"))
        }
        None => {
            let own = c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
            Program::build(&folder.join("own"), &own.folder.join("libuv.so"), &own.include)
        }
    }
}

/// The cases of each scenario that is asked for.
fn plans(program: &Program, options: &Options) -> Result<Vec<(String, Vec<Case>)>, String> {
    let names = program.scenarios()?;
    let wanted = names.into_iter().filter(|name| options.filters.is_empty() || options.takes(name, None));
    let wanted = Mutex::new(wanted.collect::<VecDeque<_>>());
    let plans = on_threads(options.jobs, || {
        let mut server = program.start()?;
        let mut plans = Vec::new();
        while let Some(name) = take(&wanted) {
            let mut cases = case::plan(&name, &server.count(&name)?, options.extent);
            cases.retain(|case| options.filters.is_empty() || options.takes(&name, Some(case.call)));
            cases.retain(|case| !options.survived || case.is_survived());
            plans.push((name, cases));
        }
        Ok(plans)
    })?;
    let mut plans: Vec<_> = plans.into_iter().flatten().collect();
    plans.sort();
    Ok(plans)
}

/// Cases that one worker takes at a time.
const PORTION: usize = 40;

fn try_all(
    program: &Program,
    plans: Vec<(String, Vec<Case>)>,
    jobs: usize,
) -> Result<BTreeMap<String, Tally>, String> {
    let mut portions = VecDeque::new();
    let mut left = BTreeMap::new();
    for (scenario, cases) in plans {
        left.insert(scenario, cases.len());
        portions.extend(cases.chunks(PORTION).map(<[Case]>::to_vec));
    }
    let portions = Mutex::new(portions);
    let state = Mutex::new((left, BTreeMap::<String, Tally>::new()));
    on_threads(jobs, || {
        let mut server = program.start()?;
        while let Some(cases) = take(&portions) {
            let mut some = Tally::default();
            let begin = Instant::now();
            for case in &cases {
                some.add(case, server.try_case(case)?);
            }
            some.milliseconds = begin.elapsed().as_millis();
            let Some(first) = cases.first() else { continue };
            let mut state = lock(&state);
            let (left, tallies) = &mut *state;
            let tally = tallies.entry(first.scenario.clone()).or_default();
            tally.absorb(some);
            if let Some(left) = left.get_mut(&first.scenario) {
                *left -= cases.len();
                if *left == 0 {
                    println!("{}", tally.line(&first.scenario));
                }
            }
        }
        Ok(())
    })?;
    let (_, tallies) = state.into_inner().map_err(|_| "a worker panicked")?;
    Ok(tallies)
}

fn try_one(program: &Program, case: &Case) -> Result<(), String> {
    let verdict = program.start()?.try_case(case)?;
    println!("{}", program.by_hand(case));
    match verdict {
        Verdict::Passed => println!("{case}: passed"),
        Verdict::NotReached => println!("{case}: passed, but there was no such call"),
        Verdict::Failed { kind, text } if fatal::is_expected(case, &kind, &text) => {
            println!("{case}: passed, with the end that is right: {text}");
        }
        Verdict::Failed { kind, text } => return Err(format!("{case}: {kind}: {text}")),
    }
    Ok(())
}

/// So many failures of one kind are shown.
const SHOWN: usize = 3;

fn report(tallies: &BTreeMap<String, Tally>, begin: Instant) -> Result<(), String> {
    let mut all = Tally::default();
    let mut groups: BTreeMap<(&str, &str, &str, &str), Vec<&Case>> = BTreeMap::new();
    let mut text = String::new();
    for tally in tallies.values() {
        all.passed += tally.passed;
        all.not_reached += tally.not_reached;
        all.fatal += tally.fatal;
        for failure in &tally.failures {
            let Failure { case, kind, text: what } = failure;
            let _ = writeln!(text, "{case}\t{kind}\t{what}");
            groups.entry((&case.scenario, case.call, kind, what)).or_default().push(case);
        }
    }
    let failed: usize = groups.values().map(Vec::len).sum();
    println!(
        "{} scenarios, {} cases: {} passed ({} with an end that is right, {} not reached), {failed} failed; {} s",
        tallies.len(),
        all.passed + failed,
        all.passed,
        all.fatal,
        all.not_reached,
        begin.elapsed().as_secs()
    );
    if failed == 0 {
        return Ok(());
    }
    let path = c_tests::target_folder().join("torture/failures.tsv");
    std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    for ((_, _, kind, what), cases) in &groups {
        println!("\n{kind}: {what}");
        for case in cases.iter().take(SHOWN) {
            println!("  cargo xtask torture --only {case}");
        }
        if cases.len() > SHOWN {
            println!("  and {} more", cases.len() - SHOWN);
        }
    }
    let path = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
    Err(format!("{failed} cases failed, all of them in {path}"))
}

impl Tally {
    fn add(&mut self, case: &Case, verdict: Verdict) {
        match verdict {
            Verdict::Passed => self.passed += 1,
            Verdict::NotReached => {
                self.passed += 1;
                self.not_reached += 1;
            }
            Verdict::Failed { kind, text } if fatal::is_expected(case, &kind, &text) => {
                self.passed += 1;
                self.fatal += 1;
            }
            Verdict::Failed { kind, text } => self.failures.push(Failure { case: case.clone(), kind, text }),
        }
    }

    fn absorb(&mut self, other: Tally) {
        self.passed += other.passed;
        self.not_reached += other.not_reached;
        self.fatal += other.fatal;
        self.failures.extend(other.failures);
        self.milliseconds += other.milliseconds;
    }

    fn line(&self, scenario: &str) -> String {
        let failed = self.failures.len();
        format!(
            "{scenario:18} {:6} cases {:6} passed {failed:5} failed {:7.1} s",
            self.passed + failed,
            self.passed,
            self.milliseconds as f64 / 1000.0
        )
    }
}

impl Options {
    fn parse(arguments: &[&str]) -> Result<Options, String> {
        let mut options = Options {
            extent: Extent::Full,
            survived: false,
            only: None,
            list: false,
            against: None,
            jobs: thread::available_parallelism().map_or(1, usize::from),
            filters: Vec::new(),
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--selection" => options.extent = Extent::Selection,
                "--survived" => options.survived = true,
                "--list" => options.list = true,
                "--only" => {
                    let text = rest.next().ok_or(USAGE)?;
                    options.only = Some(Case::parse(text).ok_or_else(|| format!("not a case: {text}"))?);
                }
                "--against" => {
                    let folder = rest.next().ok_or(USAGE)?;
                    options.against = Some(std::path::absolute(folder).map_err(|e| e.to_string())?);
                }
                "-j" => {
                    options.jobs =
                        rest.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0).ok_or(USAGE)?;
                }
                filter if !filter.starts_with('-') => options.filters.push(Filter::parse(filter)?),
                _ => return Err(USAGE.into()),
            }
        }
        Ok(options)
    }

    /// Whether a filter names the scenario, and the call if there is one.
    fn takes(&self, scenario: &str, call: Option<&str>) -> bool {
        self.filters.iter().any(|filter| {
            fits(&filter.scenario, scenario) && call.is_none_or(|call| fits(&filter.call, call))
        })
    }
}

impl Filter {
    fn parse(text: &str) -> Result<Filter, String> {
        let (scenario, call) = text.split_once(':').unwrap_or((text, ""));
        if !call.is_empty() && !call.ends_with('*') && case::call_named(call).is_none() {
            return Err(format!("no call {call}"));
        }
        Ok(Filter { scenario: scenario.into(), call: call.into() })
    }
}

/// A name, or its beginning and a star; nothing fits all.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => pattern.is_empty() || pattern == name,
    }
}

fn take<T>(queue: &Mutex<VecDeque<T>>) -> Option<T> {
    lock(queue).pop_front()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Does it on so many threads, and gathers what they answer.
fn on_threads<T: Send>(jobs: usize, act: impl Fn() -> Result<T, String> + Sync) -> Result<Vec<T>, String> {
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(&act)).collect();
        workers.into_iter().map(|worker| worker.join().map_err(|_| "a worker panicked")?).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn filters() {
        assert!(fits("tcp_*", "tcp_echo") && fits("tcp_echo", "tcp_echo") && fits("", "tcp_echo"));
        assert!(!fits("tcp", "tcp_echo") && !fits("udp_*", "tcp_echo"));
    }
}
