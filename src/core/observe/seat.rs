//! What a thread says of itself while somebody looks: a loop's, or a worker's.
//!
//! One thread writes, without waiting for anybody; the observer reads meanwhile. All of it is atomic words.

#![forbid(unsafe_code)]

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize};

use crate::core::observe::call::{Call, CallKind};
use crate::core::observe::figures::{Figures, State};
use crate::core::observe::handle_list::HandleList;
use crate::core::observe::trace_ring::{Entry, Phase, Ring};
use crate::core::observe::watched::Wish;
use crate::core::observe::words::Words;
use crate::core::state::clock;
use crate::core::state::metrics::Metrics;
use crate::core::state::wakeup::Wakeup;
use crate::sys::probes;

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
    state: AtomicU8,
    state_since: AtomicU64,
    /// Changes with each step: odd while frames are written.
    changes: AtomicU64,
    depth: AtomicU32,
    frames: [Frame; DEPTH],
    /// The call, by its number, whose end the watchdog asks for; and when it ended.
    asked: AtomicU64,
    ended: AtomicU64,
    calls: AtomicU64,
    pub(crate) figures: Figures,
    /// How often the watchdog found it blocked, and for how long at the worst.
    pub(crate) blocked: AtomicU64,
    pub(crate) blocked_worst_ns: AtomicU64,
    /// How long the job that comes next has waited.
    waited: AtomicU64,
    pub(super) ring: Ring,
    pub(super) handles: HandleList,
    /// The loop's, which `seats` looks at only under a lock.
    pub(super) metrics: AtomicPtr<Metrics>,
    pub(super) wakeup: AtomicPtr<Wakeup>,
}

struct Frame {
    /// Its number among the thread's calls.
    call: AtomicU64,
    function: AtomicUsize,
    subject: AtomicUsize,
    code: AtomicU32,
    fd: AtomicI32,
    since: AtomicU64,
    /// Where the stack stood.
    stack: AtomicUsize,
    /// Since when the loop had been at work.
    state_since: AtomicU64,
    /// A path or a name.
    detail: Words<12>,
}

/// A call that has begun: its number, and how many were under way then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Begun {
    call: u64,
    depth: u32,
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
    depth: usize,
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

fn entry(code: u32, function: usize, subject: usize, fd: i32) -> Entry {
    let kind = CallKind::of(code);
    let phase = if kind.is_on_worker() { Phase::Job } else { Phase::Callback };
    let flow = kind.job_of(subject).map_or(0, |job| job as u64);
    Entry { start_ns: 0, duration_ns: 0, phase, kind: kind as u8, fd, function, subject, thread: 0, flow }
}

impl Seat {
    /// The calling thread takes it.
    pub(super) fn sit(&self, role: Role, number: u32) {
        self.is_worker.store(role == Role::Worker, Relaxed);
        self.number.store(number, Relaxed);
        self.state.store(State::AtRest as u8, Relaxed);
        self.state_since.store(0, Relaxed);
        self.depth.store(0, Relaxed);
        self.asked.store(0, Relaxed);
        self.ended.store(0, Relaxed);
        self.thread.store(0, Relaxed);
        self.tid.store(0, Relaxed);
        self.figures.clear();
        self.blocked.store(0, Relaxed);
        self.blocked_worst_ns.store(0, Relaxed);
        self.waited.store(0, Relaxed);
        self.handles.clear();
        self.changes.store(self.changes.load(Relaxed) & !1, Release);
    }

    pub(crate) fn role(&self) -> Role {
        if self.is_worker.load(Relaxed) { Role::Worker } else { Role::Loop }
    }

    pub(crate) fn state(&self) -> (State, u64) {
        let state = match self.state.load(Relaxed) {
            0 => State::AtRest,
            1 => State::Waiting,
            _ => State::Turning,
        };
        (state, self.state_since.load(Relaxed))
    }

    /// The thread does something else from now on. What it did before counts, where times are asked for.
    pub(crate) fn enter(&self, state: State) {
        if Wish::TIMES.is_on() {
            let now = clock::hrtime();
            let (before, since) = self.state();
            let since = if since == 0 { 0 } else { since.max(self.outer_since()) };
            if since != 0 {
                let took = now.saturating_sub(since);
                self.figures.spent(before, took);
                self.pass(before, since, took);
            }
            self.state_since.store(now, Relaxed);
        }
        self.state.store(state as u8, Relaxed);
    }

    /// When the call began in which this run of the loop is, if it is in one.
    fn outer_since(&self) -> u64 {
        let outer = self.depth.load(Relaxed).checked_sub(1).and_then(|depth| self.frames.get(depth as usize));
        outer.map_or(0, |outer| outer.since.load(Relaxed))
    }

    /// A wait, or a turn of the loop, is over.
    fn pass(&self, state: State, start_ns: u64, duration_ns: u64) {
        let phase = match state {
            State::AtRest => return,
            State::Waiting => Phase::Wait,
            State::Turning => {
                self.figures.turns.record(duration_ns);
                Phase::Iteration
            }
        };
        if Wish::EVENTS.is_on() {
            let entry = Entry { start_ns, duration_ns, phase, ..entry(0, 0, 0, -1) };
            self.trace(entry);
        }
    }

    /// The loop is about to look for something to do, for the n-th time.
    pub(super) fn count_iteration(&self, number: u64) -> bool {
        let before = self.figures.iterations.load(Relaxed);
        self.figures.iterations.store(number, Relaxed);
        number != before
    }

    /// A job was given to the pool.
    pub(super) fn queue(&self, job: usize) {
        let (start_ns, phase) = (clock::hrtime(), Phase::Queued);
        self.trace(Entry { start_ns, phase, flow: job as u64, ..entry(0, 0, 0, -1) });
    }

    fn trace(&self, entry: Entry) {
        self.ring.write(&Entry { thread: self.tid.load(Relaxed).unsigned_abs(), ..entry });
    }

    /// The job that comes next has waited for so long.
    pub(super) fn has_waited(&self, ns: u64) {
        self.waited.store(ns, Relaxed);
    }

    /// A call begins, of a function whose caller's stack stands there.
    pub(crate) fn begin(&self, call: &Call<'_>, stack: usize) -> Begun {
        probes::callback_begin(call.function, call.subject);
        self.forget_the_left(stack);
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
            frame.stack.store(stack, Relaxed);
            frame.state_since.store(self.state_since.load(Relaxed), Relaxed);
            match call.detail {
                Some(detail) => frame.detail.set(detail.to_bytes()),
                None => frame.detail.clear(),
            }
        }
        self.depth.store(depth + 1, Relaxed);
        self.changes.store(changes.wrapping_add(1), Release);
        Begun { call: number, depth }
    }

    /// Calls that an exception or a `longjmp` has left are under way no more: their part of the stack is taken by the
    /// caller, whose stack stands there.
    pub(crate) fn forget_the_left(&self, stack: usize) {
        let depth = self.depth.load(Relaxed);
        let is_left = |frame: &&Frame| frame.stack.load(Relaxed) <= stack;
        let frames = self.frames.get(..depth as usize).unwrap_or_default();
        let left = frames.iter().rev().take_while(is_left).count();
        if left > 0 {
            self.set_depth(depth - left as u32);
        }
    }

    /// The call has returned.
    pub(crate) fn end(&self, Begun { call, depth }: Begun) {
        let frame = self.frames.get(depth as usize);
        if let Some(frame) = frame.filter(|frame| frame.call.load(Relaxed) == call) {
            probes::callback_end(frame.function.load(Relaxed), frame.subject.load(Relaxed));
            if Wish::TIMES.is_on() {
                // What a run inside of the call did was its own.
                self.state_since.store(frame.state_since.load(Relaxed), Relaxed);
                self.state.store(State::Turning as u8, Relaxed);
                let since = frame.since.load(Relaxed);
                let took = clock::hrtime().saturating_sub(since);
                let (code, function) = (frame.code.load(Relaxed), frame.function.load(Relaxed));
                self.figures.called(code, function, took);
                if CallKind::of(code).is_on_worker() {
                    self.figures.worked(CallKind::of(code), self.waited.swap(0, Relaxed), took);
                }
                if Wish::EVENTS.is_on() {
                    let (subject, fd) = (frame.subject.load(Relaxed), frame.fd.load(Relaxed));
                    let entry = entry(code, function, subject, fd);
                    self.trace(Entry { start_ns: since, duration_ns: took, ..entry });
                }
            }
            if self.asked.load(Relaxed) == call {
                self.ended.store(clock::hrtime(), Release);
            }
        }
        self.set_depth(depth);
    }

    fn set_depth(&self, depth: u32) {
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

    const TOP: usize = 1 << 20;

    fn seat() -> &'static Seat {
        let seat = mapped::forever::<Seat>().unwrap();
        seat.sit(Role::Loop, 3);
        seat
    }

    #[test]
    fn calls_are_seen_and_gone() {
        let seat = seat();
        assert_eq!(seat.present(), None);
        let first = seat.begin(&Call::new(CallKind::Timer, 10, 20), TOP);
        let outer = seat.present().unwrap();
        assert_eq!((outer.function, outer.subject, outer.kind(), outer.fd), (10, 20, CallKind::Timer, -1));
        let call = Call::new(CallKind::Fs, 11, 21).with_detail(Some(c"/a/path")).with_fd(7);
        let second = seat.begin(&call, TOP - 1000);
        let inner = seat.present().unwrap();
        assert_eq!((inner.function, inner.fd), (11, 7));
        seat.with_detail(&inner, |path| assert_eq!(path, "/a/path"));
        seat.ask_for_end(&inner);
        assert_eq!(seat.ended(), None);
        seat.end(second);
        assert!(seat.ended().is_some());
        assert_eq!(seat.present(), Some(outer));
        seat.end(first);
        assert_eq!(seat.present(), None);
    }

    #[test]
    fn calls_deeper_than_kept_come_to_an_end() {
        let seat = seat();
        let begin = |function| seat.begin(&Call::new(CallKind::Timer, function, 0), TOP - 1000 * function);
        let depths: Vec<_> = (1..=20).map(begin).collect();
        assert_eq!(seat.present().unwrap().function, DEPTH);
        depths.into_iter().rev().for_each(|depth| seat.end(depth));
        assert_eq!(seat.present(), None);
    }

    #[test]
    fn a_call_that_was_left_is_forgotten() {
        let seat = seat();
        let outer = seat.begin(&Call::new(CallKind::Timer, 1, 0), TOP);
        let _left = seat.begin(&Call::new(CallKind::Timer, 2, 0), TOP - 1000);
        let next = seat.begin(&Call::new(CallKind::Timer, 3, 0), TOP - 960);
        assert_eq!(seat.present().unwrap().function, 3);
        seat.end(next);
        assert_eq!(seat.present().unwrap().function, 1);
        seat.forget_the_left(TOP - 40);
        assert_eq!(seat.present().unwrap().function, 1);
        seat.forget_the_left(TOP);
        assert_eq!(seat.present(), None);
        seat.end(outer);
        assert_eq!(seat.present(), None);
    }
}
