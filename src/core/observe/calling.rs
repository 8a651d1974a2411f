//! Around each call of the program's functions: nothing, unless somebody looks.

#![forbid(unsafe_code)]

use libc::c_ulong;

use crate::abi::uv_loop_t;
use crate::core::inner;
use crate::core::observe::call::Call;
use crate::core::observe::seat::{Role, Seat};
use crate::core::observe::seats;
use crate::core::observe::sight::identify;
use crate::core::observe::watched;

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
    if is_watched(loop_) {
        let seat = begin(loop_, &call());
        let result = run();
        end(seat);
        return result;
    }
    run()
}

#[cold]
#[inline(never)]
fn begin(loop_: &uv_loop_t, call: &Call<'_>) -> Option<&'static Seat> {
    let seat = of(loop_)?;
    identify(seat);
    seat.begin(call);
    Some(seat)
}

#[cold]
#[inline(never)]
fn end(seat: Option<&'static Seat>) {
    if let Some(seat) = seat {
        seat.end();
    }
}

/// The loop's seat.
fn of(loop_: &uv_loop_t) -> Option<&'static Seat> {
    let place = &inner(loop_).seat;
    if place.get().is_none() {
        place.set(seats::take(Role::Loop));
    }
    place.get()
}

/// A new loop says what it calls, if somebody looks.
pub(crate) fn follow(loop_: &uv_loop_t) {
    if watched::is_on() {
        loop_.flags.set(loop_.flags.get() | WATCHED);
        let _ = of(loop_);
    }
}

/// The loop is closed.
pub(crate) fn leave(loop_: &uv_loop_t) {
    loop_.flags.set(loop_.flags.get() & !WATCHED);
    if let Some(seat) = inner(loop_).seat.take() {
        seats::leave(seat);
    }
}
