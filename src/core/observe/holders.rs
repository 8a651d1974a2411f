//! Calls that hold a loop for longer than a limit: each is told of while it lasts, and when it has ended.

#![forbid(unsafe_code)]

use std::sync::atomic::Ordering::Relaxed;

use crate::core::observe::asked_ends::Asker;
use crate::core::observe::seat::{Role, Seat};
use crate::core::observe::seats;
use crate::core::observe::under_way::Seen;

/// Seats that are looked at.
const MOST: usize = 256;

/// Who is told.
pub(super) trait Listener {
    /// What is kept of a call until its end.
    type Kept: Copy;

    /// A call has held its loop for so long, and still does.
    fn begins(&mut self, seat: &Seat, seen: &Seen, held_ns: u64) -> Self::Kept;

    /// It has ended. Its seat, unless somebody else sits there by now.
    fn ends(&mut self, seat: Option<&Seat>, seen: &Seen, kept: Self::Kept, held_ns: u64);
}

/// A call of which the end is waited for. There may be others inside of it, by a run of the loop.
#[derive(Clone, Copy)]
struct Told<K> {
    seen: Seen,
    /// Whose it is.
    seat: u32,
    kept: K,
}

pub(super) struct Holders<L: Listener> {
    asker: Asker,
    told: [Option<Told<L::Kept>>; MOST],
}

impl<L: Listener> Holders<L> {
    pub(super) fn new(asker: Asker) -> Holders<L> {
        Holders { asker, told: [None; MOST] }
    }

    /// Nobody waits for an end any more.
    pub(super) fn forget(&mut self) {
        self.told.fill(None);
    }

    /// Looks at all loops.
    pub(super) fn look(&mut self, limit_ns: u64, now: u64, listener: &mut L) {
        for (seat, told) in seats::ever().zip(&mut self.told) {
            // Both are asked for in this order: a loop that leaves has ended its call before.
            let (present, is_taken) = (seat.present(), seat.is_taken());
            if let Some(call) = *told {
                let is_its = seat.number.load(Relaxed) == call.seat;
                if is_its && is_taken && seat.depth_of(call.seen.call).is_some() {
                    continue;
                }
                let ended = if is_its { seat.ended(self.asker) } else { None };
                let held = ended.unwrap_or(now).saturating_sub(call.seen.since);
                listener.ends(is_its.then_some(seat), &call.seen, call.kept, held);
                *told = None;
            }
            let Some(seen) = present.filter(|_| is_taken && seat.role() == Role::Loop) else { continue };
            let held = now.saturating_sub(seen.since);
            if held >= limit_ns {
                seat.ask_for_end(self.asker, &seen);
                let kept = listener.begins(seat, &seen, held);
                *told = Some(Told { seen, seat: seat.number.load(Relaxed), kept });
            }
        }
    }
}
