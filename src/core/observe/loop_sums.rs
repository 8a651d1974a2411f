//! What a loop has done up to now, added up over its callbacks, with what is under way.

#![forbid(unsafe_code)]

use crate::core::observe::call::CallKind;
use crate::core::observe::figures::State;
use crate::core::observe::seat::Seat;

pub(super) struct LoopSums {
    pub(super) idle_ns: u64,
    pub(super) calling_ns: u64,
    pub(super) own_ns: u64,
    /// Callbacks that have returned, and the longest of them.
    pub(super) callbacks: u64,
    pub(super) worst_ns: u64,
}

impl LoopSums {
    /// Of the loop in the seat, which somebody runs just now or not.
    pub(super) fn of(seat: &Seat, is_run: bool, now: u64) -> LoopSums {
        let kinds = CallKind::ALL.into_iter().filter_map(|kind| seat.figures.kind(kind));
        let kinds = kinds.map(|total| total.told(""));
        let (mut calling_ns, mut callbacks, mut worst_ns) = (0, 0, 0);
        for kind in kinds {
            calling_ns += kind.total_ns;
            callbacks += kind.count;
            worst_ns = worst_ns.max(kind.worst_ns);
        }
        let (mut idle_ns, mut turning_ns) = seat.figures.times();
        let (state, since) = seat.state();
        let lasts = if since == 0 { 0 } else { now.saturating_sub(since) };
        match state {
            State::Waiting => idle_ns += lasts,
            State::Turning if is_run => turning_ns += lasts,
            _ => {}
        }
        if let Some(seen) = seat.present() {
            calling_ns += now.saturating_sub(seen.since);
        }
        LoopSums { idle_ns, calling_ns, own_ns: turning_ns.saturating_sub(calling_ns), callbacks, worst_ns }
    }
}
