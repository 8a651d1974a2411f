//! What a thread says of itself while somebody looks: a loop's, or a worker's.
//!
//! One thread writes, without waiting for anybody; the observer reads meanwhile. All of it is atomic words.

#![forbid(unsafe_code)]

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, AtomicUsize};

use crate::core::observe::call::{Call, CallKind};
use crate::core::observe::words::Words;
use crate::core::state::clock;

/// Calls inside of calls, by runs inside of callbacks, that are kept apart.
const DEPTH: usize = 6;

/// Whose seat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Loop,
    Worker,
}

pub(crate) struct Seat {
    pub(super) is_taken: AtomicBool,
    is_worker: AtomicBool,
    pub(crate) number: AtomicU32,
    /// As the C library numbers it; and as the system does.
    pub(super) thread: AtomicUsize,
    pub(crate) tid: AtomicI32,
    pub(crate) thread_name: Words<2>,
    /// Changes with each step: odd while frames are written.
    changes: AtomicU64,
    depth: AtomicU32,
    frames: [Frame; DEPTH],
    /// The call, by its number, whose end the watchdog asks for; and when it ended.
    asked: AtomicU64,
    ended: AtomicU64,
    calls: AtomicU64,
}

struct Frame {
    /// Its number among the thread's calls.
    call: AtomicU64,
    function: AtomicUsize,
    subject: AtomicUsize,
    code: AtomicU32,
    fd: AtomicI32,
    since: AtomicU64,
    /// A path or a name.
    detail: Words<12>,
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
    depth: usize,
}

impl Seen {
    pub(crate) fn kind(&self) -> CallKind {
        CallKind::of(self.code)
    }
}

impl Seat {
    /// The calling thread takes it.
    pub(super) fn sit(&self, role: Role, number: u32) {
        self.is_worker.store(role == Role::Worker, Relaxed);
        self.number.store(number, Relaxed);
        self.depth.store(0, Relaxed);
        self.asked.store(0, Relaxed);
        self.ended.store(0, Relaxed);
        self.thread.store(0, Relaxed);
        self.tid.store(0, Relaxed);
        self.changes.store(self.changes.load(Relaxed) & !1, Release);
    }

    pub(crate) fn role(&self) -> Role {
        if self.is_worker.load(Relaxed) { Role::Worker } else { Role::Loop }
    }

    /// A call begins.
    pub(crate) fn begin(&self, call: &Call<'_>) {
        let depth = self.depth.load(Relaxed);
        let number = self.calls.load(Relaxed) + 1;
        self.calls.store(number, Relaxed);
        let changes = self.changes.load(Relaxed) | 1;
        self.changes.store(changes, Relaxed);
        std::sync::atomic::fence(Release);
        if let Some(frame) = self.frames.get(depth as usize) {
            frame.call.store(number, Relaxed);
            frame.function.store(call.function, Relaxed);
            frame.subject.store(call.subject, Relaxed);
            frame.code.store(call.code(), Relaxed);
            frame.fd.store(call.fd, Relaxed);
            frame.since.store(clock::hrtime(), Relaxed);
            match call.detail {
                Some(detail) => frame.detail.set(detail.to_bytes()),
                None => frame.detail.clear(),
            }
        }
        self.depth.store(depth + 1, Relaxed);
        self.changes.store(changes.wrapping_add(1), Release);
    }

    /// The call that began last has returned.
    pub(crate) fn end(&self) {
        let depth = self.depth.load(Relaxed).saturating_sub(1);
        if let Some(frame) = self.frames.get(depth as usize) {
            if self.asked.load(Relaxed) == frame.call.load(Relaxed) {
                self.ended.store(clock::hrtime(), Release);
            }
        }
        let changes = self.changes.load(Relaxed) | 1;
        self.changes.store(changes, Relaxed);
        self.depth.store(depth, Relaxed);
        self.changes.store(changes.wrapping_add(1), Release);
    }

    /// The innermost call under way; none, too, if it changes just now.
    pub(crate) fn present(&self) -> Option<Seen> {
        let before = self.changes.load(Acquire);
        let depth = self.depth.load(Relaxed).checked_sub(1)? as usize;
        let frame = self.frames.get(depth.min(DEPTH - 1))?;
        let seen = Seen {
            call: frame.call.load(Relaxed),
            function: frame.function.load(Relaxed),
            subject: frame.subject.load(Relaxed),
            code: frame.code.load(Relaxed),
            fd: frame.fd.load(Relaxed),
            since: frame.since.load(Relaxed),
            depth: depth.min(DEPTH - 1),
        };
        std::sync::atomic::fence(Acquire);
        (before & 1 == 0 && self.changes.load(Relaxed) == before).then_some(seen)
    }

    /// Has `used` look at the path or the name that a call is about.
    pub(crate) fn with_detail<R>(&self, seen: &Seen, used: impl FnOnce(&str) -> R) -> R {
        match self.frames.get(seen.depth) {
            Some(frame) if frame.call.load(Relaxed) == seen.call => frame.detail.with(used),
            _ => used(""),
        }
    }

    /// Where a call stands among those under way, if it is.
    pub(crate) fn depth_of(&self, call: u64) -> Option<usize> {
        let depth = self.depth.load(Relaxed) as usize;
        self.frames.iter().take(depth).position(|frame| frame.call.load(Relaxed) == call)
    }

    /// The watchdog wants to know when the call ends.
    pub(crate) fn ask_for_end(&self, seen: &Seen) {
        self.ended.store(0, Relaxed);
        self.asked.store(seen.call, Relaxed);
    }

    /// When the call that was asked for ended, if it was seen to.
    pub(crate) fn ended(&self) -> Option<u64> {
        Some(self.ended.load(Acquire)).filter(|at| *at != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::mapped;

    #[test]
    fn calls_are_seen_and_gone() {
        let seat = mapped::forever::<Seat>().unwrap();
        seat.sit(Role::Loop, 3);
        assert_eq!(seat.present(), None);
        seat.begin(&Call::new(CallKind::Timer, 10, 20));
        let outer = seat.present().unwrap();
        assert_eq!((outer.function, outer.subject, outer.kind(), outer.fd), (10, 20, CallKind::Timer, -1));
        seat.begin(&Call::new(CallKind::Fs, 11, 21).with_detail(Some(c"/a/path")).with_fd(7));
        let inner = seat.present().unwrap();
        assert_eq!((inner.function, inner.fd), (11, 7));
        seat.with_detail(&inner, |path| assert_eq!(path, "/a/path"));
        seat.ask_for_end(&inner);
        assert_eq!(seat.ended(), None);
        seat.end();
        assert!(seat.ended().is_some());
        assert_eq!(seat.present(), Some(outer));
        seat.end();
        assert_eq!(seat.present(), None);
    }

    #[test]
    fn calls_deeper_than_kept_come_to_an_end() {
        let seat = mapped::forever::<Seat>().unwrap();
        seat.sit(Role::Loop, 1);
        for function in 1..=20 {
            seat.begin(&Call::new(CallKind::Timer, function, 0));
        }
        assert_eq!(seat.present().unwrap().function, DEPTH);
        (0..20).for_each(|_| seat.end());
        assert_eq!(seat.present(), None);
    }
}
