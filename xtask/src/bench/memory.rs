//! `cargo xtask bench memory`: what the libraries take for each handle, request, loop and thread, beside the
//! program's own memory for it.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use super::report::replace_between;
use super::{Subject, compile, median};
use crate::{reference, root};

const USAGE: &str = "\
usage: cargo xtask bench memory [--write | --check | --accept] [filter ...]

  --write   write the table of bench/RESULTS.md
  --check   run this library alone; fail where it allocates more than bench/memory.tsv says
  --accept  as --check, and write bench/memory.tsv";

const START: &str = "<!-- memory: written by cargo xtask bench memory --write -->";
const END: &str = "<!-- end of memory -->";

/// Runs of each library: what threads have touched differs by a page now and then.
const RUNS: usize = 3;

/// So much may be in one library and not in the other: it is there once, and not for each.
const ONCE: f64 = 16.0 * 1024.0;

/// What the kinds of bench/memory/*.c are, in the order of the report.
const KINDS: &[(&str, &str)] = &[
    ("timer", "a timer, initialised"),
    ("timer_started", "a timer that runs"),
    ("timer_fired", "a timer that was due with a million others"),
    ("idle", "an idle handle"),
    ("async_sent", "an async handle that was sent to"),
    ("signal", "a signal handle, started"),
    ("tcp_connection", "a connection, accepted and reading"),
    ("tcp_listening", "a listening socket"),
    ("pipe", "a pipe, reading"),
    ("poll", "a poll handle, started"),
    ("udp", "a UDP socket, receiving"),
    ("write_queued", "a write of 1 buffer that waits"),
    ("write_queued_10", "a write of 10 buffers that waits"),
    ("send_queued", "a datagram of 1 buffer that waits"),
    ("send_queued_10", "a datagram of 10 buffers that waits"),
    ("work_waiting", "work that waits for a worker"),
    ("fs_stat_waiting", "a stat that waits for a worker"),
    ("fs_rename_waiting", "a rename that waits for a worker"),
    ("fs_write_waiting_10", "a write to a file, 10 buffers, that waits for a worker"),
    ("scandir_entry", "an entry of a directory that was read"),
    ("getaddrinfo_waiting", "a lookup that waits for a worker"),
    ("getnameinfo_waiting", "a reverse lookup that waits for a worker"),
    ("random_waiting", "random bytes that wait for a worker"),
    ("fs_event", "a directory that is watched"),
    ("fs_poll", "a file that is polled"),
    ("process", "a child"),
    ("loop", "a loop, initialised"),
    ("loop_used", "a loop that has run, with an event"),
    ("pool_thread", "a thread of the pool that has worked"),
];

/// Bytes of one thing of a kind.
#[derive(Clone, Copy)]
struct Taken {
    count: f64,
    /// What the program provides.
    own: f64,
    /// What the library has allocated and not freed.
    allocated: f64,
    /// Pages of the process that were written to since, whatever they are for.
    dirty: f64,
}

struct Row {
    what: &'static str,
    /// It lives in pages of its own, so that these are what it takes.
    is_in_pages: bool,
    ours: Taken,
    theirs: Taken,
}

impl Row {
    /// All memory of one thing, ours over libuv's.
    fn ratio(&self) -> f64 {
        let all = |taken: &Taken| taken.own + if self.is_in_pages { taken.dirty } else { taken.allocated };
        all(&self.ours) / all(&self.theirs)
    }

    fn meets_target(&self) -> bool {
        let once = ONCE / self.ours.count;
        let allocates_more = self.ours.allocated > self.theirs.allocated + once && !self.is_in_pages;
        !allocates_more && self.ratio() < 1.01 && self.ours.dirty <= self.theirs.dirty + once
    }
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (options, filters): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|argument| argument.starts_with('-'));
    let is_chosen = |kind: &str| filters.is_empty() || filters.iter().any(|filter| kind.contains(*filter));
    match options.as_slice() {
        ["--check"] => check(is_chosen, false),
        ["--accept"] if filters.is_empty() => check(is_chosen, true),
        [] => compare(is_chosen, false),
        ["--write"] if filters.is_empty() => compare(is_chosen, true),
        _ => Err(USAGE.into()),
    }
}

fn ours() -> Result<Subject, String> {
    let own = c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
    let folder = c_tests::target_folder().join("bench/ours");
    compile(&folder, &own.folder.join("libuv.so"), &own.include, "memory", "uv-memory")
}

fn theirs() -> Result<Subject, String> {
    let reference = reference::build()?;
    let folder = c_tests::target_folder().join("bench/libuv");
    let library = reference.library().join("libuv.so.1");
    compile(&folder, &library, &reference.folder.join("include"), "memory", "uv-memory")
}

fn compare(is_chosen: impl Fn(&str) -> bool, is_written: bool) -> Result<(), String> {
    let (ours, theirs) = (ours()?, theirs()?);
    let mut rows = Vec::new();
    println!(
        "{:<22}{:>8}{:>22}{:>22}   (allocated, written to)",
        "bytes each, beside", "own", "ours", "libuv"
    );
    for &(kind, what) in KINDS.iter().filter(|(kind, _)| is_chosen(kind)) {
        let row = Row {
            what,
            is_in_pages: kind == "pool_thread",
            ours: measure(&ours, kind, RUNS)?,
            theirs: measure(&theirs, kind, RUNS)?,
        };
        let cell = |taken: &Taken| format!("{:.1}, {:.1}", taken.allocated, taken.dirty);
        println!(
            "{kind:<22}{:>8.0}{:>22}{:>22}   {:.2} {}",
            row.ours.own,
            cell(&row.ours),
            cell(&row.theirs),
            row.ratio(),
            if row.meets_target() { "" } else { "!" }
        );
        rows.push(row);
    }
    if rows.is_empty() {
        return Err("no kind has such a name".into());
    }
    if !is_written {
        return Ok(());
    }
    replace_between(&root().join("bench/RESULTS.md"), START, END, &table(&rows))
}

fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "Bytes of one thing of a kind: what the program provides for it, what the library allocates beside that, \
         and how much of the process's memory was written to (whole pages, of many things together). The ratio is \
         that of all memory, the program's and what the library allocates (of a thread, what it writes to), to \
         libuv's, and may be 1.01 for what is allocated once, however many there are. What the kernel keeps is not \
         counted.\n\n\
         | kind | own | ours: allocated | written to | libuv: allocated | written to | ratio | target | |\n\
         |---|--:|--:|--:|--:|--:|---|---|---|\n",
    );
    for row in rows {
        let _ = writeln!(
            text,
            "| {} | {:.0} | {:.1} | {:.1} | {:.1} | {:.1} | **{:.2}** | <= 1.00 | {} |",
            row.what,
            row.ours.own,
            row.ours.allocated,
            row.ours.dirty,
            row.theirs.allocated,
            row.theirs.dirty,
            row.ratio(),
            if row.meets_target() { "met" } else { "not met" }
        );
    }
    text
}

/// Holds what this library allocates, which is the same every time, against the table.
fn check(is_chosen: impl Fn(&str) -> bool, is_accepted: bool) -> Result<(), String> {
    const SLACK: f64 = 1.0;
    let path = root().join("bench/memory.tsv");
    let known = fs::read_to_string(&path).unwrap_or_default();
    let ours = ours()?;
    let mut table = String::from("kind\tbytes allocated for each\n");
    let mut grown = Vec::new();
    for &(kind, _) in KINDS.iter().filter(|(kind, _)| is_chosen(kind)) {
        let taken = measure(&ours, kind, 1)?;
        let line = format!("{kind}\t{:.1}", taken.allocated);
        println!("ok  {line}");
        let before = known.lines().find_map(|line| {
            let (name, bytes) = line.split_once('\t')?;
            (name == kind).then(|| bytes.parse::<f64>().ok())?
        });
        match before {
            Some(before) if taken.allocated > before * 1.01 + SLACK => {
                grown.push(format!("{line}\tbefore: {before}"));
            }
            None => grown.push(format!("{line}\tnot in bench/memory.tsv")),
            _ => {}
        }
        table.push_str(&line);
        table.push('\n');
    }
    if is_accepted {
        return fs::write(&path, table).map_err(|e| format!("{}: {e}", path.display()));
    }
    if grown.is_empty() {
        return Ok(());
    }
    Err(format!("more memory than before (cargo xtask bench memory --accept):\n{}", grown.join("\n")))
}

/// For `bench --smoke`.
pub fn smoke() -> Result<(), String> {
    check(|_| true, false)
}

/// The middle of some runs.
fn measure(subject: &Subject, kind: &str, runs: usize) -> Result<Taken, String> {
    let all = (0..runs).map(|_| run_once(subject, kind)).collect::<Result<Vec<Taken>, String>>()?;
    let middle = |of: fn(&Taken) -> f64| median(all.iter().map(of).collect());
    Ok(Taken {
        count: middle(|taken| taken.count),
        own: middle(|taken| taken.own),
        allocated: middle(|taken| taken.allocated),
        dirty: middle(|taken| taken.dirty),
    })
}

fn run_once(subject: &Subject, kind: &str) -> Result<Taken, String> {
    let output = Command::new(&subject.program)
        .arg(kind)
        .env("LD_LIBRARY_PATH", &subject.library)
        .output()
        .map_err(|e| format!("{}: {e}", subject.program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    parse(&text).ok_or_else(|| {
        format!("{kind}: {}\n{text}{}", output.status, String::from_utf8_lossy(&output.stderr))
    })
}

fn parse(line: &str) -> Option<Taken> {
    let value = |name: &str| -> Option<f64> {
        line.split_whitespace().find_map(|word| word.strip_prefix(name)?.parse().ok())
    };
    let count = value("count=")?;
    Some(Taken {
        count,
        own: value("own=")?,
        allocated: value("allocated=")? / count,
        dirty: value("dirty=")? / count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(allocated: f64, dirty: f64) -> Taken {
        Taken { count: 1000.0, own: 100.0, allocated, dirty }
    }

    #[test]
    fn a_run_is_read_and_divided() {
        let taken = parse("timer count=10 own=152 allocated=40 dirty=4096\n").unwrap();
        assert_eq!((taken.own, taken.allocated, taken.dirty), (152.0, 4.0, 409.6));
        assert!(parse("timer count=10 own=152").is_none());
    }

    #[test]
    fn more_than_libuv_is_seen() {
        let row = |ours, theirs| Row { what: "", is_in_pages: false, ours, theirs };
        assert!(row(taken(50.0, 60.0), taken(50.0, 60.0)).meets_target());
        assert!(!row(taken(52.0, 60.0), taken(50.0, 60.0)).meets_target());
        assert!(!row(taken(80.0, 60.0), taken(50.0, 60.0)).meets_target());
        assert!(!row(taken(50.0, 90.0), taken(50.0, 60.0)).meets_target());
    }
}
