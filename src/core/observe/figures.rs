//! What a thread's calls took, added up: one thread writes, others read.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::core::observe::call::CallKind;
use crate::core::observe::histogram::Histogram;
use crate::core::observe::view::Kind;

/// Functions that are told one by one.
const FUNCTIONS: usize = 512;

/// What the thread does when it is in no function of the program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Nobody runs the loop; the worker has no job.
    AtRest,
    /// It waits for something to do.
    Waiting,
    /// It is at work.
    Turning,
}

pub(crate) struct Total {
    pub(crate) count: AtomicU64,
    pub(crate) ns: AtomicU64,
    pub(crate) worst_ns: AtomicU64,
}

impl Total {
    fn add(&self, ns: u64) {
        self.count.store(self.count.load(Relaxed) + 1, Relaxed);
        self.ns.store(self.ns.load(Relaxed) + ns, Relaxed);
        if ns > self.worst_ns.load(Relaxed) {
            self.worst_ns.store(ns, Relaxed);
        }
    }

    pub(crate) fn told(&self, kind: &'static str) -> Kind {
        let (count, total_ns) = (self.count.load(Relaxed), self.ns.load(Relaxed));
        Kind { kind, count, total_ns, worst_ns: self.worst_ns.load(Relaxed) }
    }

    fn clear(&self) {
        self.count.store(0, Relaxed);
        self.ns.store(0, Relaxed);
        self.worst_ns.store(0, Relaxed);
    }
}

/// A function of the program's, and what its calls took.
pub(crate) struct Function {
    pub(crate) address: AtomicUsize,
    pub(crate) code: AtomicU32,
    pub(crate) total: Total,
}

pub(crate) struct Figures {
    kinds: [Total; CallKind::ALL.len()],
    functions: [Function; FUNCTIONS],
    idle_ns: AtomicU64,
    turning_ns: AtomicU64,
    /// Of iterations, without their waits.
    pub(crate) turns: Histogram,
    /// Of a worker's jobs, by kind.
    pub(crate) work: [WorkTimes; WORK_KINDS],
}

/// Kinds of work, which are the last ones of [`CallKind`].
const WORK_KINDS: usize = CallKind::ALL.len() - CallKind::Work as usize;

pub(crate) struct WorkTimes {
    pub(crate) wait: Histogram,
    pub(crate) run: Histogram,
}

impl Figures {
    #[inline(never)]
    pub(super) fn clear(&self) {
        self.kinds.iter().for_each(Total::clear);
        for function in &self.functions {
            function.address.store(0, Relaxed);
            function.total.clear();
        }
        self.idle_ns.store(0, Relaxed);
        self.turning_ns.store(0, Relaxed);
        self.turns.clear();
        for work in &self.work {
            work.wait.clear();
            work.run.clear();
        }
    }

    /// A job has been done, which had waited for so long.
    pub(super) fn worked(&self, kind: CallKind, waited: u64, ns: u64) {
        let index = (kind as usize).checked_sub(CallKind::Work as usize);
        if let Some(work) = index.and_then(|index| self.work.get(index)) {
            work.wait.record(waited);
            work.run.record(ns);
        }
    }

    /// A call has returned.
    pub(super) fn called(&self, code: u32, function: usize, ns: u64) {
        if let Some(kind) = self.kinds.get(code as usize & 0xff) {
            kind.add(ns);
        }
        if function == 0 {
            return;
        }
        // Neighbours are looked at in turn. Who finds no place is in the sum of its kind alone.
        let start = (function >> 4) % FUNCTIONS;
        let (before, from) = self.functions.split_at(start);
        for place in from.iter().chain(before) {
            let address = place.address.load(Relaxed);
            if address == 0 {
                place.code.store(code, Relaxed);
                place.address.store(function, Relaxed);
            } else if address != function || place.code.load(Relaxed) & 0xff != code & 0xff {
                continue;
            }
            return place.total.add(ns);
        }
    }

    /// So long it was in that state.
    pub(super) fn spent(&self, state: State, ns: u64) {
        let total = match state {
            State::Waiting => &self.idle_ns,
            State::Turning => &self.turning_ns,
            State::AtRest => return,
        };
        total.store(total.load(Relaxed) + ns, Relaxed);
    }

    /// What the calls of a kind took.
    pub(crate) fn kind(&self, kind: CallKind) -> Option<&Total> {
        self.kinds.get(kind as usize).filter(|total| total.count.load(Relaxed) > 0)
    }

    pub(crate) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.functions.iter().filter(|function| function.address.load(Relaxed) != 0)
    }

    /// Nanoseconds spent waiting, and from the end of a wait to the next.
    pub(crate) fn times(&self) -> (u64, u64) {
        (self.idle_ns.load(Relaxed), self.turning_ns.load(Relaxed))
    }
}
