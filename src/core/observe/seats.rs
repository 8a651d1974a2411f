//! All seats of the process. They are taken and left, and stay where they are.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicPtr, AtomicU32};

use crate::core::observe::seat::{Role, Seat};
use crate::sys::mapped::{self, FromZeros};

/// Loops and workers at a time; more are not seen.
const MOST: usize = 1024;

static SEATS: [AtomicPtr<Seat>; MOST] = [const { AtomicPtr::new(std::ptr::null_mut()) }; MOST];
static NUMBERS: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];

// SAFETY: all of it is atomic integers.
unsafe impl FromZeros for Seat {}

/// A seat for a loop or a worker; none where there is no memory.
pub(crate) fn take(role: Role) -> Option<&'static Seat> {
    let number = || NUMBERS.get(role as usize).map_or(0, |next| next.fetch_add(1, Relaxed) + 1);
    for place in &SEATS {
        let seat = match seat_at(place) {
            Some(seat) => seat,
            None => {
                let made = mapped::forever::<Seat>()?;
                let at = std::ptr::from_ref(made).cast_mut();
                match place.compare_exchange(std::ptr::null_mut(), at, AcqRel, Acquire) {
                    Ok(_) => made,
                    Err(_) => seat_at(place)?, // another thread was first
                }
            }
        };
        if !seat.is_taken.swap(true, Acquire) {
            seat.sit(role, number());
            return Some(seat);
        }
    }
    None
}

/// Whoever sat there has gone.
pub(crate) fn leave(seat: &Seat) {
    seat.is_taken.store(false, Release);
}

fn seat_at(place: &AtomicPtr<Seat>) -> Option<&'static Seat> {
    // SAFETY: `take` puts seats there that are mapped for good.
    unsafe { place.load(Acquire).as_ref() }
}

/// Those that are taken, and their places.
pub(crate) fn all() -> impl Iterator<Item = (usize, &'static Seat)> {
    SEATS.iter().map_while(seat_at).enumerate().filter(|(_, seat)| seat.is_taken.load(Acquire))
}

/// In the child of a fork: the threads of the parent are not here.
pub(crate) fn forget() {
    SEATS.iter().filter_map(seat_at).for_each(leave);
}
