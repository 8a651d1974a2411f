//! The loop's own counts: iterations, events, and the time it slept in the poller.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use crate::core::state::clock;

/// Any thread may read them while the loop thread writes.
pub(crate) struct Metrics {
    pub(crate) loop_count: AtomicU64,
    pub(crate) events: AtomicU64,
    pub(crate) events_waiting: AtomicU64,
    /// UV_METRICS_IDLE_TIME was configured.
    measure_idle: AtomicBool,
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
            measure_idle: AtomicBool::new(false),
            idle_ns: AtomicU64::new(0),
            asleep_since: AtomicU64::new(0),
        }
    }

    pub(crate) fn measure_idle(&self) {
        self.measure_idle.store(true, Relaxed);
    }

    pub(crate) fn measures_idle(&self) -> bool {
        self.measure_idle.load(Relaxed)
    }

    /// `count` events came from the poller; `waiting` if it did not have to sleep for them.
    pub(crate) fn count_events(&self, count: u64, waiting: bool) {
        // Only the loop thread writes: a load and a store are enough.
        self.events.store(self.events.load(Relaxed) + count, Relaxed);
        if waiting {
            self.events_waiting.store(self.events_waiting.load(Relaxed) + count, Relaxed);
        }
    }

    pub(crate) fn count_iteration(&self) {
        self.loop_count.store(self.loop_count.load(Relaxed) + 1, Relaxed);
    }

    pub(crate) fn sleep_begins(&self) {
        if self.measures_idle() {
            self.mark_sleep();
        }
    }

    #[cold]
    fn mark_sleep(&self) {
        self.asleep_since.store(clock::hrtime(), Relaxed);
    }

    pub(crate) fn sleep_ends(&self) {
        let since = self.asleep_since.load(Relaxed);
        if since != 0 {
            self.count_sleep(since);
        }
    }

    #[cold]
    fn count_sleep(&self, since: u64) {
        self.idle_ns.store(self.idle_ns.load(Relaxed) + (clock::hrtime() - since), Relaxed);
        self.asleep_since.store(0, Relaxed);
    }

    /// Nanoseconds spent asleep, the present sleep included.
    pub(crate) fn idle_time(&self) -> u64 {
        let since = self.asleep_since.load(Relaxed);
        let idle = self.idle_ns.load(Relaxed);
        if since == 0 { idle } else { idle + clock::hrtime().saturating_sub(since) }
    }
}
