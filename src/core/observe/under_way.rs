//! Calls of the program's functions that have begun and not returned.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, AtomicUsize};

use crate::core::observe::call::CallKind;
use crate::core::observe::trace_ring::{Entry, Phase};

/// Calls inside of calls, by runs inside of callbacks, that are kept apart.
pub(super) const DEPTH: usize = 6;

/// A call under way, on a cache line of its own.
#[repr(align(64))]
pub(super) struct Frame {
    /// Its number among the thread's calls.
    pub(super) call: AtomicU64,
    pub(super) function: AtomicUsize,
    pub(super) subject: AtomicUsize,
    pub(super) since: AtomicU64,
    /// Where the stack stood.
    pub(super) stack: AtomicUsize,
    /// Since when the loop had been at work.
    pub(super) state_since: AtomicU64,
    pub(super) code: AtomicU32,
    pub(super) fd: AtomicI32,
    pub(super) has_detail: AtomicBool,
}

/// A call that has begun: the lower half of its number, and how many were under way then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Begun {
    pub(super) call: u32,
    pub(super) depth: u32,
}

/// Where the stack of the calling function stands: what that calls, stands below.
#[inline(always)]
pub(crate) fn stack_here() -> usize {
    let here = 0_u8;
    (&raw const here).addr()
}

/// A call as the observer finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Its number among the thread's calls.
    pub(crate) call: u64,
    pub(crate) function: usize,
    pub(crate) subject: usize,
    pub(crate) code: u32,
    pub(crate) fd: i32,
    /// When it began.
    pub(crate) since: u64,
    /// Which of those under way.
    pub(super) depth: usize,
}

impl Seen {
    pub(crate) fn kind(&self) -> CallKind {
        CallKind::of(self.code)
    }

    /// As the timeline has it, without a length.
    pub(super) fn entry(&self) -> Entry {
        entry(self.code, self.function, self.subject, self.fd)
    }
}

pub(super) fn entry(code: u32, function: usize, subject: usize, fd: i32) -> Entry {
    let kind = CallKind::of(code);
    let phase = if kind.is_on_worker() { Phase::Job } else { Phase::Callback };
    let flow = kind.job_of(subject).map_or(0, |job| job as u64);
    Entry { start_ns: 0, duration_ns: 0, phase, kind: kind as u8, fd, function, subject, thread: 0, flow }
}
