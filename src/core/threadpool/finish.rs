//! The way of a finished job back to its loop.

use std::ptr::NonNull;

use crate::abi::uv_loop_t;
use crate::core::memory::queue::finished_jobs;
use crate::core::state::inner::shared;
use crate::core::state::job::Job;
use crate::core::state::job_stack::JobStack;

/// Puts a finished job on its loop's stack and tells the loop, unless someone else just does; returns the address of a
/// loop that was told.
pub(super) fn complete(job: Job) -> Option<usize> {
    let owner = std::ptr::from_ref(job.owner()).addr();
    let shared = NonNull::from(shared(job.owner()));
    // SAFETY: as long as the job is not on the stack, it keeps the loop; afterwards the hold does, which
    // is taken if this is the job that tells the loop.
    unsafe {
        let stack = NonNull::from(&shared.as_ref().completions);
        let hold = JobStack::push(stack, job, || shared.as_ref().wakeup.hold())?;
        shared.as_ref().wakeup.notify();
        drop(hold);
    }
    Some(owner)
}

/// Calls back what has finished, in the order in which it did; returns how many that were. A callback
/// that runs the loop finds there what is still to be called.
pub(crate) fn drain(loop_: &uv_loop_t) -> u64 {
    let finished = finished_jobs(loop_);
    shared(loop_).completions.take_all(finished);
    let mut count = 0;
    while let Some(job) = finished.pop_job() {
        count += 1;
        job.end();
    }
    count
}

/// The loop is told once more of what is still to be called: a run begins in a callback of one that was told, or in a
/// fork's child, where the worker that was about to tell is not.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    if !finished_jobs(loop_).is_empty() || !shared(loop_).completions.is_empty() {
        shared(loop_).wakeup.notify();
    }
}
