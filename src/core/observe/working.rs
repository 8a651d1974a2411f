//! Around each job of a worker: nothing, unless somebody looks.

#![forbid(unsafe_code)]

use std::cell::Cell;

use crate::core::observe::call::Call;
use crate::core::observe::seat::{Role, Seat};
use crate::core::observe::seats::{self, Taken};
use crate::core::observe::sight::{identify, in_sight};
use crate::core::observe::watched;

/// Whether the worker has a seat.
#[derive(Clone, Copy)]
enum Asked {
    NotYet,
    Refused,
    Has(Taken),
}

impl Asked {
    fn seat(self) -> Option<&'static Seat> {
        match self {
            Asked::Has(taken) => taken.seat(),
            Asked::NotYet | Asked::Refused => None,
        }
    }
}

thread_local! {
    static SEAT: Cell<Asked> = const { Cell::new(Asked::NotYet) };
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
    if matches!(SEAT.get(), Asked::NotYet) {
        SEAT.set(seats::take(Role::Worker).map_or(Asked::Refused, Asked::Has));
        if let Some(seat) = SEAT.get().seat() {
            identify(seat);
        }
    }
    SEAT.get().seat()
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
    if let Some(seat) = SEAT.get().seat() {
        seat.has_waited(ns);
    }
}

/// The worker is about to end.
pub(crate) fn leave() {
    if let Asked::Has(taken) = SEAT.replace(Asked::NotYet) {
        taken.leave();
    }
}
