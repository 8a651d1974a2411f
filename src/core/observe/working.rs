//! Around each job of a worker: nothing, unless somebody looks.

#![forbid(unsafe_code)]

use std::cell::Cell;

use crate::core::observe::call::Call;
use crate::core::observe::seat::{Role, Seat};
use crate::core::observe::seats;
use crate::core::observe::sight::{identify, in_sight};
use crate::core::observe::watched;

thread_local! {
    static SEAT: Cell<Option<&'static Seat>> = const { Cell::new(None) };
}

/// Does a worker's job.
#[inline(always)]
pub(crate) fn working<'a>(call: impl FnOnce() -> Call<'a>, run: impl FnOnce()) {
    if watched::is_on() { working_in_sight(call, run) } else { run() }
}

#[cold]
#[inline(never)]
fn working_in_sight<'a>(call: impl FnOnce() -> Call<'a>, run: impl FnOnce()) {
    in_sight(own(), &call(), run);
}

/// The worker's seat, while somebody looks.
fn own() -> Option<&'static Seat> {
    SEAT.with(|place| {
        if place.get().is_none() {
            place.set(seats::take(Role::Worker).inspect(|seat| identify(seat)));
        }
        place.get()
    })
}

/// A worker has begun: those who look see it before it has had a job.
pub(crate) fn begin() {
    if watched::is_on() {
        own();
    }
}

/// The job that the calling thread takes out has waited for so long.
#[cold]
pub(super) fn has_waited(ns: u64) {
    if let Some(seat) = SEAT.get() {
        seat.has_waited(ns);
    }
}

/// The worker is about to end.
pub(crate) fn leave() {
    if let Some(seat) = SEAT.with(Cell::take) {
        seats::leave(seat);
    }
}
