//! What a thread does at its seat around a call.

#![forbid(unsafe_code)]

use std::sync::atomic::Ordering::Relaxed;

use crate::core::observe::call::Call;
use crate::core::observe::seat::Seat;
use crate::core::observe::under_way::{Begun, stack_here};
use crate::sys::thread;

/// Does a call that somebody may see.
pub(super) fn in_sight<R>(seat: Option<&'static Seat>, call: &Call<'_>, run: impl FnOnce() -> R) -> R {
    let Some(seat) = seat else { return run() };
    let begun = begin(seat, call, stack_here());
    let result = run();
    end(seat, begun);
    result
}

/// Once, and not beside each kind of job: linkers keep whatever has a probe in it, and all that it calls.
#[inline(never)]
fn begin(seat: &Seat, call: &Call<'_>, stack: usize) -> Begun {
    seat.begin(call, stack, None)
}

#[inline(never)]
fn end(seat: &Seat, begun: Begun) {
    seat.end(begun);
}

/// The calling thread is the one that sits there.
pub(super) fn identify(seat: &Seat) {
    let thread = thread::own() as usize;
    if seat.thread.load(Relaxed) != thread {
        seat.thread.store(thread, Relaxed);
        seat.tid.store(thread::own_tid(), Relaxed);
        thread::with_own_name(|name| seat.thread_name.set(name));
    }
}
