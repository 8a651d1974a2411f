//! The loop's own counts: iterations, events, and the time it slept in the poller.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

use crate::core::state::clock;

/// UV_METRICS_IDLE_TIME was configured.
const IDLE: u8 = 1;
/// Somebody looks at what the loop does.
const FOLLOWED: u8 = 2;

/// Any thread may read them while the loop thread writes.
pub(crate) struct Metrics {
    pub(crate) loop_count: AtomicU64,
    pub(crate) events: AtomicU64,
    pub(crate) events_waiting: AtomicU64,
    /// Who wants to know of sleeps: [`IDLE`] and [`FOLLOWED`].
    sleep_wanted: AtomicU8,
    idle_ns: AtomicU64,
    /// When the present sleep began, or 0.
    asleep_since: AtomicU64,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        Metrics {
            loop_count: AtomicU64::new(0),
            events: AtomicU64::new(0),
            events_waiting: AtomicU64::new(0),
            sleep_wanted: AtomicU8::new(0),
            idle_ns: AtomicU64::new(0),
            asleep_since: AtomicU64::new(0),
        }
    }

    pub(crate) fn measure_idle(&self) {
        self.sleep_wanted.fetch_or(IDLE, Relaxed);
    }

    pub(crate) fn measures_idle(&self) -> bool {
        self.sleep_wanted.load(Relaxed) & IDLE != 0
    }

    /// `count` events came from the poller; `waiting` if it did not have to sleep for them, which counts as in libuv
    /// where idle time is measured.
    pub(crate) fn count_events(&self, count: u64, waiting: bool) {
        // Only the loop thread writes: a load and a store are enough.
        self.events.store(self.events.load(Relaxed) + count, Relaxed);
        if waiting && self.measures_idle() {
            self.events_waiting.store(self.events_waiting.load(Relaxed) + count, Relaxed);
        }
    }

    pub(crate) fn count_iteration(&self) {
        self.loop_count.store(self.loop_count.load(Relaxed) + 1, Relaxed);
    }

    /// Somebody looks at what the loop does.
    pub(crate) fn follow_sleep(&self) {
        self.sleep_wanted.fetch_or(FOLLOWED, Relaxed);
    }

    /// Whether [`sleep_begins`](Metrics::sleep_begins) is to be called.
    pub(crate) fn measures_sleep(&self) -> bool {
        self.sleep_wanted.load(Relaxed) != 0
    }

    pub(crate) fn sleep_begins(&self) {
        self.asleep_since.store(clock::hrtime(), Relaxed);
    }

    /// Whether [`sleep_ends`](Metrics::sleep_ends) is to be called.
    pub(crate) fn is_asleep(&self) -> bool {
        self.asleep_since.load(Relaxed) != 0
    }

    pub(crate) fn sleep_ends(&self) {
        let since = self.asleep_since.load(Relaxed);
        self.idle_ns.store(self.idle_ns.load(Relaxed) + (clock::hrtime() - since), Relaxed);
        self.asleep_since.store(0, Relaxed);
    }

    /// Nanoseconds spent asleep, the present sleep included; 0 if nobody asked for that.
    pub(crate) fn idle_time(&self) -> u64 {
        if !self.measures_idle() {
            return 0;
        }
        let since = self.asleep_since.load(Relaxed);
        let idle = self.idle_ns.load(Relaxed);
        if since == 0 { idle } else { idle + clock::hrtime().saturating_sub(since) }
    }
}
