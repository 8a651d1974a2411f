//! All seats of the process. They are taken and left, and stay where they are.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicPtr, AtomicU32};

use crate::abi::uv_loop_t;
use crate::core::observe::figures::State;
use crate::core::observe::seat::{Role, Seat};
use crate::core::observe::watched::Wish;
use crate::core::state::metrics::Metrics;
use crate::core::state::wakeup::Wakeup;
use crate::sys::brief_lock::BriefLock;
use crate::sys::mapped::{self, FromZeros};

/// Loops and workers at a time; more are not seen.
const MOST: usize = 1024;

static SEATS: [AtomicPtr<Seat>; MOST] = [const { AtomicPtr::new(std::ptr::null_mut()) }; MOST];
static NUMBERS: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];

// SAFETY: all of it is atomic integers, and pointers that may be null.
unsafe impl FromZeros for Seat {}

/// How many entries the ring of a seat has.
static RING: AtomicU32 = AtomicU32::new(0);

/// Seats that are taken from now on have such rings.
pub(super) fn give_rings(entries: usize) {
    RING.store(u32::try_from(entries).unwrap_or(u32::MAX), Relaxed);
}

/// Forks up to here: in the child of a fork the seats of before are nobody's.
static EPOCH: AtomicU32 = AtomicU32::new(0);

/// What whoever has taken a seat keeps.
#[derive(Clone, Copy)]
pub(crate) struct Taken {
    seat: &'static Seat,
    epoch: u32,
}

impl Taken {
    /// The seat, unless a fork has taken it away.
    pub(crate) fn seat(self) -> Option<&'static Seat> {
        (self.epoch == EPOCH.load(Relaxed)).then_some(self.seat)
    }

    /// Whoever sat there has gone.
    pub(crate) fn leave(self) {
        if let Some(seat) = self.seat() {
            clear(seat);
        }
    }
}

/// A seat for a loop or a worker; none where there is no memory, or all are taken.
pub(crate) fn take(role: Role) -> Option<Taken> {
    let seat = find(role)?;
    Some(Taken { seat, epoch: EPOCH.load(Relaxed) })
}

fn find(role: Role) -> Option<&'static Seat> {
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
            if Wish::EVENTS.is_on() {
                let _ = seat.ring.make_room(RING.load(Relaxed) as usize); // without it nothing is traced
            }
            return Some(seat);
        }
    }
    None
}

/// Held while somebody looks at the loop of a seat, or it leaves the seat.
static LOOKING: BriefLock = BriefLock::new();

/// What others may see of the loop in the seat.
pub(super) fn show_loop(seat: &Seat, loop_: &uv_loop_t, wakeup: &Wakeup, metrics: &Metrics) {
    seat.loop_at.store(std::ptr::from_ref(loop_).addr(), Relaxed);
    seat.metrics.store(std::ptr::from_ref(metrics).cast_mut(), Release);
    seat.wakeup.store(std::ptr::from_ref(wakeup).cast_mut(), Release);
}

/// Has `used` look at the loop in the seat.
fn with_loop<R>(seat: &Seat, used: impl FnOnce(&Wakeup, &Metrics) -> R) -> Option<R> {
    let _held = LOOKING.lock();
    // SAFETY: a loop takes both back, under the lock, before it goes.
    let (wakeup, metrics) =
        unsafe { (seat.wakeup.load(Acquire).as_ref()?, seat.metrics.load(Acquire).as_ref()?) };
    Some(used(wakeup, metrics))
}

/// Whether somebody runs the loop in the seat, and its iterations up to now.
pub(super) fn run_of(seat: &Seat) -> (bool, u64) {
    let seen = with_loop(seat, |wakeup, metrics| {
        let is_run = !wakeup.is_asleep() || seat.state().0 == State::Waiting;
        (is_run, metrics.loop_count.load(Relaxed))
    });
    seen.unwrap_or((false, 0))
}

fn clear(seat: &Seat) {
    {
        let _held = LOOKING.lock();
        seat.wakeup.store(std::ptr::null_mut(), Release);
        seat.metrics.store(std::ptr::null_mut(), Release);
    }
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

/// All that there have been.
pub(crate) fn ever() -> impl Iterator<Item = &'static Seat> {
    SEATS.iter().map_while(seat_at)
}

/// At once in the child of a fork: whoever sat anywhere does so no more. Safe in signal handlers.
pub(super) fn break_off() {
    EPOCH.fetch_add(1, Relaxed);
    LOOKING.renew();
}

/// The threads of the parent are not here: all seats are free.
pub(super) fn forget() {
    for seat in SEATS.iter().filter_map(seat_at) {
        clear(seat);
        seat.ring.clear();
    }
}
