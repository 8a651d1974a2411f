//! Work that was finished on the loop thread, whose callback is due in the next poll phase.

use crate::abi::{uv__queue, uv__work, uv_loop_t};
use crate::core::inner;
use crate::core::queue::{container_of, raw as queue};

/// Callbacks in one poll phase, so that a chain of them starves neither timers nor sockets.
const PER_PHASE: usize = 1000;

/// Queues `work`, with `done` set, for the next poll phase.
///
/// # Safety
/// The loop is initialised; `work` stays until its `done` is called.
pub(crate) unsafe fn push(loop_: *mut uv_loop_t, work: *mut uv__work) {
    // SAFETY: the caller's promise.
    unsafe { queue::push_back((&raw const inner(&*loop_).deferred).cast_mut(), &raw mut (*work).wq) };
}

pub(crate) fn is_empty(loop_: &uv_loop_t) -> bool {
    inner(loop_).deferred.is_alone()
}

/// Calls back what was queued before this call; returns how much that was. In the poll phase.
pub(crate) fn run(loop_: &uv_loop_t) -> u64 {
    // SAFETY: the caller's promise. A callback may free its own work: nothing of it is used after,
    // and `batch`, which links the rest, lives on this stack for as long as they stand in it.
    unsafe {
        let waiting = (&raw const inner(loop_).deferred).cast_mut();
        if queue::is_empty(waiting) {
            return 0;
        }
        let mut batch = uv__queue::new();
        let batch = &raw mut batch;
        queue::move_all(waiting, batch);
        let mut count = 0;
        while count < PER_PHASE
            && let Some(node) = queue::pop_front(batch)
        {
            count += 1;
            let work = container_of!(node, uv__work, wq);
            if let Some(done) = (*work).done {
                done(work, 0);
            }
        }
        // What is left goes before what the callbacks have added.
        while !queue::is_empty(batch) {
            let last = (*batch).prev.get();
            queue::remove(last);
            queue::push_front(waiting, last);
        }
        count as u64
    }
}
