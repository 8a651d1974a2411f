//! Models of the library's lock-free parts and of its pool: the very code, with loom's types in the place of the
//! standard library's, in all orders that threads can come in within stated bounds.
//!
//! `models` prints the names of all, `models NAME` checks one. `build.rs` says what is changed in the sources.

#![allow(dead_code, unused_imports, unused_macros, unused_doc_comments, non_camel_case_types)]

mod kernel;
mod stand_ins;
mod sync;

mod models {
    pub mod fixture;

    pub mod asyncs;
    pub mod forks;
    pub mod jobs;
    pub mod wakeups;
}

pub(crate) use stand_ins::{abi, core, handles, sys};

/// As in the library: cells that tell a race.
pub(crate) mod cell {
    pub(crate) use crate::sync::UnsafeCell;
    pub(crate) use loom::cell::Cell;
}

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// How many changes of the thread, against its will, are tried in one order; none: all.
type Bound = Option<usize>;

struct Model {
    name: &'static str,
    what: &'static str,
    bound: Bound,
    body: fn(),
}

const ALL: &[&[Model]] = &[models::wakeups::ALL, models::asyncs::ALL, models::jobs::ALL, models::forks::ALL];

static ORDERS: AtomicU64 = AtomicU64::new(0);

fn check(model: &Model) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound =
        match std::env::var("MODELS_PREEMPTIONS").ok().and_then(|text| text.parse().ok()) {
            Some(bound) => Some(model.bound.map_or(bound, |own| own.min(bound))),
            None => model.bound,
        };
    builder.max_branches = 100_000;
    let body = model.body;
    let start = Instant::now();
    let bound = builder.preemption_bound.map_or("all".to_string(), |bound| bound.to_string());
    loop {
        builder.check(move || {
            ORDERS.fetch_add(1, Relaxed);
            kernel::reset();
            body();
        });
        if !kernel::next_fork() {
            break;
        }
    }
    println!(
        "{:<28}{:>10}{:>12}{:>9.1}  {}",
        model.name,
        bound,
        ORDERS.load(Relaxed),
        start.elapsed().as_secs_f32(),
        model.what
    );
}

fn main() -> ExitCode {
    let all = || ALL.iter().copied().flatten();
    match std::env::args().nth(1) {
        None => all().for_each(|model| println!("{}", model.name)),
        Some(name) => match all().find(|model| model.name == name) {
            Some(model) => check(model),
            None => {
                eprintln!("no model is named {name}");
                return ExitCode::from(2);
            }
        },
    }
    ExitCode::SUCCESS
}
