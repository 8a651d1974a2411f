//! Work that was finished on the loop thread, whose callback is due in the next poll phase.

#![forbid(unsafe_code)]

use crate::abi::uv_loop_t;
use crate::core::inner;
use crate::core::state::job::Job;

/// Callbacks in one poll phase, so that a chain of them starves neither timers nor sockets.
pub(crate) const PER_PHASE: usize = 1000;

/// Queues a job that is done for the next poll phase.
pub(crate) fn push(loop_: &uv_loop_t, job: Job) {
    let this = inner(loop_);
    this.deferred.list().push_job(job);
    this.deferred_count.set(this.deferred_count.get() + 1);
    if this.runs.get() == 0 {
        announce(loop_);
    }
}

/// Nobody runs the loop: what waits for it must show on the backend fd, on which an embedder may wait.
pub(crate) fn announce(loop_: &uv_loop_t) {
    let this = inner(loop_);
    if !is_empty(loop_) && !this.deferred_announced.replace(true) {
        this.wakeup.notify();
    }
}

pub(crate) fn is_empty(loop_: &uv_loop_t) -> bool {
    inner(loop_).deferred_count.get() == 0
}

/// Calls back as much as was queued before this call; returns how much that was, beside the wake-up that
/// announced it. In the poll phase. What is still to be called is found by a callback that runs the loop.
pub(crate) fn run(loop_: &uv_loop_t) -> u64 {
    let this = inner(loop_);
    let due = this.deferred_count.get().min(PER_PHASE);
    let announced = this.deferred_announced.replace(false);
    let mut count = 0;
    while count < due {
        let Some(job) = this.deferred.list().pop_job() else { break };
        count += 1;
        this.deferred_count.set(this.deferred_count.get() - 1);
        job.end();
    }
    this.wake_counted.set(announced);
    count.saturating_sub(usize::from(announced)) as u64
}
