//! The pool's state: who waits for jobs, how, and who is woken for one.
//!
//! A worker without a job sleeps, or first looks for one for a moment, while that pays (see
//! [`crate::core::state::spin`]).

use std::cell::{Cell, UnsafeCell};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};
#[cfg(not(uv_thread_sanitizer))]
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::crowding::Crowding;
use super::givers::Givers;
use super::jobs::Jobs;
use super::members::Members;
#[cfg(uv_thread_sanitizer)]
use super::seen_locks::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::core::state::clock;
use crate::core::state::spin::{self, Gaps};

/// Nanoseconds: waking a worker costs about as much as a job of this length.
const SHORT_JOB: u64 = 4_000;
/// Longer jobs count as being this long, so that a rare one does not hide the others.
const MEASURE_LIMIT: u64 = 20_000;
/// After so many looks in a row a worker sleeps, so that the others get their turn.
const LOOKS_IN_TURN: u32 = 1024;
/// How often a worker lets the one go ahead that has woken it. More often, and the system spreads them over the
/// processors, where they wake each other later.
const MOST_YIELDS: u32 = 4;

/// Fixed memory: a pool can be started when there is none to be had.
pub(super) struct Pool {
    /// Of single words, as are the conditions, so that a fork's child can begin anew.
    state: Mutex<State>,
    /// Where workers sleep until there is a wake-up for one of them.
    work_there: Condvar,
    /// Told when a worker leaves.
    left: Condvar,
    /// Workers asleep that nobody has woken yet; changed under the lock.
    sleeping: AtomicUsize,
    /// One of the constants below: whether a worker looks for a job instead of sleeping. Changed
    /// under the lock.
    look: AtomicU8,
    /// A worker was woken and has not come to its wake-up yet. Changed under the lock.
    is_one_coming: AtomicBool,
    /// Workers that have taken a job, and wake another one before they are at it.
    setting_out: AtomicUsize,
    pub(super) started: AtomicBool,
    /// When a loop was told of the end of a job last.
    told_at: AtomicU64,
    /// How long jobs take, in nanoseconds; one in a few is measured. Changed under the lock.
    /// Kept as what is left of [`MEASURE_LIMIT`], so that a pool begins with zeros and takes no room in the
    /// library's file.
    job_ns_left: AtomicU64,
}

/// No worker looks for a job.
const NOBODY: u8 = 0;
/// One looks, and was not told of any.
const LOOKING: u8 = 1;
/// A job was left for the one that looks.
const OFFERED: u8 = 2;

/// Guarded by the lock.
pub(super) struct State {
    pub(super) jobs: Jobs,
    pub(super) members: Members,
    pub(super) givers: Givers,
    crowding: Crowding,
    /// Jobs that workers are at.
    pub(super) running: Cell<usize>,
    /// Jobs taken since there was last nothing to do.
    burst: Cell<usize>,
    /// When the last worker ran out of jobs; 0 if that is not to be known.
    idle_since: Cell<u64>,
    gaps: Gaps,
    /// Wake-ups given, each to be used up by one worker: a stray one from the condition variable
    /// finds none and sleeps on.
    wakeups: Cell<usize>,
    pub(super) end: Cell<End>,
}

/// Whether the workers are to leave.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    No,
    /// When there is nothing left to do.
    WhenDone,
    /// Without taking another job.
    AtOnce,
}

// SAFETY: its lists own the jobs they link, which are `Send`, and everything else is plain values.
unsafe impl Send for State {}

/// The lock, held. The lists inside point back to where they stand, so there is no `&mut` to be had.
pub(super) struct Locked<'a>(MutexGuard<'a, State>);

impl Deref for Locked<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl State {
    const fn new() -> State {
        State {
            jobs: Jobs::new(),
            members: Members::new(),
            givers: Givers::new(),
            crowding: Crowding::new(),
            running: Cell::new(0),
            burst: Cell::new(0),
            idle_since: Cell::new(0),
            gaps: Gaps::new(),
            wakeups: Cell::new(0),
            end: Cell::new(End::No),
        }
    }
}

impl Pool {
    const fn new() -> Pool {
        Pool {
            state: Mutex::new(State::new()),
            work_there: Condvar::new(),
            left: Condvar::new(),
            sleeping: AtomicUsize::new(0),
            look: AtomicU8::new(NOBODY),
            is_one_coming: AtomicBool::new(false),
            setting_out: AtomicUsize::new(0),
            started: AtomicBool::new(false),
            told_at: AtomicU64::new(0),
            job_ns_left: AtomicU64::new(0),
        }
    }

    fn job_ns(&self) -> u64 {
        MEASURE_LIMIT - self.job_ns_left.load(Relaxed)
    }

    pub(super) fn lock(&self) -> Locked<'_> {
        Locked(self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Gives the lock back and wakes a worker, if one sleeps, for the job that was added.
    ///
    /// While a woken worker is on its way, no other is woken for short jobs: it costs more than they
    /// do. The one on its way looks after what it finds left. But where others want the processors it may be long on
    /// its way, and of several one is there sooner.
    pub(super) fn unlock_and_wake(&self, state: Locked<'_>) {
        if self.look.load(Relaxed) == LOOKING {
            self.look.store(OFFERED, Relaxed);
            return;
        }
        let asleep = self.sleeping.load(Relaxed);
        let one_comes = state.wakeups.get() > 0 || self.look.load(Relaxed) == OFFERED;
        if asleep == 0 || (one_comes && self.has_short_jobs() && !state.crowding.is_crowded()) {
            return;
        }
        let now = clock::hrtime();
        if state.idle_since.get() != 0 {
            let began = state.idle_since.get().max(self.told_at.load(Relaxed));
            state.gaps.add(now.saturating_sub(began));
        }
        state.crowding.woken(now);
        self.sleeping.store(asleep - 1, Relaxed);
        state.wakeups.set(state.wakeups.get() + 1);
        self.is_one_coming.store(true, Relaxed);
        drop(state);
        self.work_there.notify_one();
    }

    /// Waits for a job. `looks` counts how often in a row this worker did so without sleeping.
    pub(super) fn rest<'a>(&'a self, mut state: Locked<'a>, looks: &mut u32) -> Locked<'a> {
        if state.running.get() == 0 && self.look.load(Relaxed) == NOBODY {
            // Beside others at longer jobs the processors have better things to do.
            let alone = state.burst.replace(0) <= 1 || self.has_short_jobs();
            let began = clock::hrtime();
            if alone
                && *looks < LOOKS_IN_TURN
                && state.gaps.are_short()
                && state.givers.count() <= spin::spare_cpus()
            {
                *looks += 1;
                let found;
                (state, found) = self.look(state, began);
                if found || state.jobs.any() || state.end.get() != End::No {
                    return state;
                }
                *looks = 0;
                return self.sleep(state); // and this gap is counted
            }
            state.idle_since.set(began);
        }
        *looks = 0;
        self.sleep(state)
    }

    /// The calling worker has taken a job and gives the lock back. If others wait, it has the next worker woken first:
    /// its own job may take long.
    pub(super) fn begin(&self, state: Locked<'_>) {
        state.running.set(state.running.get() + 1);
        state.burst.set(state.burst.get() + 1);
        state.idle_since.set(0);
        state.crowding.begun();
        if state.jobs.any() && state.wakeups.get() == 0 {
            self.setting_out.fetch_add(1, Relaxed);
            self.unlock_and_wake(state);
            self.setting_out.fetch_sub(1, Relaxed);
        }
    }

    /// It has finished the job, after so many nanoseconds if that was measured, and has the lock again.
    pub(super) fn end(&self, state: &Locked<'_>, took: Option<u64>) {
        // In the child of a fork that the job itself made, the job is not known.
        state.running.set(state.running.get().saturating_sub(1));
        if let Some(took) = took {
            let mean = (3 * self.job_ns() + took.min(MEASURE_LIMIT)) / 4;
            self.job_ns_left.store(MEASURE_LIMIT - mean, Relaxed);
        }
    }

    /// Tells all workers how to end, and wakes those that sleep.
    pub(super) fn tell_end(&self, state: &Locked<'_>, end: End) {
        state.end.set(end);
        state.wakeups.set(state.wakeups.get() + self.sleeping.swap(0, Relaxed));
        self.work_there.notify_all();
    }

    /// The calling worker is not one any more, from when it gives the lock back.
    pub(super) fn leave(&self, state: Locked<'_>) {
        state.members.mark_own_as_left();
        drop(state);
        self.left.notify_all();
    }

    /// Waits until a worker has left, or until none is to be waited for any more. A worker that ends the
    /// process cannot wait for itself.
    pub(super) fn wait_for_leavers<'a>(&'a self, mut state: Locked<'a>, end: End) -> Locked<'a> {
        let stay = if end == End::AtOnce { usize::MAX } else { usize::from(state.members.has_own()) };
        while state.members.left() == 0 && state.members.count() > stay.min(state.running.get()) {
            state = Locked(self.left.wait(state.0).unwrap_or_else(PoisonError::into_inner));
        }
        state
    }

    /// Whether a job submitted now would find a worker that has nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.sleeping.load(Relaxed) > 0 || self.look.load(Relaxed) == LOOKING || !self.started.load(Relaxed)
    }

    /// Whether a worker was woken that does not run yet. It may be waiting for the processor of whoever woke it.
    pub(super) fn is_one_coming(&self) -> bool {
        self.is_one_coming.load(Relaxed)
    }

    /// A loop is told of the ends of jobs, at this time.
    pub(super) fn tell(&self, now: u64) {
        self.told_at.store(now, Relaxed);
    }

    /// Whether a worker that was woken leaves the processor once more to one that was there before.
    fn is_to_go_behind(&self, state: &State, yields: u32, now: u64) -> bool {
        // In the child of a fork in `begin`, there may be one less than none.
        let is_one_setting_out = isize::try_from(self.setting_out.load(Relaxed)).is_ok_and(|count| count > 0);
        is_one_setting_out && yields < MOST_YIELDS && state.crowding.is_nobody_near(now)
    }

    /// Whether the last jobs took less time than a wake-up does.
    pub(super) fn has_short_jobs(&self) -> bool {
        self.job_ns() < SHORT_JOB
    }

    /// Looks for a job for a moment, and whether one was left. One worker at a time does, the last one that ran out of
    /// jobs.
    fn look<'a>(&'a self, state: Locked<'a>, began: u64) -> (Locked<'a>, bool) {
        self.look.store(LOOKING, Relaxed);
        drop(state);
        while self.look.load(Relaxed) == LOOKING && clock::hrtime() - began < Gaps::LIMIT_NS {
            for _ in 0..32 {
                std::hint::spin_loop();
                if self.look.load(Relaxed) != LOOKING {
                    break;
                }
            }
        }
        let state = self.lock();
        let found = self.look.load(Relaxed) == OFFERED;
        self.look.store(NOBODY, Relaxed);
        state.gaps.looked(found);
        if found {
            state.gaps.add(0);
        }
        (state, found)
    }

    /// Sleeps until a wake-up comes for this worker.
    ///
    /// Who was woken by a worker may run in its place, on its processor, and would be at the second job before
    /// that one is at the first: it lets it go ahead, unless others take the processor. Programs find what they ask for
    /// one after the other done in that order nearly always, and some count on it.
    fn sleep<'a>(&'a self, mut state: Locked<'a>) -> Locked<'a> {
        self.sleeping.store(self.sleeping.load(Relaxed) + 1, Relaxed);
        let mut yields = 0;
        loop {
            if state.wakeups.get() > 0 {
                let now = clock::hrtime();
                if self.is_to_go_behind(&state, yields, now) {
                    yields += 1;
                    drop(state);
                    std::thread::yield_now();
                    state = self.lock();
                    continue;
                }
                state.crowding.arrived(now);
                state.wakeups.set(state.wakeups.get() - 1);
                self.is_one_coming.store(state.wakeups.get() > 0, Relaxed);
                return state;
            }
            state = Locked(self.work_there.wait(state.0).unwrap_or_else(PoisonError::into_inner));
        }
    }
}

struct Global(UnsafeCell<Pool>);

// SAFETY: a `Pool` is `Sync`. The whole is only replaced in the child of a fork, where no other thread
// exists.
unsafe impl Sync for Global {}

static POOL: Global = Global(UnsafeCell::new(Pool::new()));

/// The pool of this process.
pub(super) fn pool() -> &'static Pool {
    // SAFETY: the contents are only replaced by `forget_pool`, in one thread, and all of them are in cells.
    unsafe { &*POOL.0.get() }
}

/// In the child of a fork: the workers, and whatever they held locked, are gone.
pub(super) extern "C" fn forget_pool() {
    // SAFETY: the child has one thread, this one; the old contents own nothing.
    unsafe { POOL.0.get().write(Pool::new()) };
    // A worker whose job has forked goes on here, without any jobs.
    pool().lock().jobs.open(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_on_its_way_is_enough_for_short_jobs() {
        let pool = Pool::new();
        pool.job_ns_left.store(MEASURE_LIMIT, Relaxed);
        pool.sleeping.store(3, Relaxed);
        let woken = || {
            pool.unlock_and_wake(pool.lock());
            pool.lock().wakeups.get()
        };
        assert_eq!(woken(), 1);
        assert_eq!(woken(), 1);
        pool.job_ns_left.store(MEASURE_LIMIT - SHORT_JOB, Relaxed);
        assert_eq!(woken(), 2);
        assert_eq!(pool.sleeping.load(Relaxed), 1);
    }

    #[test]
    fn who_was_woken_goes_behind_the_one_that_has_woken_it_but_not_for_ever() {
        let pool = Pool::new();
        pool.setting_out.store(1, Relaxed);
        pool.lock().wakeups.set(1);
        pool.lock().crowding.woken(1);
        assert!(pool.is_to_go_behind(&pool.lock(), 0, 2));
        assert!(!pool.is_to_go_behind(&pool.lock(), MOST_YIELDS, 2));
        assert!(!pool.is_to_go_behind(&pool.lock(), 0, 2_000_000), "others have taken the processor");
        assert_eq!(pool.sleep(pool.lock()).wakeups.get(), 0);
        pool.setting_out.store(usize::MAX, Relaxed);
        assert!(!pool.is_to_go_behind(&pool.lock(), 0, 2));
    }

    #[test]
    fn nobody_is_woken_where_all_are_awake_or_one_looks() {
        let pool = Pool::new();
        pool.unlock_and_wake(pool.lock());
        assert_eq!(pool.lock().wakeups.get(), 0);
        pool.sleeping.store(1, Relaxed);
        pool.look.store(LOOKING, Relaxed);
        pool.unlock_and_wake(pool.lock());
        assert_eq!(pool.lock().wakeups.get(), 0);
        assert_eq!(pool.look.load(Relaxed), OFFERED);
    }
}
