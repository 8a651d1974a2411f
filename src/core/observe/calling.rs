//! Around each call of the program's functions: nothing, unless somebody looks.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::fence;

use libc::c_ulong;

use crate::abi::uv_loop_t;
use crate::core::inner;
use crate::core::observe::call::Call;
use crate::core::observe::figures::State;
use crate::core::observe::seat::{Begun, Role, Seat, stack_here};
use crate::core::observe::seats::{self, Taken};
use crate::core::observe::sight::identify;
use crate::core::observe::watched::{self, Wish};
use crate::sys::{probes, thread};

/// `uv_loop_t.flags`: somebody looks at what the loop does. A word of the loop's, which is at hand where it calls
/// the program, costs less to test than one of the library's.
const WATCHED: c_ulong = 1 << 30;

#[inline(always)]
pub(crate) fn is_watched(loop_: &uv_loop_t) -> bool {
    loop_.flags.get() & WATCHED != 0
}

/// Calls a function of the program's in the loop's turn.
#[inline(always)]
pub(crate) fn calling<'a, 'c, R>(
    loop_: impl FnOnce() -> &'a uv_loop_t,
    call: impl FnOnce() -> Call<'c>,
    run: impl FnOnce() -> R,
) -> R {
    let loop_ = loop_();
    // Both ways have a call of their own: nothing is put together where nobody looks.
    if is_watched(loop_) { calling_in_sight(loop_, &call(), run) } else { run() }
}

/// The same for a loop that is watched.
#[inline(always)]
pub(crate) fn calling_in_sight<R>(loop_: &uv_loop_t, call: &Call<'_>, run: impl FnOnce() -> R) -> R {
    let begun = begin(loop_, call, stack_here());
    let result = run();
    end(loop_, begun);
    result
}

#[cold]
#[inline(never)]
fn begin(loop_: &uv_loop_t, call: &Call<'_>, stack: usize) -> Option<(&'static Seat, Begun)> {
    let seat = of(loop_)?;
    if Wish::EVENTS.is_on() {
        CURRENT.set(Some(seat));
    }
    if come_by(loop_, seat) {
        seat.enter(State::Turning); // without a sleep in between
    }
    let known = seat.known_time(inner(loop_).now_ns.get());
    Some((seat, seat.begin(call, stack, known)))
}

#[cold]
#[inline(never)]
fn end(loop_: &uv_loop_t, begun: Option<(&'static Seat, Begun)>) {
    if let Some((seat, begun)) = begun {
        seat.leave_to_program(inner(loop_).now_ns.get());
        seat.end(begun);
    }
}

/// The loop's seat. A loop that finds none is not looked at any more.
fn of(loop_: &uv_loop_t) -> Option<&'static Seat> {
    let this = inner(loop_);
    if let Some(seat) = this.seat.get().and_then(Taken::seat) {
        return Some(seat);
    }
    let taken = seats::take(Role::Loop);
    this.seat.set(taken);
    let seat = taken.and_then(Taken::seat);
    match seat {
        Some(seat) => {
            seats::show_loop(seat, &this.wakeup, &this.metrics);
            identify(seat);
            seat.leave_to_program(this.now_ns.get());
        }
        None => loop_.flags.set(loop_.flags.get() & !WATCHED),
    }
    seat
}

/// A new loop says when it sleeps, if somebody looks.
pub(crate) fn follow(loop_: &uv_loop_t) {
    if watched::is_on() {
        loop_.flags.set(loop_.flags.get() | WATCHED);
        inner(loop_).metrics.follow_sleep();
        let _ = of(loop_);
    }
}

thread_local! {
    /// Of the loop that has called the program last on this thread.
    static CURRENT: Cell<Option<&'static Seat>> = const { Cell::new(None) };
}

/// The calling thread gives a job to the pool.
pub(super) fn queue(job: usize) {
    if !Wish::EVENTS.is_on() {
        return;
    }
    let is_own = |seat: &&Seat| seat.thread.load(Relaxed) == thread::own() as usize;
    if let Some(seat) = CURRENT.get().filter(is_own) {
        seat.queue(job);
    }
}

/// What a loop does whenever it comes by here. Whether it is in another iteration than before.
fn come_by(loop_: &uv_loop_t, seat: &Seat) -> bool {
    seat.handles.answer(loop_);
    seat.count_iteration(inner(loop_).metrics.loop_count.load(Relaxed))
}

/// A run of the loop begins.
#[inline(always)]
pub(crate) fn run_begins(loop_: &uv_loop_t) {
    if is_watched(loop_) {
        run_begins_in_sight(loop_, stack_here());
    }
}

/// It may be on another thread than the last one, which an exception may have left.
#[cold]
#[inline(never)]
fn run_begins_in_sight(loop_: &uv_loop_t, stack: usize) {
    if let Some(seat) = of(loop_) {
        identify(seat);
        seat.leave_to_program(inner(loop_).now_ns.get());
        seat.forget_the_left(stack);
    }
}

/// The loop begins to wait, or has waited.
pub(crate) fn note_state(loop_: &uv_loop_t, state: State) {
    if let Some(seat) = of(loop_) {
        probes::iteration(std::ptr::from_ref(loop_).addr(), state == State::Waiting);
        come_by(loop_, seat);
        seat.enter(state);
        // Who asks from now on wakes the loop, if it sleeps; who has asked before may have found it awake.
        fence(SeqCst);
        seat.handles.answer(loop_);
    }
}

/// The loop is closed.
pub(crate) fn leave(loop_: &uv_loop_t) {
    loop_.flags.set(loop_.flags.get() & !WATCHED);
    if let Some(taken) = inner(loop_).seat.take() {
        taken.leave();
    }
}
