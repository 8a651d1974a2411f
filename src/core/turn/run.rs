//! The loop's phases, in their order: uv_run.

#![forbid(unsafe_code)]

use libc::c_int;

use crate::abi::{AnyHandle, UV_RUN_DEFAULT, UV_RUN_NOWAIT, UV_RUN_ONCE, uv_loop_t, uv_run_mode};
use crate::core::memory::queue::{fed, handles, idle_handles, prepare_handles, ready};
use crate::core::observe::calling;
use crate::core::state::handle::flags;
use crate::core::state::req;
use crate::core::threadpool::deferred;
use crate::core::turn::kinds::Kinds;
use crate::core::turn::time::update_time;
use crate::core::turn::{closing, nesting, poll_phase, timeout, watcher};
use crate::core::{inner, threadpool};
use crate::sys::thread;

/// Rounds of the pending phase after the poll: enough for callbacks that write again, few enough
/// for the others not to starve.
const PENDING_ROUNDS: usize = 8;

pub(crate) fn is_alive(loop_: &uv_loop_t) -> bool {
    loop_.active_handles.get() > 0
        || req::has_active(loop_)
        || !fed(loop_).is_empty()
        || !loop_.closing_handles.get().is_null()
}

/// Runs the loop; returns whether it is still alive. A callback may do so as well.
pub(crate) fn run<K: Kinds>(loop_: &uv_loop_t, mode: uv_run_mode) -> bool {
    calling::run_begins(loop_);
    let this = inner(loop_);
    this.thread.set(thread::own() as usize);
    let outer_runs = this.runs.get();
    this.runs.set(outer_runs + 1);
    let alive = if outer_runs == 0 { outermost::<K>(loop_, mode) } else { nested::<K>(loop_, mode) };
    this.runs.set(outer_runs);
    loop_.stop_flag.set(0);
    alive
}

#[inline(always)]
fn outermost<K: Kinds>(loop_: &uv_loop_t, mode: uv_run_mode) -> bool {
    let this = inner(loop_);
    this.wakeup.rise();
    let alive = turns::<K>(loop_, mode);
    calling::run_ends(loop_);
    deferred::announce(loop_);
    this.wakeup.leave();
    alive
}

/// A run inside a callback of another one, which goes on afterwards, and is awake until then.
#[cold]
#[inline(never)]
fn nested<K: Kinds>(loop_: &uv_loop_t, mode: uv_run_mode) -> bool {
    give_back(loop_);
    K::give_back(loop_);
    nesting::kept(loop_, || turns::<K>(loop_, mode))
}

/// What the outer run has taken out, to call it one by one, goes back where it came from.
fn give_back(loop_: &uv_loop_t) {
    let batches = &inner(loop_).batches;
    batches.fed.list().put_before(fed(loop_));
    batches.ready.list().put_before(ready(loop_));
    closing::give_back(loop_);
    threadpool::give_back(loop_);
}

/// Whether the loop is in a run of another thread's. In a fork's child there is none, so it is over.
pub(crate) fn is_left_by_others(loop_: &uv_loop_t) -> bool {
    inner(loop_).runs.get() > 0 && inner(loop_).thread.get() != thread::own() as usize
}

/// Ends such a run, in the poller or in a callback: what it had in hand is found by the next one.
#[cold]
pub(crate) fn end_for_others<K: Kinds>(loop_: &uv_loop_t) {
    let this = inner(loop_);
    this.runs.set(0);
    this.told.put(None);
    if this.metrics.is_asleep() {
        this.metrics.sleep_ends();
    }
    give_back(loop_);
    K::give_back(loop_);
    closing::allow_told(loop_);
    for handle in handles(loop_).iter() {
        handle.clear(flags::TOLD);
        // In the middle of its last callbacks it is in no chain any more.
        if handle.has(flags::CLOSED) {
            handle.clear(flags::CLOSED);
            closing::make_pending(handle);
        }
        if let AnyHandle::Udp(udp) = handle.kind() {
            udp.clear(flags::UDP_PROCESSING);
        }
        watcher::tell_finished(loop_, handle);
    }
    deferred::announce(loop_);
    this.wakeup.leave();
}

fn turns<K: Kinds>(loop_: &uv_loop_t, mode: uv_run_mode) -> bool {
    let mut alive = is_alive(loop_);
    if !alive {
        update_time(loop_);
    }
    // Timers come first in the default mode, as programs have come to expect.
    if mode == UV_RUN_DEFAULT && alive && loop_.stop_flag.get() == 0 {
        update_time(loop_);
        K::timers(loop_);
    }
    let mut is_at_rest = false;
    while alive && loop_.stop_flag.get() == 0 {
        let timeout =
            if is_at_rest { timeout::poll_timeout_at_rest(loop_) } else { before_poll::<K>(loop_, mode) };
        inner(loop_).metrics.count_iteration();
        poll_phase::run::<K>(loop_, timeout);

        for _ in 0..PENDING_ROUNDS {
            if fed(loop_).is_empty() {
                break;
            }
            run_pending::<K>(loop_);
        }
        K::check(loop_);
        closing::run::<K>(loop_);
        is_at_rest = mode == UV_RUN_DEFAULT && rests(loop_);
        if is_at_rest {
            continue; // nobody sees the loop's time before the poll phase brings it up to date
        }
        update_time(loop_);
        K::timers(loop_);
        alive = is_alive(loop_);
        if mode == UV_RUN_ONCE || mode == UV_RUN_NOWAIT {
            break;
        }
    }
    alive
}

/// The phases before the poll. How long that may wait.
#[inline(always)]
fn before_poll<K: Kinds>(loop_: &uv_loop_t, mode: uv_run_mode) -> c_int {
    let can_sleep = fed(loop_).is_empty() && idle_handles(loop_).is_empty();
    run_pending::<K>(loop_);
    K::idle(loop_);
    K::prepare(loop_);
    let may_wait = mode == UV_RUN_DEFAULT || (mode == UV_RUN_ONCE && can_sleep);
    if may_wait { timeout::poll_timeout(loop_) } else { 0 }
}

/// Whether the loop goes on without a timer, and no callback is due before the next poll phase. Spares servers the
/// phases in between, and a look at the clock in every turn.
fn rests(loop_: &uv_loop_t) -> bool {
    idle_handles(loop_).is_empty()
        && !timeout::is_any_timer_active(loop_)
        && loop_.stop_flag.get() == 0
        && is_alive(loop_)
        && prepare_handles(loop_).is_empty()
        && fed(loop_).is_empty()
}

/// The pending phase: what was fed, as it stands at its start.
#[inline(always)]
fn run_pending<K: Kinds>(loop_: &uv_loop_t) {
    fed(loop_).take_each_by(inner(loop_).batches.fed.list(), |w| poll_phase::tell_fed::<K>(loop_, w));
}
