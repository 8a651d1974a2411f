//! The pool's state: who waits for jobs, and who is woken for one.

use std::cell::{Cell, UnsafeCell};
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::Release};
#[cfg(not(uv_thread_sanitizer))]
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::crowding::Crowding;
use super::givers::Givers;
use super::inbox::Inbox;
use super::jobs::{Jobs, Taken};
use super::members::Members;
#[cfg(uv_thread_sanitizer)]
use super::seen_locks::{Condvar, Mutex, MutexGuard, PoisonError};
use crate::core::state::clock;
use crate::core::state::job::Job;
use crate::core::state::spin::Gaps;

/// Nanoseconds: waking a worker costs about as much as a job of this length.
const SHORT_JOB: u64 = 4_000;
/// Longer jobs count as being this long, so that a rare one does not hide the others.
const MEASURE_LIMIT: u64 = 20_000;

/// Fixed memory: a pool can be started when there is none to be had.
pub(super) struct Pool {
    /// Jobs that no worker with the lock has seen yet.
    pub(super) inbox: Inbox,
    /// Of single words, as are the conditions, so that a fork's child can begin anew.
    state: Mutex<State>,
    /// Where workers sleep until there is a wake-up for one of them.
    work_there: Condvar,
    /// Told when a worker leaves.
    left: Condvar,
    /// Workers asleep that nobody has woken yet; changed under the lock.
    pub(super) sleeping: AtomicUsize,
    /// One of the constants below: whether a worker looks for a job instead of sleeping. Changed under the lock, but for
    /// what is offered.
    pub(super) look: AtomicU8,
    /// A worker was woken and has not come to its wake-up yet. Changed under the lock.
    pub(super) is_one_coming: AtomicBool,
    /// What the [`Crowding`] says, for those without the lock.
    pub(super) is_crowded: AtomicBool,
    /// Workers that have taken a job, and wake another one before they are at it.
    pub(super) setting_out: AtomicUsize,
    pub(super) started: AtomicBool,
    /// When a loop was told of the end of a job last.
    told_at: AtomicU64,
    /// How long jobs take, in nanoseconds; one in a few is measured. Changed under the lock.
    /// Kept as what is left of [`MEASURE_LIMIT`], so that a pool begins with zeros and takes no room in the
    /// library's file.
    job_ns_left: AtomicU64,
}

/// No worker looks for a job.
pub(super) const NOBODY: u8 = 0;
/// One looks, and was not told of any.
pub(super) const LOOKING: u8 = 1;
/// A job was left for the one that looks.
pub(super) const OFFERED: u8 = 2;

/// Guarded by the lock.
pub(super) struct State {
    pub(super) crowding: Crowding,
    /// Jobs that workers are at.
    pub(super) running: Cell<usize>,
    /// Jobs taken since there was last nothing to do.
    pub(super) burst: Cell<usize>,
    /// When the last worker ran out of jobs; 0 if that is not to be known.
    pub(super) idle_since: Cell<u64>,
    pub(super) gaps: Gaps,
    /// Wake-ups given, each to be used up by one worker: a stray one from the condition variable
    /// finds none and sleeps on.
    pub(super) wakeups: Cell<usize>,
    pub(super) end: Cell<End>,
    pub(super) jobs: Jobs,
    pub(super) givers: Givers,
    pub(super) members: Members,
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
    pub(super) const fn new() -> Pool {
        Pool {
            inbox: Inbox::new(),
            state: Mutex::new(State::new()),
            work_there: Condvar::new(),
            left: Condvar::new(),
            sleeping: AtomicUsize::new(0),
            look: AtomicU8::new(NOBODY),
            is_one_coming: AtomicBool::new(false),
            is_crowded: AtomicBool::new(false),
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

    /// Whether a job in the inbox is seen without waking anybody: no worker sleeps, one looks, or for short jobs one is
    /// on its way.
    pub(super) fn is_attended(&self) -> bool {
        let look = self.look.load(Relaxed);
        let is_one_coming = look == OFFERED || self.is_one_coming.load(Relaxed);
        self.started.load(Relaxed)
            && (look == LOOKING
                || self.sleeping.load(Relaxed) == 0
                || (is_one_coming && self.has_short_jobs() && !self.is_crowded.load(Relaxed)))
    }

    /// Puts a job into the inbox; returns whether it is seen there.
    pub(super) fn give(&self, job: Job) -> bool {
        self.inbox.give(job);
        self.offer() || self.is_attended()
    }

    /// A job is left for the worker that looks, if one does.
    fn offer(&self) -> bool {
        self.look.load(Relaxed) == LOOKING
            && self.look.compare_exchange(LOOKING, OFFERED, Release, Relaxed).is_ok()
    }

    /// Takes the next job. Where slow jobs take turns with others, all stand in the queues.
    pub(super) fn take(&self, state: &State) -> Option<Taken> {
        if !state.jobs.any() || state.jobs.has_turns() {
            self.inbox.bring_in(&state.jobs);
        }
        state.jobs.take()
    }

    /// Gives the lock back and wakes a worker, if one sleeps, for the job that was added.
    ///
    /// While a woken worker is on its way, no other is woken for short jobs: it costs more than they
    /// do. The one on its way looks after what it finds left. But where others want the processors it may be long on
    /// its way, and of several one is there sooner.
    pub(super) fn unlock_and_wake(&self, state: Locked<'_>) {
        if self.offer() {
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

    /// Until a wake-up may have been given.
    pub(super) fn wait_for_wakeup<'a>(&self, state: Locked<'a>) -> Locked<'a> {
        Locked(self.work_there.wait(state.0).unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a job submitted now would find a worker that has nothing to do. One for which there is something in the
    /// inbox may not know it yet.
    pub(super) fn is_idle(&self) -> bool {
        self.inbox.is_empty()
            && (self.sleeping.load(Relaxed) > 0
                || self.look.load(Relaxed) == LOOKING
                || !self.started.load(Relaxed))
    }

    /// Whether a worker was woken that does not run yet. It may be waiting for the processor of whoever woke it.
    pub(super) fn is_one_coming(&self) -> bool {
        self.is_one_coming.load(Relaxed)
    }

    /// A loop is told of the ends of jobs, at this time.
    pub(super) fn tell(&self, now: u64) {
        self.told_at.store(now, Relaxed);
    }

    /// Whether the last jobs took less time than a wake-up does.
    pub(super) fn has_short_jobs(&self) -> bool {
        self.job_ns() < SHORT_JOB
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
    use crate::abi::{uv_loop_t, uv_work_t, zeroed};
    use crate::core::state::job::HasJob;
    use crate::core::threadpool::jobs::WorkKind;

    #[test]
    fn a_worker_for_which_a_job_lies_in_the_inbox_is_not_idle() {
        let (loop_, work): (uv_loop_t, uv_work_t) = (zeroed(), zeroed());
        let pool = Pool::new();
        pool.lock().jobs.open(1);
        pool.started.store(true, Relaxed);
        pool.sleeping.store(1, Relaxed);
        assert!(pool.is_idle());
        assert!(!pool.give(Job::test(&loop_, &work)), "it sleeps");
        assert!(!pool.is_idle());
        assert!(pool.take(&pool.lock()).is_some());
        assert!(pool.is_idle());
    }

    #[test]
    fn the_inbox_is_attended_by_workers_that_are_awake_or_soon_will_be() {
        let pool = Pool::new();
        assert!(!pool.is_attended(), "there are none");
        pool.started.store(true, Relaxed);
        assert!(pool.is_attended());
        pool.sleeping.store(1, Relaxed);
        assert!(!pool.is_attended());
        pool.is_one_coming.store(true, Relaxed);
        assert!(!pool.is_attended(), "the job that it comes for may be long");
        pool.job_ns_left.store(MEASURE_LIMIT, Relaxed);
        assert!(pool.is_attended());
        pool.is_crowded.store(true, Relaxed);
        assert!(!pool.is_attended());
        pool.look.store(LOOKING, Relaxed);
        assert!(pool.is_attended());
    }

    #[test]
    fn slow_jobs_take_turns_with_what_lies_in_the_inbox() {
        let (loop_, works): (uv_loop_t, [uv_work_t; 3]) = (zeroed(), [(); 3].map(|()| zeroed()));
        let pool = Pool::new();
        let state = pool.lock();
        state.jobs.open(1);
        for work in &works[..2] {
            state.jobs.push(Job::test(&loop_, work), WorkKind::SlowIo);
        }
        pool.give(Job::test(&loop_, &works[2]));
        let next = || {
            let taken = pool.take(&state)?;
            if taken.slow {
                state.jobs.end_slow();
            }
            works.iter().position(|work| std::ptr::eq(work.job(), taken.job.job()))
        };
        assert_eq!([next(), next(), next(), next()], [Some(0), Some(2), Some(1), None]);
    }

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
