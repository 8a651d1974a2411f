//! The loop's phases, in their order: uv_run.

#![forbid(unsafe_code)]

use libc::{c_int, c_ulong};

use crate::abi::{UV_RUN_DEFAULT, UV_RUN_NOWAIT, UV_RUN_ONCE, uv_loop_t, uv_run_mode};
use crate::api::kinds;
use crate::core::queue::{fed, idle_handles, prepare_handles, ready};
use crate::core::{clock, closing, deferred, inner, poll_phase, req, watcher};
use crate::handles::{idle, timer};
use crate::sys::readiness::POLLOUT;

/// `uv_loop_t.flags`: SIGPROF stays blocked while the loop waits.
pub(crate) const BLOCK_SIGPROF: c_ulong = 1;

/// Rounds of the pending phase after the poll: enough for callbacks that write again, few enough
/// for the others not to starve.
const PENDING_ROUNDS: usize = 8;

pub(crate) fn update_time(loop_: &uv_loop_t) {
    let now = clock::hrtime();
    inner(loop_).now_ns.set(now);
    loop_.time.set(now / 1_000_000);
}

pub(crate) fn is_alive(loop_: &uv_loop_t) -> bool {
    loop_.active_handles.get() > 0
        || req::has_active(loop_)
        || !fed(loop_).is_empty()
        || !loop_.closing_handles.get().is_null()
}

/// How long the poll phase may wait: milliseconds, or -1 for ever.
pub(crate) fn backend_timeout(loop_: &uv_loop_t) -> c_int {
    let busy = loop_.stop_flag.get() != 0
        || (loop_.active_handles.get() == 0 && !req::has_active(loop_))
        || !fed(loop_).is_empty()
        || !idle_handles(loop_).is_empty()
        || !ready(loop_).is_empty()
        || !loop_.closing_handles.get().is_null()
        || !deferred::is_empty(loop_);
    if busy { 0 } else { timer::next_timeout(loop_) }
}

/// Runs the loop; returns whether it is still alive.
pub(crate) fn run(loop_: &uv_loop_t, mode: uv_run_mode) -> bool {
    let mut alive = is_alive(loop_);
    if !alive {
        update_time(loop_);
    }
    inner(loop_).wakeup.rise();
    // Timers come first in the default mode, as programs have come to expect.
    if mode == UV_RUN_DEFAULT && alive && loop_.stop_flag.get() == 0 {
        update_time(loop_);
        timer::run(loop_);
    }
    while alive && loop_.stop_flag.get() == 0 {
        let can_sleep = fed(loop_).is_empty() && idle_handles(loop_).is_empty();
        run_pending(loop_);
        idle::run_idle(loop_);
        idle::run_prepare(loop_);

        let may_wait = mode == UV_RUN_DEFAULT || (mode == UV_RUN_ONCE && can_sleep);
        let timeout = if may_wait { backend_timeout(loop_) } else { 0 };
        inner(loop_).metrics.count_iteration();
        poll_phase::run(loop_, timeout);

        for _ in 0..PENDING_ROUNDS {
            if fed(loop_).is_empty() {
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
    inner(loop_).wakeup.leave();
    loop_.stop_flag.set(0);
    alive
}

/// Whether nobody can look at the loop's time before the next poll phase brings it up to date: no
/// callback is due until then. Spares servers without timers a look at the clock in every turn.
fn is_time_unseen(loop_: &uv_loop_t) -> bool {
    !timer::is_any_active(loop_)
        && loop_.stop_flag.get() == 0
        && is_alive(loop_)
        && prepare_handles(loop_).is_empty()
        && idle_handles(loop_).is_empty()
        && fed(loop_).is_empty()
}

/// The pending phase: what was fed, as it stands at its start.
fn run_pending(loop_: &uv_loop_t) {
    fed(loop_).take_each(|w| kinds::readiness(watcher::kind(w), loop_, w, POLLOUT));
}
