//! When the jobs that wait for a worker were given to the pool; while somebody looks.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::core::state::clock;
use crate::sys::watched;

/// Jobs that are followed at a time.
const PLACES: usize = 4096;
/// So many places after its own a job may stand.
const NEAR: usize = 16;

struct Place {
    job: AtomicUsize,
    since: AtomicU64,
}

static PLACED: [Place; PLACES] =
    [const { Place { job: AtomicUsize::new(0), since: AtomicU64::new(0) } }; PLACES];
static WAITING: AtomicUsize = AtomicUsize::new(0);

fn near(job: usize) -> impl Iterator<Item = &'static Place> {
    let start = (job >> 4).wrapping_mul(0x9E37_79B1) % PLACES;
    PLACED.iter().cycle().skip(start).take(NEAR)
}

/// A job waits from now on. Under the pool's lock, as is [`leave`].
#[inline(always)]
pub(crate) fn enter(job: impl FnOnce() -> usize) {
    if watched::is_any() {
        enter_in_sight(job());
    }
}

#[cold]
#[inline(never)]
fn enter_in_sight(job: usize) {
    WAITING.store(WAITING.load(Relaxed) + 1, Relaxed);
    if let Some(place) = near(job).find(|place| place.job.load(Relaxed) == 0) {
        place.since.store(clock::hrtime(), Relaxed);
        place.job.store(job, Relaxed);
    }
}

/// It waits no more.
#[inline(always)]
pub(crate) fn leave(job: impl FnOnce() -> usize) {
    if watched::is_any() {
        leave_in_sight(job());
    }
}

#[cold]
#[inline(never)]
fn leave_in_sight(job: usize) {
    WAITING.store(WAITING.load(Relaxed).saturating_sub(1), Relaxed);
    if let Some(place) = near(job).find(|place| place.job.load(Relaxed) == job) {
        place.job.store(0, Relaxed);
    }
}

/// How many wait, and for how long the one that has waited longest. Any thread.
pub(crate) fn waiting(now: u64) -> (usize, u64) {
    let count = WAITING.load(Relaxed);
    if count == 0 {
        return (0, 0);
    }
    let times = PLACED.iter().filter_map(|place| {
        let job = place.job.load(Relaxed);
        let since = place.since.load(Relaxed);
        // A place that has changed hands meanwhile tells nothing.
        (job != 0 && place.job.load(Relaxed) == job).then(|| now.saturating_sub(since))
    });
    (count, times.max().unwrap_or(0))
}

/// In the child of a fork, which has no pool.
pub(crate) fn forget() {
    WAITING.store(0, Relaxed);
    PLACED.iter().for_each(|place| place.job.store(0, Relaxed));
}
