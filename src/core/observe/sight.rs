//! What a thread does at its seat around a call.

#![forbid(unsafe_code)]

use std::sync::atomic::Ordering::Relaxed;

use crate::core::observe::call::Call;
use crate::core::observe::seat::{Seat, stack_here};
use crate::sys::thread;

/// Does a call that somebody may see.
pub(super) fn in_sight<R>(seat: Option<&'static Seat>, call: &Call<'_>, run: impl FnOnce() -> R) -> R {
    let Some(seat) = seat else { return run() };
    let begun = seat.begin(call, stack_here(), None);
    let result = run();
    seat.end(begun);
    result
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
