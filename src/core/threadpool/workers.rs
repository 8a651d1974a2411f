//! The pool's threads: their start, their sleep, their end, and what a fork does to them.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use libc::pthread_t;

use super::jobs::{Jobs, Taken, WorkKind};
use super::{WorkFn, is_cancelled};
use crate::abi::uv__work;
use crate::core::clock;
use crate::sys::{abort, thread, worker_thread};

const DEFAULT_SIZE: usize = 4;
const MAX_SIZE: usize = 1024;
const STACK_SIZE: usize = 8 << 20;

/// Nanoseconds: waking a worker costs about as much as a job of this length.
const SHORT_JOB: u64 = 4_000;
/// Longer jobs count as being this long, so that a rare one does not hide the others.
const MEASURE_LIMIT: u64 = 20_000;
/// A worker measures one in so many jobs.
const MEASURE_EVERY: u32 = 8;

/// Fixed memory: a pool can be started when there is none to be had.
struct Pool {
    /// Of numbers only, as is the condition, so that a fork's child can begin anew.
    lock: Mutex<()>,
    /// Where workers sleep until there is a wake-up for one of them.
    work_there: Condvar,
    /// Workers asleep that nobody has woken yet; changed under the lock.
    sleeping: AtomicUsize,
    started: AtomicBool,
    state: UnsafeCell<State>,
}

/// Guarded by the lock.
struct State {
    jobs: Jobs,
    /// Wake-ups given, each to be used up by one worker: a stray one from the condition variable
    /// finds none and sleeps on.
    wakeups: usize,
    /// How long jobs take, in nanoseconds; one in a few is measured.
    job_ns: u64,
    stopping: bool,
    size: usize,
    threads: [pthread_t; MAX_SIZE],
}

struct Global(UnsafeCell<Pool>);

// SAFETY: the parts are synchronised by the lock or atomic. The whole is only replaced in the child
// of a fork, where no other thread exists.
unsafe impl Sync for Global {}

static POOL: Global = Global(UnsafeCell::new(Pool::new()));
static FORKS_WATCHED: AtomicBool = AtomicBool::new(false);

impl Pool {
    const fn new() -> Pool {
        Pool {
            lock: Mutex::new(()),
            work_there: Condvar::new(),
            sleeping: AtomicUsize::new(0),
            started: AtomicBool::new(false),
            state: UnsafeCell::new(State {
                jobs: Jobs::new(),
                wakeups: 0,
                job_ns: MEASURE_LIMIT,
                stopping: false,
                size: 0,
                threads: [0; MAX_SIZE],
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the lock back and wakes a worker, if one sleeps, for the job that was added.
    ///
    /// While a woken worker is on its way, no other is woken for short jobs: it costs more than they
    /// do. The one on its way looks after what it finds left.
    fn unlock_and_wake(&self, guard: MutexGuard<'_, ()>) {
        let asleep = self.sleeping.load(Relaxed);
        let state = self.state.get();
        // SAFETY: the lock is held.
        unsafe {
            if asleep == 0 || ((*state).wakeups > 0 && (*state).job_ns < SHORT_JOB) {
                return;
            }
            self.sleeping.store(asleep - 1, Relaxed);
            (*state).wakeups += 1;
        }
        drop(guard);
        self.work_there.notify_one();
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
fn pool() -> &'static Pool {
    // SAFETY: see `Global`; in the child of a fork the contents change only before any use there.
    unsafe { &*POOL.0.get() }
}

/// Queues a job and has a worker take it. The first job starts the pool.
///
/// # Safety
/// See `Jobs::push`.
pub(super) unsafe fn push(w: *mut uv__work, kind: WorkKind) {
    let pool = pool();
    let guard = pool.lock();
    if !pool.started.load(Relaxed) {
        // SAFETY: the lock is held.
        unsafe { start(pool) };
    }
    // SAFETY: the lock is held; the job is the caller's promise.
    if unsafe { Jobs::push(&raw mut (*pool.state.get()).jobs, w, kind) } {
        pool.unlock_and_wake(guard);
    }
}

/// The function of a job that no worker has, which is taken out of the queues, or of one that was
/// cancelled before.
///
/// # Safety
/// The job was pushed, and its memory is still the request's.
pub(super) unsafe fn take_back(w: *mut uv__work) -> Option<WorkFn> {
    let _guard = pool().lock();
    // SAFETY: the lock is held; with a function of its own a job also has its place in a queue.
    unsafe {
        let work = (*w).work?;
        if !is_cancelled(work) {
            Jobs::remove(w);
        }
        Some(work)
    }
}

/// Whether a job submitted now would find a worker that has nothing to do.
pub(crate) fn has_idle_worker() -> bool {
    let pool = pool();
    pool.sleeping.load(Relaxed) > 0 || !pool.started.load(Relaxed)
}

/// Ends the workers after the jobs that wait now, and waits for them. Later work starts new ones.
pub(crate) fn shutdown() {
    let pool = pool();
    let state = pool.state.get();
    let guard = pool.lock();
    // SAFETY: the lock is held where the state is changed. The list of threads changes only in
    // `start`, which the flag `started` keeps from running until they have all ended.
    unsafe {
        if !pool.started.load(Relaxed) || (*state).stopping {
            return;
        }
        (*state).stopping = true;
        (*state).jobs.stop_slow();
        (*state).wakeups += pool.sleeping.load(Relaxed);
        pool.sleeping.store(0, Relaxed);
        drop(guard);
        pool.work_there.notify_all();

        let own = libc::pthread_self();
        let threads: &[pthread_t] = &(*state).threads;
        for &member in threads.iter().take((*state).size) {
            // A worker that ends the process cannot wait for itself.
            if member != own && worker_thread::join(member).is_err() {
                abort::fatal("uv_library_shutdown: a worker thread cannot be joined");
            }
        }
        let _guard = pool.lock();
        (*state).stopping = false;
        (*state).wakeups = 0;
        pool.started.store(false, Relaxed);
    }
}

/// Starts the workers. Fewer than wanted will do; none is the end, since jobs would wait for ever.
///
/// # Safety
/// The lock is held, and no worker runs.
unsafe fn start(pool: &Pool) {
    if !FORKS_WATCHED.swap(true, Relaxed) && worker_thread::at_fork_in_child(forget_pool).is_err() {
        abort::fatal("uv_queue_work: out of memory");
    }
    let state = pool.state.get();
    let wanted = wanted_size();
    // SAFETY: the caller's promise: the state is ours alone.
    unsafe {
        let mut size = 0;
        let threads: &mut [pthread_t] = &mut (*state).threads;
        for place in threads.iter_mut().take(wanted) {
            match worker_thread::start(STACK_SIZE, worker) {
                Ok(started) => *place = started,
                Err(_) => break,
            }
            size += 1;
        }
        if size == 0 {
            abort::fatal("uv_queue_work: no worker thread can be started");
        }
        (*state).size = size;
        Jobs::open(&raw mut (*state).jobs, size);
    }
    pool.started.store(true, Relaxed);
}

/// `UV_THREADPOOL_SIZE` within its limits.
fn wanted_size() -> usize {
    // SAFETY: the name is a C string. That no other thread changes the environment meanwhile is
    // what the C library asks of every program.
    unsafe {
        let value = libc::getenv(c"UV_THREADPOOL_SIZE".as_ptr());
        size_from((!value.is_null()).then(|| CStr::from_ptr(value)))
    }
}

/// As libuv reads it: a number in front counts, text is 0 and 0 is 1, a negative number is very
/// large, and what has more than 15 bytes is not looked at.
fn size_from(value: Option<&CStr>) -> usize {
    let Some(value) = value.filter(|value| value.count_bytes() < 16) else { return DEFAULT_SIZE };
    // SAFETY: a C string.
    let number = unsafe { libc::atoi(value.as_ptr()) };
    usize::try_from(number).map_or(MAX_SIZE, |size| size.clamp(1, MAX_SIZE))
}

extern "C" fn worker(_: *mut c_void) -> *mut c_void {
    // For debuggers and the like; without it the thread works as well.
    let _ = thread::set_own_name(b"libuv-worker");
    let pool = pool();
    let state = pool.state.get();
    let mut turn = 0_u32;
    let mut guard = pool.lock();
    loop {
        // SAFETY: the lock is held.
        let next = unsafe { Jobs::take(&raw mut (*state).jobs) };
        let Some(Taken { work, run, slow }) = next else {
            // SAFETY: as above.
            if unsafe { (*state).stopping } {
                return null_mut();
            }
            guard = pool.sleep(guard);
            continue;
        };
        // SAFETY: as above.
        if unsafe { Jobs::any(&raw const (*state).jobs) && (*state).wakeups == 0 } {
            pool.unlock_and_wake(guard);
        } else {
            drop(guard);
        }
        turn = turn.wrapping_add(1);
        let start = (turn % MEASURE_EVERY == 1).then(clock::hrtime);
        // SAFETY: who submitted the job keeps it until its `done`, which comes after `complete`.
        unsafe { run(work) };
        let took = start.map(|start| clock::hrtime().saturating_sub(start).min(MEASURE_LIMIT));
        // SAFETY: as above.
        unsafe { super::complete(work) };
        guard = pool.lock();
        if let Some(took) = took {
            // SAFETY: the lock is held.
            unsafe { (*state).job_ns = (3 * (*state).job_ns + took) / 4 };
        }
        if slow {
            // This worker takes what it has made possible itself.
            // SAFETY: the lock is held, and the job came from `take`.
            unsafe { Jobs::end_slow(&raw mut (*state).jobs) };
        }
    }
}

/// In the child of a fork: the workers, and whatever they held locked, are gone.
unsafe extern "C" fn forget_pool() {
    // SAFETY: the child has one thread, this one; the old contents own nothing.
    unsafe { POOL.0.get().write(Pool::new()) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_is_read_as_libuv_does() {
        let size = size_from;
        assert_eq!(size(None), 4);
        assert_eq!(size(Some(c"")), 1);
        assert_eq!(size(Some(c"0")), 1);
        assert_eq!(size(Some(c"many")), 1);
        assert_eq!(size(Some(c"7")), 7);
        assert_eq!(size(Some(c" 12 threads")), 12);
        assert_eq!(size(Some(c"1025")), 1024);
        assert_eq!(size(Some(c"-1")), 1024);
        assert_eq!(size(Some(c"0000000000000008")), 4);
    }
}
