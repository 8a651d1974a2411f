//! What the system does for the library: an event descriptor, futexes, a clock, a fork.

use std::sync::atomic::{AtomicBool, AtomicU32 as Plain, AtomicU64, Ordering::Relaxed};

use loom::sync::{Arc, Condvar, Mutex};

/// An eventfd on an epoll descriptor, edge-triggered: an event is reported once a write.
#[derive(Clone)]
pub(crate) struct EventFd(Arc<(Mutex<bool>, Condvar)>);

impl EventFd {
    pub(crate) fn new() -> EventFd {
        EventFd(Arc::new((Mutex::new(false), Condvar::new())))
    }

    pub(crate) fn write(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    /// Whether there was an event; without `waits` at once.
    pub(crate) fn fetch(&self, waits: bool) -> bool {
        let mut is_there = self.0.0.lock().unwrap();
        while waits && !*is_there {
            is_there = self.0.1.wait(is_there).unwrap();
        }
        std::mem::replace(&mut *is_there, false)
    }

    /// As `poll` of the descriptor does, which takes nothing.
    pub(crate) fn look(&self, waits: bool) -> bool {
        let mut is_there = self.0.0.lock().unwrap();
        while waits && !*is_there {
            is_there = self.0.1.wait(is_there).unwrap();
        }
        *is_there
    }
}

/// All futexes: one lock, so that the comparison and going to sleep are one step.
struct Futexes {
    lock: Mutex<()>,
    changed: Condvar,
}

loom::lazy_static! {
    static ref FUTEXES: Futexes = Futexes { lock: Mutex::new(()), changed: Condvar::new() };
}

pub(crate) fn futex_wait(is_unchanged: impl Fn() -> bool) {
    let held = FUTEXES.lock.lock().unwrap();
    if is_unchanged() {
        drop(FUTEXES.changed.wait(held).unwrap());
    }
}

pub(crate) fn futex_wake() {
    drop(FUTEXES.lock.lock().unwrap());
    FUTEXES.changed.notify_all();
}

static NOW: AtomicU64 = AtomicU64::new(0);
static GENERATION: Plain = Plain::new(0);
static LOOKS: AtomicBool = AtomicBool::new(false);
static HAS_SHORT_JOBS: AtomicBool = AtomicBool::new(false);
static WORKERS: Plain = Plain::new(1);

/// A new order begins.
pub(crate) fn reset() {
    NOW.store(1_000_000, Relaxed);
    GENERATION.store(0, Relaxed);
    LOOKS.store(false, Relaxed);
    HAS_SHORT_JOBS.store(false, Relaxed);
    WORKERS.store(1, Relaxed);
    SPAWNS.store(true, Relaxed);
}

/// Each look at the clock takes long: whoever looks for something does so two or three times.
pub(crate) fn now_ns() -> u64 {
    NOW.fetch_add(20_000, Relaxed)
}

pub(crate) fn fork() {
    GENERATION.fetch_add(1, Relaxed);
}

pub(crate) fn generation() -> u32 {
    GENERATION.load(Relaxed)
}

/// Whether who waits looks for a moment first.
pub(crate) fn set_looks(looks: bool) {
    LOOKS.store(looks, Relaxed);
}

pub(crate) fn looks() -> bool {
    LOOKS.load(Relaxed)
}

/// Whether the pool takes jobs for short.
pub(crate) fn set_short_jobs(short: bool) {
    HAS_SHORT_JOBS.store(short, Relaxed);
}

pub(crate) fn has_short_jobs() -> bool {
    HAS_SHORT_JOBS.load(Relaxed)
}

pub(crate) fn set_workers(count: u32) {
    WORKERS.store(count, Relaxed);
}

pub(crate) fn workers() -> u32 {
    WORKERS.load(Relaxed)
}

/// Steps that a thread may still take; none: as many as it likes.
static LEFT: AtomicU64 = AtomicU64::new(u64::MAX);
static IS_GONE: AtomicBool = AtomicBool::new(false);

struct Gone;

/// After how many steps the parent forks, in this turn of a model; whether there are more.
static STEPS: AtomicU64 = AtomicU64::new(0);
static HAS_MORE: AtomicBool = AtomicBool::new(false);

/// The next turn of a model with forks, if there was one: false if all places were tried.
pub(crate) fn next_fork() -> bool {
    STEPS.fetch_add(1, Relaxed);
    HAS_MORE.swap(false, Relaxed)
}

/// Runs what another thread does in the parent, for so many steps: then comes the fork, and in the child that
/// thread is not there.
pub(crate) fn until_fork(body: impl FnOnce()) {
    LEFT.store(STEPS.load(Relaxed), Relaxed);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
    LEFT.store(u64::MAX, Relaxed);
    IS_GONE.store(false, Relaxed);
    if let Err(panic) = result {
        if !panic.is::<Gone>() {
            std::panic::resume_unwind(panic);
        }
        HAS_MORE.store(true, Relaxed);
    }
}

/// A step of a thread on something that others see. False for one that is gone: it changes nothing any more.
pub(crate) fn step() -> bool {
    if IS_GONE.load(Relaxed) {
        return false;
    }
    match LEFT.load(Relaxed) {
        u64::MAX => true,
        0 => {
            IS_GONE.store(true, Relaxed);
            std::panic::resume_unwind(Box::new(Gone));
        }
        left => {
            LEFT.store(left - 1, Relaxed);
            true
        }
    }
}

pub(crate) fn is_gone() -> bool {
    IS_GONE.load(Relaxed)
}

static SPAWNS: AtomicBool = AtomicBool::new(true);

/// Whether threads that are started run: those of a parent do not in its child.
pub(crate) fn set_spawns(spawns: bool) {
    SPAWNS.store(spawns, Relaxed);
}

pub(crate) fn spawns() -> bool {
    SPAWNS.load(Relaxed)
}
