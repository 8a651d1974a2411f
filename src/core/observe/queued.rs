//! When the jobs that wait for a worker were given to the pool; while somebody looks.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use crate::core::observe::{calling, watched, working};
use crate::core::state::clock;

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

/// How many places are taken; changed under the pool's lock.
static TAKEN: AtomicUsize = AtomicUsize::new(0);

fn near(job: usize) -> impl Iterator<Item = &'static Place> {
    let start = (job >> 4).wrapping_mul(0x9E37_79B1) % PLACES;
    PLACED.iter().cycle().skip(start).take(NEAR)
}

/// A job waits from now on. Under the pool's lock, as is [`leave`].
#[inline(always)]
pub(crate) fn enter(job: impl FnOnce() -> usize) {
    if watched::is_on() {
        place(job());
    }
}

#[cold]
#[inline(never)]
fn place(job: usize) {
    calling::queue(job);
    if let Some(place) = near(job).find(|place| place.job.load(Relaxed) == 0) {
        place.since.store(clock::hrtime(), Relaxed);
        place.job.store(job, Release); // whoever sees it sees since when
        TAKEN.store(TAKEN.load(Relaxed) + 1, Relaxed);
    }
}

/// It waits no more.
#[inline(always)]
pub(crate) fn leave(job: impl FnOnce() -> usize) {
    if watched::is_on() {
        clear(job());
    }
}

#[cold]
#[inline(never)]
fn clear(job: usize) {
    if let Some(place) = near(job).find(|place| place.job.load(Relaxed) == job) {
        place.job.store(0, Relaxed);
        TAKEN.store(TAKEN.load(Relaxed).saturating_sub(1), Relaxed);
        let since = place.since.load(Relaxed);
        working::has_waited(clock::hrtime().saturating_sub(since));
    }
}

/// How many wait, and for how long the one that has waited longest. Any thread.
pub(crate) fn waiting(now: u64) -> (usize, u64) {
    let mut count = 0;
    let mut longest = 0;
    if TAKEN.load(Relaxed) == 0 {
        return (count, longest);
    }
    for place in &PLACED {
        let job = place.job.load(Acquire);
        let since = place.since.load(Acquire);
        // A place that has changed hands meanwhile tells nothing.
        if job != 0 && place.job.load(Relaxed) == job {
            count += 1;
            longest = longest.max(now.saturating_sub(since));
        }
    }
    (count, longest)
}

/// Nobody has looked until now, and jobs came and went unseen.
pub(crate) fn forget() {
    PLACED.iter().for_each(|place| place.job.store(0, Relaxed));
    TAKEN.store(0, Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_counted_from_when_they_came() {
        forget();
        let before = clock::hrtime();
        (1..=3).for_each(|job| place(job << 6));
        clear(2 << 6);
        let (count, longest) = waiting(clock::hrtime());
        assert_eq!(count, 2);
        assert!(longest <= clock::hrtime() - before);
        assert_eq!(waiting(0), (2, 0));
        // One neighbourhood is full: who comes then is not followed.
        (0..=NEAR).for_each(|turn| place((PLACES * turn) << 4 | 1 << 4));
        let followed = waiting(0).0;
        assert!((2 + NEAR - 2..=2 + NEAR).contains(&followed), "{followed}");
        forget();
        assert_eq!(waiting(0), (0, 0));
    }
}
