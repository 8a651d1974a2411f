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
use crate::core::observe::named;
use crate::core::observe::seat::{Role, Seat};
use crate::core::observe::seats::{self, Taken};
use crate::core::observe::sight::identify;
use crate::core::observe::summons;
use crate::core::observe::under_way::{Begun, stack_here};
use crate::core::observe::watched::{self, Wish};
use crate::core::state::names::Name;
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
    let seat = watching(loop_)?;
    if Wish::EVENTS.is_on() {
        CURRENT.set(Some(seat));
    }
    if come_by(loop_, seat) {
        seat.enter(State::Turning); // without a sleep in between
    }
    let name = if call.is_named { named::of_address(loop_, call.subject) } else { None };
    let detail = name.as_ref().map(Name::get).or(call.detail);
    let known = seat.known_time(inner(loop_).now_ns.get());
    Some((seat, seat.begin_about(call, detail, stack, known)))
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
#[inline(always)]
fn of(loop_: &uv_loop_t) -> Option<&'static Seat> {
    seat_of(loop_).or_else(|| take_seat(loop_))
}

#[cold]
#[inline(never)]
fn take_seat(loop_: &uv_loop_t) -> Option<&'static Seat> {
    let this = inner(loop_);
    let taken = seats::take(Role::Loop);
    this.seat.set(taken);
    let seat = taken.and_then(Taken::seat);
    match seat {
        Some(seat) => {
            seats::show_loop(seat, loop_, &this.wakeup, &this.metrics);
            show_name(loop_, seat);
            summons::listen(loop_);
            identify(seat);
            seat.leave_to_program(this.now_ns.get());
        }
        None => turn_away(loop_),
    }
    seat
}

/// The seat of a loop, if somebody still looks.
#[inline(always)]
fn watching(loop_: &uv_loop_t) -> Option<&'static Seat> {
    if watched::is_on() {
        return of(loop_);
    }
    turn_away(loop_);
    None
}

#[cold]
#[inline(never)]
fn turn_away(loop_: &uv_loop_t) {
    loop_.flags.set(loop_.flags.get() & !WATCHED);
    if let Some(seat) = seat_of(loop_) {
        seat.go_unseen();
    }
}

/// How the program calls the loop, if it does.
fn show_name(loop_: &uv_loop_t, seat: &Seat) {
    match named::of_loop(loop_) {
        Some(name) => seat.loop_name.set(name.get().to_bytes()),
        None => seat.loop_name.clear(),
    }
}

/// The loop has another name.
pub(super) fn rename(loop_: &uv_loop_t) {
    if let Some(seat) = seat_of(loop_) {
        show_name(loop_, seat);
    }
}

/// The seat of a loop that is looked at, or has been.
#[inline(always)]
pub(super) fn seat_of(loop_: &uv_loop_t) -> Option<&'static Seat> {
    inner(loop_).seat.get().and_then(Taken::seat)
}

/// The loop says what it does, from now on, if somebody looks: a new one, or one that is about to be asked.
pub(crate) fn follow(loop_: &uv_loop_t) {
    if watched::is_on() && !is_watched(loop_) {
        loop_.flags.set(loop_.flags.get() | WATCHED);
        inner(loop_).metrics.follow_sleep();
        if let Some(seat) = of(loop_) {
            seat.leave_to_program(inner(loop_).now_ns.get());
        }
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
#[inline(always)]
fn come_by(loop_: &uv_loop_t, seat: &Seat) -> bool {
    answer(loop_, seat);
    seat.count_iteration(inner(loop_).metrics.loop_count.load(Relaxed))
}

#[inline(always)]
fn answer(loop_: &uv_loop_t, seat: &Seat) {
    if seat.is_questioned() {
        seat.handles.answer(loop_, named::of_handle);
    }
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
    if let Some(seat) = watching(loop_) {
        identify(seat);
        summons::listen(loop_); // it may be another observer than before
        seat.leave_to_program(inner(loop_).now_ns.get());
        seat.forget_the_left(stack);
        if inner(loop_).runs.get() == 0 {
            seat.enter(State::Turning);
        }
    }
}

/// A run that is in no other one ends: what follows is the program's time.
#[inline(always)]
pub(crate) fn run_ends(loop_: &uv_loop_t) {
    if is_watched(loop_) {
        run_ends_in_sight(loop_);
    }
}

#[cold]
#[inline(never)]
fn run_ends_in_sight(loop_: &uv_loop_t) {
    if let Some(seat) = watching(loop_) {
        seat.enter(State::AtRest);
    }
}

/// The loop begins to wait, or has waited.
pub(crate) fn note_state(loop_: &uv_loop_t, state: State) {
    if let Some(seat) = watching(loop_) {
        probes::iteration(std::ptr::from_ref(loop_).addr(), state == State::Waiting);
        come_by(loop_, seat);
        seat.enter(state);
        // Who asks from now on wakes the loop, if it sleeps; who has asked before may have found it awake.
        fence(SeqCst);
        answer(loop_, seat);
    }
}

/// The loop is closed.
#[inline(always)]
pub(crate) fn leave(loop_: &uv_loop_t) {
    if is_watched(loop_) || inner(loop_).seat.get().is_some() {
        leave_seat(loop_);
    }
}

#[cold]
#[inline(never)]
fn leave_seat(loop_: &uv_loop_t) {
    turn_away(loop_);
    if let Some(taken) = inner(loop_).seat.take() {
        taken.leave();
    }
}
