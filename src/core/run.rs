//! The loop's phases, in their order: uv_run.

use libc::{c_int, c_ulong};

use crate::abi::{UV_RUN_DEFAULT, UV_RUN_NOWAIT, UV_RUN_ONCE, uv__io_t, uv__queue, uv_loop_t, uv_run_mode};
use crate::core::queue::{self, container_of};
use crate::core::{clock, closing, deferred, inner, poll_phase, req, watcher};
use crate::sys::readiness::POLLOUT;
use crate::{dispatch, idle, timer};

/// `uv_loop_t.flags`: SIGPROF stays blocked while the loop waits.
pub(crate) const BLOCK_SIGPROF: c_ulong = 1;

/// Rounds of the pending phase after the poll: enough for callbacks that write again, few enough
/// for the others not to starve.
const PENDING_ROUNDS: usize = 8;

/// # Safety
/// The loop is initialised.
pub(crate) unsafe fn update_time(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let now = clock::hrtime();
        (*inner(loop_)).now_ns = now;
        (*loop_).time = now / 1_000_000;
    }
}

/// # Safety
/// The loop is initialised.
pub(crate) unsafe fn is_alive(loop_: *const uv_loop_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        (*loop_).active_handles > 0
            || req::has_active(loop_)
            || !queue::is_empty(&raw const (*loop_).pending_queue)
            || !(*loop_).closing_handles.is_null()
    }
}

/// How long the poll phase may wait: milliseconds, or -1 for ever.
///
/// # Safety
/// The loop is initialised.
pub(crate) unsafe fn backend_timeout(loop_: *const uv_loop_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let busy = (*loop_).stop_flag != 0
            || ((*loop_).active_handles == 0 && !req::has_active(loop_))
            || !queue::is_empty(&raw const (*loop_).pending_queue)
            || !queue::is_empty(&raw const (*loop_).idle_handles)
            || !queue::is_empty(&raw const (*loop_).watcher_queue)
            || !(*loop_).closing_handles.is_null()
            || !deferred::is_empty(loop_);
        if busy { 0 } else { timer::next_timeout(loop_) }
    }
}

/// Runs the loop; returns whether it is still alive.
///
/// # Safety
/// The loop is initialised, not running, and stays until this returns.
pub(crate) unsafe fn run(loop_: *mut uv_loop_t, mode: uv_run_mode) -> bool {
    // SAFETY: the caller's promise. Callbacks run in the phases; nothing is held across them.
    unsafe {
        let mut alive = is_alive(loop_);
        if !alive {
            update_time(loop_);
        }
        (*inner(loop_)).wakeup.rise();
        // Timers come first in the default mode, as programs have come to expect.
        if mode == UV_RUN_DEFAULT && alive && (*loop_).stop_flag == 0 {
            update_time(loop_);
            timer::run(loop_);
        }
        while alive && (*loop_).stop_flag == 0 {
            let can_sleep = queue::is_empty(&raw const (*loop_).pending_queue)
                && queue::is_empty(&raw const (*loop_).idle_handles);
            run_pending(loop_);
            idle::run_idle(loop_);
            idle::run_prepare(loop_);

            let may_wait = mode == UV_RUN_DEFAULT || (mode == UV_RUN_ONCE && can_sleep);
            let timeout = if may_wait { backend_timeout(loop_) } else { 0 };
            (*inner(loop_)).metrics.count_iteration();
            poll_phase::run(loop_, timeout);

            for _ in 0..PENDING_ROUNDS {
                if queue::is_empty(&raw const (*loop_).pending_queue) {
                    break;
                }
                run_pending(loop_);
            }
            idle::run_check(loop_);
            closing::run(loop_);
            if mode != UV_RUN_DEFAULT || !is_time_unseen(loop_) {
                update_time(loop_);
                timer::run(loop_);
            }
            alive = is_alive(loop_);
            if mode == UV_RUN_ONCE || mode == UV_RUN_NOWAIT {
                break;
            }
        }
        (*inner(loop_)).wakeup.leave();
        (*loop_).stop_flag = 0;
        alive
    }
}

/// Whether nobody can look at the loop's time before the next poll phase brings it up to date: no
/// callback is due until then. Spares servers without timers a look at the clock in every turn.
unsafe fn is_time_unseen(loop_: *const uv_loop_t) -> bool {
    // SAFETY: an initialised loop: `run`'s caller's promise.
    unsafe {
        !timer::is_any_active(loop_)
            && (*loop_).stop_flag == 0
            && is_alive(loop_)
            && queue::is_empty(&raw const (*loop_).prepare_handles)
            && queue::is_empty(&raw const (*loop_).idle_handles)
            && queue::is_empty(&raw const (*loop_).pending_queue)
    }
}

/// The pending phase: what was fed, as it stands at its start.
unsafe fn run_pending(loop_: *mut uv_loop_t) {
    // SAFETY: a watcher that is closed in a callback is taken out of `batch`, which outlives its links.
    unsafe {
        if queue::is_empty(&raw const (*loop_).pending_queue) {
            return;
        }
        let mut batch = uv__queue { next: std::ptr::null_mut(), prev: std::ptr::null_mut() };
        let batch = &raw mut batch;
        queue::move_all(&raw mut (*loop_).pending_queue, batch);
        while let Some(node) = queue::pop_front(batch) {
            let w = container_of!(node, uv__io_t, pending_queue);
            dispatch::readiness(watcher::kind(w), loop_, w, POLLOUT);
        }
    }
}
