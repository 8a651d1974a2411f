//! The pool's threads: their start, their work and their end.

#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::finish;
use super::jobs::{Taken, WorkKind};
use super::members::MAX_SIZE;
use super::pool::{End, Locked, Pool, forget_pool, pool};
use crate::abi::{uv__work, uv_loop_t};
use crate::core::observe::{queued, watched, working};
use crate::core::state::job::{Job, take_parents, take_waiting};
use crate::core::state::{clock, spin};
use crate::sys::at_fork::InChild;
use crate::sys::errno::UvResult;
use crate::sys::{abort, probes, setting, thread, worker_thread};

const DEFAULT_SIZE: usize = 4;
const STACK_SIZE: usize = 8 << 20;
/// A worker measures one in so many jobs.
const MEASURE_EVERY: u32 = 8;

/// Sees to it that there are workers, before a request is set up that needs one. The first call starts them.
#[inline]
pub(crate) fn ensure() -> UvResult {
    if pool().started.load(Relaxed) { Ok(()) } else { start_first() }
}

/// A fork's child begins with a pool of its own. Known to the system before the lock is taken for the
/// first time: any thread may fork while another one holds it.
static FORGET: InChild = InChild::new(forget_pool);

#[cold]
fn start_first() -> UvResult {
    FORGET.ensure()?;
    let pool = pool();
    let state = pool.lock();
    if pool.started.load(Relaxed) { Ok(()) } else { start(pool, &state) }
}

/// Queues a job and has a worker take it. There were workers a moment ago.
pub(super) fn push(job: Job, kind: WorkKind) {
    let pool = pool();
    probes::work_queued(std::ptr::from_ref(&*job).addr());
    if kind != WorkKind::SlowIo && !watched::is_on() && pool.is_attended() {
        if !pool.give(job) {
            let state = pool.lock();
            if is_ready(pool, &state) && state.jobs.any() {
                pool.unlock_and_wake(state);
            }
        }
        return;
    }
    let state = pool.lock();
    if !is_ready(pool, &state) {
        pool.give(job);
        return;
    }
    queued::enter(|| std::ptr::from_ref(&*job).addr());
    if state.jobs.push(job, kind) {
        pool.unlock_and_wake(state);
    }
}

/// Sees to it that the pool has workers, and in its queues what was given before. False while it ends: what is in the
/// inbox is found by a worker, or by who shuts the library down.
fn is_ready(pool: &Pool, state: &Locked<'_>) -> bool {
    if state.end.get() != End::No {
        return false;
    }
    // Another thread may have shut the library down meanwhile.
    if !pool.started.load(Relaxed) && start(pool, state).is_err() {
        abort::fatal("uv_queue_work: no worker thread can be started");
    }
    pool.inbox.bring_in(&state.jobs);
    true
}

/// This is the child of a fork, and uses a loop of its parent's: what waited for that may stand in lists that are not here.
static HAS_PARENTS_JOBS: AtomicBool = AtomicBool::new(false);

/// The child of a fork takes over a loop: what was finished for it, or was about to be, is told.
pub(crate) fn take_over(loop_: &uv_loop_t) {
    HAS_PARENTS_JOBS.store(true, Relaxed);
    finish::give_back(loop_);
}

/// Takes a job out of the queues that no worker has. In the child of a fork, one that waited in the parent as well.
pub(super) fn take_back(job: &uv__work) -> Option<Job> {
    let pool = pool();
    let may_be_parents = HAS_PARENTS_JOBS.load(Relaxed);
    if !pool.started.load(Relaxed) && pool.inbox.is_empty() && !may_be_parents {
        return None;
    }
    FORGET.ensure().ok()?; // perhaps nobody has seen to it that the lock can be taken
    let state = pool.lock();
    pool.inbox.bring_in(&state.jobs);
    let taken =
        if may_be_parents { state.jobs.find(job).or_else(|| take_parents(job)) } else { take_waiting(job) };
    taken.inspect(|_| queued::leave(|| std::ptr::from_ref(job).addr()))
}

/// How many workers there are, and how many of them are at a job. Any thread.
pub(crate) fn threads() -> (usize, usize) {
    let pool = pool();
    if !pool.started.load(Relaxed) {
        return (0, 0); // and nobody has seen to it that the lock can be taken
    }
    let state = pool.lock();
    (state.members.count() - state.members.left(), state.running.get())
}

/// Whether a job submitted now would find a worker that has nothing to do.
pub(crate) fn has_idle_worker() -> bool {
    pool().is_idle()
}

/// A loop is told of the ends of jobs, at this time: what follows may be the next ones.
pub(crate) fn tell(now: u64) {
    pool().tell(now);
}

/// Whether a worker was woken that does not run yet.
pub(crate) fn is_one_coming() -> bool {
    pool().is_one_coming()
}

/// Whether the last jobs took less time than a wake-up does.
pub(crate) fn has_short_jobs() -> bool {
    pool().has_short_jobs()
}

/// Ends the workers after the jobs that wait now, and waits for them. Later work starts new ones.
pub(crate) fn shutdown() {
    if end(End::WhenDone) {
        let pool = pool();
        let state = pool.lock();
        if !pool.inbox.is_empty_at_last() || state.jobs.any() {
            // Another thread took the workers for awake.
            is_ready(pool, &state);
        }
    }
}

/// Ends the workers that have nothing to do and waits for them. Those at a job, which may be waiting for
/// something that never comes, end with the process.
pub(crate) fn end_with_process() {
    end(if worker_thread::is_process_ending() { End::AtOnce } else { End::WhenDone });
}

/// Returns whether there were workers to end.
fn end(how: End) -> bool {
    let pool = pool();
    if !pool.started.load(Relaxed) {
        return false; // and perhaps nobody has seen to it that the lock can be taken
    }
    let mut state = pool.lock();
    if !pool.started.load(Relaxed) || state.end.get() != End::No {
        return false;
    }
    if how == End::WhenDone {
        state.jobs.stop_slow();
    }
    pool.tell_end(&state, how);
    loop {
        state = pool.wait_for_leavers(state, how);
        let Some(member) = state.members.take_left() else { break };
        drop(state);
        if member.join().is_err() {
            abort::fatal("uv_library_shutdown: a worker thread cannot be joined");
        }
        state = pool.lock();
    }
    if state.running.get() == 0 || how == End::WhenDone {
        state.members.forget();
        state.end.set(End::No);
        pool.started.store(false, Relaxed);
    }
    true
}

/// Starts the workers. Fewer than wanted will do.
fn start(pool: &Pool, state: &Locked<'_>) -> UvResult {
    // Asked here, since the answer takes reading files: a worker that opened some at a time of its own
    // would meet programs that count on the number of a descriptor they have just closed.
    let _ = spin::pays();
    worker_thread::expect_end();
    for _ in 0..wanted_size() {
        match worker_thread::start(STACK_SIZE, worker) {
            Ok(started) => state.members.add(started),
            Err(refusal) if state.members.count() == 0 => return Err(refusal),
            Err(_) => break,
        }
    }
    state.jobs.open(state.members.count());
    pool.started.store(true, Relaxed);
    Ok(())
}

/// `UV_THREADPOOL_SIZE` within its limits.
fn wanted_size() -> usize {
    setting::with(c"UV_THREADPOOL_SIZE", size_from)
}

/// As libuv reads it: a number in front counts, text is 0 and 0 is 1, a negative number is very
/// large, and what has more than 15 bytes is not looked at.
fn size_from(value: Option<&CStr>) -> usize {
    let Some(value) = value.filter(|value| value.count_bytes() < 16) else { return DEFAULT_SIZE };
    usize::try_from(setting::number(value)).map_or(MAX_SIZE, |size| size.clamp(1, MAX_SIZE))
}

fn worker() {
    // For debuggers and the like; without it the thread works as well.
    let _ = thread::set_own_name(b"libuv-worker");
    working::begin();
    let pool = pool();
    let mut turn = 0_u32;
    let mut looks = 0;
    let mut state = pool.lock();
    while state.end.get() != End::AtOnce {
        let Some(Taken { job, slow }) = pool.take(&state) else {
            if state.end.get() != End::No {
                break;
            }
            state = pool.rest(state, &mut looks);
            continue;
        };
        queued::leave(|| std::ptr::from_ref(job.job()).addr());
        pool.begin(state);
        turn = turn.wrapping_add(1);
        let start = (turn % MEASURE_EVERY == 1).then(clock::hrtime);
        let job = job.carry_out();
        let took = start.map(|start| clock::hrtime().saturating_sub(start));
        let told = finish::complete(job);
        state = pool.lock();
        pool.end(&state, took);
        if let Some(owner) = told {
            state.givers.note(owner);
        }
        if slow {
            // This worker takes what it has made possible itself.
            pool.inbox.bring_in(&state.jobs);
            state.jobs.end_slow();
        }
    }
    working::leave();
    pool.leave(state);
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
