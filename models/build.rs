//! Takes the library's own sources and puts loom's types in the place of the standard library's.
//!
//! What is changed is in this table and nothing else; a change that finds no place is an error, as is a plant
//! (`MODELS_PLANT`, see `plants.tsv`) that finds none.

use std::path::Path;
use std::{env, fs};

const SOURCES: [&str; 20] = [
    "abi/held.rs",
    "core/memory/leaf.rs",
    "core/memory/owning.rs",
    "core/memory/queue.rs",
    "core/state/job.rs",
    "core/state/job_stack.rs",
    "core/state/sends.rs",
    "core/state/visitors.rs",
    "core/state/wakeup.rs",
    "core/threadpool/crowding.rs",
    "core/threadpool/finish.rs",
    "core/threadpool/givers.rs",
    "core/threadpool/inbox.rs",
    "core/threadpool/jobs.rs",
    "core/threadpool/members.rs",
    "core/threadpool/pool.rs",
    "core/threadpool/rest.rs",
    "core/threadpool/start.rs",
    "core/threadpool/workers.rs",
    "core/turn/sender.rs",
];

/// More sources, of which single functions are taken.
const PARTS: [(&str, &[&str]); 2] = [
    (
        "core/turn/fetch.rs",
        &[
            "pub(super) fn fetch(",
            "fn no_time(",
            "fn time_left(",
            "fn was_notified(",
            "fn is_waker_only(",
            "fn is_alone(",
            "fn wait(",
            "fn call_poller(",
            "fn poll(",
            "fn was_interrupted(",
        ],
    ),
    (
        "handles/async_.rs",
        &[
            "pub(crate) fn deliver(",
            "fn start(",
            "const ENOUGH_STEPS",
            "fn fill(",
            "fn take(",
            "fn put_in_order(",
            "fn sort(",
            "fn merge<",
            "pub(crate) fn give_back(",
            "fn show(",
            "pub(crate) fn close(",
            "pub(crate) fn fork(",
        ],
    ),
];

/// Loom's types are not made at compile time, and are in other places.
const EVERYWHERE: [(&str, &str); 11] = [
    ("std::sync::atomic", "crate::sync::atomic"),
    ("std::sync::{", "crate::sync::{"),
    ("std::cell::", "crate::cell::"),
    ("std::hint::", "crate::sync::hint::"),
    ("std::thread::yield_now", "crate::sync::yield_now"),
    ("const fn ", "fn "),
    ("mio::Waker", "crate::sys::waker::Waker"),
    ("#![forbid(unsafe_code)]", ""),
    // The models call what the modules beside would.
    ("pub(super)", "pub(crate)"),
    ("pub(in crate::core)", "pub(crate)"),
    // Longer than a model may take, and of no meaning where nobody runs beside.
    ("for _ in 0..32 {", "for _ in 0..1 {"),
];

/// In single files: what is bounded, or made when the model begins.
const SINGLE: [(&str, &str, &str); 5] = [
    (
        "core/threadpool/givers.rs",
        "[const { Cell::new(Giver { owner: 0, at: 0 }) }; MOST]",
        "std::array::from_fn(|_| Cell::new(Giver { owner: 0, at: 0 }))",
    ),
    ("core/threadpool/givers.rs", "MOST: usize = 8", "MOST: usize = 2"),
    (
        "core/threadpool/members.rs",
        "[const { Cell::new(None) }; MAX_SIZE]",
        "std::array::from_fn(|_| Cell::new(None))",
    ),
    ("core/threadpool/pool.rs", "self.job_ns() < SHORT_JOB", "crate::kernel::has_short_jobs()"),
    ("core/threadpool/members.rs", "MAX_SIZE: usize = 1024", "MAX_SIZE: usize = 4"),
];

/// The links of what the models have.
const LINKS: &str = "links! {
    AsyncLink: Shared uv_async_t.queue { fn async_handles(uv_loop_t.async_handles); }
    JobLink: Owning uv__work.wq { fn finished_jobs(uv_loop_t.wq); }
}
";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=plants.tsv");
    println!("cargo:rerun-if-env-changed=MODELS_PLANT");
    let sources = Path::new("../src");
    let out = env::var("OUT_DIR").expect("cargo says where");
    let plant = plant();
    let mut is_planted = plant.is_none();
    let parts = PARTS.iter().map(|(name, parts)| (*name, Some(*parts)));
    for (name, parts) in SOURCES.iter().map(|name| (*name, None)).chain(parts) {
        let path = sources.join(name);
        println!("cargo:rerun-if-changed={}", path.display());
        let mut text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        if let Some((file, from, to)) = &plant
            && file == name
        {
            assert_eq!(text.matches(from.as_str()).count(), 1, "{name} has no single place {from:?}");
            text = text.replace(from.as_str(), to);
            is_planted = true;
        }
        let text = match parts {
            Some(parts) => parts.iter().map(|start| function(&text, start)).collect(),
            None => taken(name, &text),
        };
        let text = EVERYWHERE.iter().fold(text, |text, (from, to)| text.replace(from, to));
        let target = Path::new(&out).join(name);
        fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        fs::write(target, lazily(&text)).expect("a file");
    }
    assert!(is_planted, "the plant's file is not in a model");
}

/// A file without its tests and what can only stand at its beginning.
fn taken(name: &str, text: &str) -> String {
    let mut text = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or_default().to_string();
    for (file, from, to) in SINGLE {
        if file == name {
            assert!(text.contains(from), "{name} has no {from:?}");
            text = text.replace(from, to);
        }
    }
    if name == "core/memory/queue.rs" {
        let start = text.find("\nlinks! {").expect("the table of links") + 1;
        let end = start + text[start..].find("\n}\n").expect("its end") + 3;
        text.replace_range(start..end, LINKS);
    }
    text.lines().filter(|line| !line.starts_with("//!")).map(|line| format!("{line}\n")).collect()
}

/// One function, with what stands before it.
fn function(text: &str, start: &str) -> String {
    let at = text.find(&format!("\n{start}")).unwrap_or_else(|| panic!("there is no {start}")) + 1;
    let end = at + text[at..].find("\n}\n").expect("its end") + 3;
    let body = &text[at..end];
    format!("{body}\n")
}

/// Statics are made anew for each run of a model.
fn lazily(text: &str) -> String {
    text.lines()
        .map(|line| match line.trim_start().strip_prefix("static ") {
            Some(rest) if line.ends_with(';') => format!("loom::lazy_static! {{ static ref {rest} }}\n"),
            _ => format!("{line}\n"),
        })
        .collect()
}

/// The weakening that `MODELS_PLANT` names by its number.
fn plant() -> Option<(String, String, String)> {
    let number: usize = env::var("MODELS_PLANT").ok()?.parse().ok()?;
    let table = fs::read_to_string("plants.tsv").expect("the table of plants");
    let line = table.lines().filter(|line| !line.starts_with('#')).nth(number).expect("such a plant");
    let fields: Vec<&str> = line.split('\t').collect();
    let [_, _, file, from, to] = fields[..] else { panic!("five fields: {line}") };
    let plain = |text: &str| text.replace("\\n", "\n");
    Some((file.into(), plain(from), plain(to)))
}
