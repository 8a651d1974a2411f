//! The pool's threads: their start, their work and their end.

use std::ffi::{CStr, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::pthread_t;

use super::jobs::{Jobs, Taken, WorkKind};
use super::pool::{MAX_SIZE, Pool, forget_pool, pool};
use super::{WorkFn, is_cancelled};
use crate::abi::uv__work;
use crate::core::{clock, spin};
use crate::sys::{abort, thread, worker_thread};

const DEFAULT_SIZE: usize = 4;
const STACK_SIZE: usize = 8 << 20;
/// A worker measures one in so many jobs.
const MEASURE_EVERY: u32 = 8;

static FORKS_WATCHED: AtomicBool = AtomicBool::new(false);

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
    pool().is_idle()
}

/// Whether the last jobs took less time than a wake-up does.
pub(crate) fn has_short_jobs() -> bool {
    pool().has_short_jobs()
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
        pool.unlock_and_wake_all(guard);

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
    // Asked here, since the answer takes reading files: a worker that opened some at a time of its own
    // would meet programs that count on the number of a descriptor they have just closed.
    let _ = spin::pays();
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
    let mut looks = 0;
    let mut guard = pool.lock();
    loop {
        // SAFETY: the lock is held.
        let next = unsafe { Jobs::take(&raw mut (*state).jobs) };
        let Some(Taken { work, run, slow }) = next else {
            // SAFETY: as above.
            if unsafe { (*state).stopping } {
                return null_mut();
            }
            guard = pool.rest(guard, &mut looks);
            continue;
        };
        pool.begin(guard);
        turn = turn.wrapping_add(1);
        let start = (turn % MEASURE_EVERY == 1).then(clock::hrtime);
        // SAFETY: who submitted the job keeps it until its `done`, which comes after `complete`.
        unsafe { run(work) };
        let took = start.map(|start| clock::hrtime().saturating_sub(start));
        // SAFETY: as above.
        unsafe { super::complete(work) };
        guard = pool.lock();
        pool.end(&guard, took);
        if slow {
            // This worker takes what it has made possible itself.
            // SAFETY: the lock is held, and the job came from `take`.
            unsafe { Jobs::end_slow(&raw mut (*state).jobs) };
        }
    }
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
