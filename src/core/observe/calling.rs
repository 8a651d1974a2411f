//! Around each call of the program's functions: nothing, unless somebody looks.

#![forbid(unsafe_code)]

use crate::abi::uv_loop_t;
use crate::core::inner;
use crate::core::observe::call::Call;
use crate::core::observe::seat::{Role, Seat, State};
use crate::core::observe::seats;
use crate::sys::{thread, watched};

/// Calls a function of the program's in the loop's turn.
#[inline(always)]
pub(crate) fn calling<'a, 'c, R>(
    loop_: impl FnOnce() -> &'a uv_loop_t,
    call: impl FnOnce() -> Call<'c>,
    run: impl FnOnce() -> R,
) -> R {
    if watched::is_any() { in_sight(of(loop_()), &call(), run) } else { run() }
}

/// Does a call that somebody may see.
#[cold]
#[inline(never)]
pub(super) fn in_sight<R>(seat: Option<&'static Seat>, call: &Call<'_>, run: impl FnOnce() -> R) -> R {
    begin(seat, call);
    let result = run();
    end(seat);
    result
}

#[inline(never)]
fn begin(seat: Option<&'static Seat>, call: &Call<'_>) {
    if let Some(seat) = seat {
        seat.begin(call);
    }
}

#[inline(never)]
fn end(seat: Option<&'static Seat>) {
    if let Some(seat) = seat {
        seat.end();
    }
}

/// The loop's seat, while somebody looks.
fn of(loop_: &uv_loop_t) -> Option<&'static Seat> {
    let place = &inner(loop_).seat;
    if place.get().is_none() {
        place.set(seats::take(Role::Loop));
    }
    place.get()
}

/// Does a run of the loop.
#[inline(always)]
pub(crate) fn running<R>(loop_: &uv_loop_t, run: impl FnOnce() -> R) -> R {
    if watched::is_any() { running_in_sight(loop_, run) } else { run() }
}

#[cold]
#[inline(never)]
fn running_in_sight<R>(loop_: &uv_loop_t, run: impl FnOnce() -> R) -> R {
    let seat = of(loop_);
    let before = seat.map(|seat| seat.state().0);
    if let Some(seat) = seat {
        identify(seat);
        seat.enter(State::Turning);
    }
    let result = run();
    if let (Some(seat), Some(before)) = (seat, before) {
        seat.enter(before);
    }
    result
}

/// Waits for something to do in the loop.
#[inline(always)]
pub(crate) fn waiting<R>(loop_: &uv_loop_t, may_sleep: bool, wait: impl FnOnce() -> R) -> R {
    if watched::is_any() { waiting_in_sight(loop_, may_sleep, wait) } else { wait() }
}

#[cold]
#[inline(never)]
fn waiting_in_sight<R>(loop_: &uv_loop_t, may_sleep: bool, wait: impl FnOnce() -> R) -> R {
    let seat = of(loop_);
    if let Some(seat) = seat.filter(|_| may_sleep) {
        seat.enter(State::Waiting);
    }
    let result = wait();
    if let Some(seat) = seat.filter(|_| may_sleep) {
        seat.enter(State::Turning);
    }
    result
}

/// The calling thread is the one that sits there.
pub(crate) fn identify(seat: &Seat) {
    let tid = thread::own_tid();
    if seat.tid.swap(tid, std::sync::atomic::Ordering::Relaxed) != tid {
        thread::with_own_name(|name| seat.thread_name.set(name));
    }
}

/// The loop is closed.
pub(crate) fn leave(loop_: &uv_loop_t) {
    if let Some(seat) = inner(loop_).seat.take() {
        seats::leave(seat);
    }
}
