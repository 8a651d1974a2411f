//! The pool's state: who waits for jobs, how, and who is woken for one.
//!
//! A worker without a job sleeps, or first looks for one for a moment, while that pays (see
//! [`crate::core::spin`]).

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use libc::pthread_t;

use super::jobs::Jobs;
use crate::core::clock;
use crate::core::spin::Adaptive;

pub(super) const MAX_SIZE: usize = 1024;

/// Nanoseconds: waking a worker costs about as much as a job of this length.
const SHORT_JOB: u64 = 4_000;
/// Longer jobs count as being this long, so that a rare one does not hide the others.
const MEASURE_LIMIT: u64 = 20_000;
/// Nanoseconds a worker looks for a job: a little more than it takes to wake the loop, which may then
/// give it the next one.
const LOOK_NS: u64 = 50_000;
/// After so many looks in a row a worker sleeps, so that the others get their turn.
const LOOKS_IN_TURN: u32 = 256;

/// Fixed memory: a pool can be started when there is none to be had.
pub(super) struct Pool {
    /// Of numbers only, as is the condition, so that a fork's child can begin anew.
    lock: Mutex<()>,
    /// Where workers sleep until there is a wake-up for one of them.
    work_there: Condvar,
    /// Workers asleep that nobody has woken yet; changed under the lock.
    sleeping: AtomicUsize,
    /// One of the constants below: whether a worker looks for a job instead of sleeping. Changed
    /// under the lock.
    look: AtomicU8,
    pub(super) started: AtomicBool,
    /// How long jobs take, in nanoseconds; one in a few is measured. Changed under the lock.
    job_ns: AtomicU64,
    pub(super) state: UnsafeCell<State>,
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
    /// Jobs that workers are at.
    running: usize,
    /// Jobs taken since there was last nothing to do.
    burst: usize,
    /// When the last worker ran out of jobs; 0 if that is not to be known.
    idle_since: u64,
    adaptive: Adaptive,
    /// Wake-ups given, each to be used up by one worker: a stray one from the condition variable
    /// finds none and sleeps on.
    wakeups: usize,
    pub(super) stopping: bool,
    pub(super) size: usize,
    pub(super) threads: [pthread_t; MAX_SIZE],
}

struct Global(UnsafeCell<Pool>);

// SAFETY: the parts are synchronised by the lock or atomic. The whole is only replaced in the child
// of a fork, where no other thread exists.
unsafe impl Sync for Global {}

static POOL: Global = Global(UnsafeCell::new(Pool::new()));

impl Pool {
    const fn new() -> Pool {
        Pool {
            lock: Mutex::new(()),
            work_there: Condvar::new(),
            sleeping: AtomicUsize::new(0),
            look: AtomicU8::new(NOBODY),
            started: AtomicBool::new(false),
            job_ns: AtomicU64::new(MEASURE_LIMIT),
            state: UnsafeCell::new(State {
                jobs: Jobs::new(),
                running: 0,
                burst: 0,
                idle_since: 0,
                adaptive: Adaptive::new(),
                wakeups: 0,
                stopping: false,
                size: 0,
                // SAFETY: a thread is an integer or a pointer: zero is a value, and not read before a start.
                threads: unsafe { std::mem::zeroed() },
            }),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the lock back and wakes a worker, if one sleeps, for the job that was added.
    ///
    /// While a woken worker is on its way, no other is woken for short jobs: it costs more than they
    /// do. The one on its way looks after what it finds left.
    pub(super) fn unlock_and_wake(&self, guard: MutexGuard<'_, ()>) {
        if self.look.load(Relaxed) == LOOKING {
            self.look.store(OFFERED, Relaxed);
            return;
        }
        let asleep = self.sleeping.load(Relaxed);
        let state = self.state.get();
        // SAFETY: the lock is held.
        unsafe {
            let one_comes = (*state).wakeups > 0 || self.look.load(Relaxed) == OFFERED;
            if asleep == 0 || (one_comes && self.has_short_jobs()) {
                return;
            }
            if (*state).idle_since != 0 {
                (*state).adaptive.waited(clock::hrtime().saturating_sub((*state).idle_since), true);
            }
            self.sleeping.store(asleep - 1, Relaxed);
            (*state).wakeups += 1;
        }
        drop(guard);
        self.work_there.notify_one();
    }

    /// Waits for a job. `looks` counts how often in a row this worker did so without sleeping.
    pub(super) fn rest<'a>(&'a self, guard: MutexGuard<'a, ()>, looks: &mut u32) -> MutexGuard<'a, ()> {
        let state = self.state.get();
        // SAFETY: the lock is held.
        unsafe {
            if (*state).running == 0 && self.look.load(Relaxed) == NOBODY {
                // Beside others at longer jobs the processors have better things to do.
                let alone = (*state).burst <= 1 || self.has_short_jobs();
                (*state).burst = 0;
                if alone && *looks < LOOKS_IN_TURN && (*state).adaptive.should_look() {
                    *looks += 1;
                    return self.look(guard);
                }
                (*state).idle_since = clock::hrtime();
            }
        }
        *looks = 0;
        self.sleep(guard)
    }

    /// The calling worker has taken a job and gives the lock back.
    pub(super) fn begin(&self, guard: MutexGuard<'_, ()>) {
        let state = self.state.get();
        // SAFETY: the lock is held.
        let more = unsafe {
            (*state).running += 1;
            (*state).burst += 1;
            (*state).idle_since = 0;
            Jobs::any(&raw const (*state).jobs) && (*state).wakeups == 0
        };
        if more {
            self.unlock_and_wake(guard);
        }
    }

    /// It has finished the job, after so many nanoseconds if that was measured, and has the lock again.
    pub(super) fn end(&self, _guard: &MutexGuard<'_, ()>, took: Option<u64>) {
        let state = self.state.get();
        // SAFETY: the lock is held.
        unsafe {
            (*state).running -= 1;
            if let Some(took) = took {
                let mean = (3 * self.job_ns.load(Relaxed) + took.min(MEASURE_LIMIT)) / 4;
                self.job_ns.store(mean, Relaxed);
            }
        }
    }

    /// Wakes all, so that they see that the pool is stopping.
    pub(super) fn unlock_and_wake_all(&self, guard: MutexGuard<'_, ()>) {
        // SAFETY: the lock is held.
        unsafe { (*self.state.get()).wakeups += self.sleeping.swap(0, Relaxed) };
        drop(guard);
        self.work_there.notify_all();
    }

    /// Whether a job submitted now would find a worker that has nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.sleeping.load(Relaxed) > 0 || self.look.load(Relaxed) == LOOKING || !self.started.load(Relaxed)
    }

    /// Whether the last jobs took less time than a wake-up does.
    pub(super) fn has_short_jobs(&self) -> bool {
        self.job_ns.load(Relaxed) < SHORT_JOB
    }

    /// Looks for a job for a moment. One worker at a time does, the last one that ran out of jobs.
    fn look<'a>(&'a self, guard: MutexGuard<'a, ()>) -> MutexGuard<'a, ()> {
        self.look.store(LOOKING, Relaxed);
        drop(guard);
        let began = clock::hrtime();
        while self.look.load(Relaxed) == LOOKING && clock::hrtime() - began < LOOK_NS {
            for _ in 0..32 {
                std::hint::spin_loop();
                if self.look.load(Relaxed) != LOOKING {
                    break;
                }
            }
        }
        let guard = self.lock();
        let found = self.look.load(Relaxed) == OFFERED;
        self.look.store(NOBODY, Relaxed);
        // SAFETY: the lock is held.
        unsafe { (*self.state.get()).adaptive.looked(found) };
        guard
    }

    /// Sleeps until a wake-up comes for this worker.
    fn sleep<'a>(&'a self, mut guard: MutexGuard<'a, ()>) -> MutexGuard<'a, ()> {
        let state = self.state.get();
        self.sleeping.store(self.sleeping.load(Relaxed) + 1, Relaxed);
        loop {
            // SAFETY: the lock is held.
            unsafe {
                if (*state).wakeups > 0 {
                    (*state).wakeups -= 1;
                    return guard;
                }
            }
            guard = self.work_there.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The pool of this process.
pub(super) fn pool() -> &'static Pool {
    // SAFETY: see `Global`; in the child of a fork the contents change only before any use there.
    unsafe { &*POOL.0.get() }
}

/// In the child of a fork: the workers, and whatever they held locked, are gone.
pub(super) unsafe extern "C" fn forget_pool() {
    // SAFETY: the child has one thread, this one; the old contents own nothing.
    unsafe { POOL.0.get().write(Pool::new()) };
}
