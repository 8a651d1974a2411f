//! What a thread says of itself while somebody looks: a loop's, or a worker's.
//!
//! One thread writes, without waiting for anybody; the observer reads meanwhile. All of it is atomic words.

#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, AtomicUsize};

use crate::core::observe::asked_ends::{AskedEnds, Asker};
use crate::core::observe::call::{Call, CallKind};
use crate::core::observe::figures::{Figures, State};
use crate::core::observe::handle_list::HandleList;
use crate::core::observe::stamp;
use crate::core::observe::trace_ring::{Entry, Phase, Ring};
use crate::core::observe::under_way::{Begun, DEPTH, Frame, Seen, entry};
use crate::core::observe::watched::Wish;
use crate::core::observe::words::Words;
use crate::core::state::clock;
use crate::core::state::metrics::Metrics;
use crate::core::state::wakeup::Wakeup;
use crate::sys::probes;

/// Whose seat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Loop,
    Worker,
}

pub(crate) struct Seat {
    now: Now,
    asked: AskedEnds,
    frames: [Frame; DEPTH],
    /// The paths or names that calls are about.
    details: [Words<12>; DEPTH],
    pub(super) is_taken: AtomicBool,
    is_worker: AtomicBool,
    pub(crate) number: AtomicU32,
    /// As the C library numbers it; and as the system does.
    pub(super) thread: AtomicUsize,
    pub(crate) tid: AtomicI32,
    pub(crate) thread_name: Words<2>,
    pub(crate) figures: Figures,
    /// How often the watchdog found it blocked, and for how long at the worst.
    pub(crate) blocked: AtomicU64,
    pub(crate) blocked_worst_ns: AtomicU64,
    /// How long the job that comes next has waited.
    waited: AtomicU64,
    pub(super) ring: Ring,
    pub(super) handles: HandleList,
    /// As the program calls the loop.
    pub(crate) loop_name: Words<4>,
    /// Where the loop is: to be compared only.
    pub(super) loop_at: AtomicUsize,
    /// The loop's, which `seats` looks at only under a lock.
    pub(super) metrics: AtomicPtr<Metrics>,
    pub(super) wakeup: AtomicPtr<Wakeup>,
}

/// What each call changes, on two cache lines.
#[repr(align(64))]
struct Now {
    /// Changes with each step: odd while frames are written.
    changes: AtomicU64,
    calls: AtomicU64,
    state_since: AtomicU64,
    /// When the last call that was inside of no other ended, where times are asked for; else 0.
    free_since: AtomicU64,
    /// The loop's time then.
    loop_ns: AtomicU64,
    /// The number of the loop's iteration.
    iteration: AtomicU64,
    depth: AtomicU32,
    state: AtomicU8,
    /// Somebody waits for the end of a call.
    is_asked: AtomicBool,
    /// Somebody wants to know what handles there are, which stands far from here.
    is_questioned: AtomicBool,
}

impl Seat {
    /// The calling thread takes it.
    pub(super) fn sit(&self, role: Role, number: u32) {
        self.is_worker.store(role == Role::Worker, Relaxed);
        self.number.store(number, Relaxed);
        self.now.state.store(State::AtRest as u8, Relaxed);
        self.now.state_since.store(0, Relaxed);
        self.now.depth.store(0, Relaxed);
        self.now.iteration.store(0, Relaxed);
        self.now.is_asked.store(false, Relaxed);
        self.asked.clear();
        self.thread.store(0, Relaxed);
        self.tid.store(0, Relaxed);
        self.figures.clear();
        self.blocked.store(0, Relaxed);
        self.blocked_worst_ns.store(0, Relaxed);
        self.waited.store(0, Relaxed);
        self.handles.clear();
        self.now.is_questioned.store(false, Relaxed);
        self.loop_name.clear();
        self.loop_at.store(0, Relaxed);
        self.now.changes.store(self.now.changes.load(Relaxed) & !1, Release);
    }

    /// Whether somebody sits there.
    pub(crate) fn is_taken(&self) -> bool {
        self.is_taken.load(Acquire)
    }

    pub(crate) fn role(&self) -> Role {
        if self.is_worker.load(Relaxed) { Role::Worker } else { Role::Loop }
    }

    pub(crate) fn state(&self) -> (State, u64) {
        let state = match self.now.state.load(Relaxed) {
            0 => State::AtRest,
            1 => State::Waiting,
            _ => State::Turning,
        };
        (state, self.now.state_since.load(Relaxed))
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
            self.now.state_since.store(now, Relaxed);
        } else {
            self.now.state_since.store(0, Relaxed); // what begins now is not measured
        }
        self.now.state.store(state as u8, Relaxed);
    }

    /// Nobody looks any more: if somebody does later, what went on in between is not known.
    pub(crate) fn go_unseen(&self) {
        self.now.state.store(State::AtRest as u8, Relaxed);
        self.now.state_since.store(0, Relaxed);
    }

    /// When the call began in which this run of the loop is, if it is in one.
    fn outer_since(&self) -> u64 {
        let outer =
            self.now.depth.load(Relaxed).checked_sub(1).and_then(|depth| self.frames.get(depth as usize));
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

    /// The loop is to write down what handles it has when it comes by.
    pub(super) fn question(&self) {
        self.handles.ask();
        self.now.is_questioned.store(true, Release);
    }

    /// Whether it is to do so now; it is told once. On the loop's thread.
    #[inline(always)]
    pub(super) fn is_questioned(&self) -> bool {
        // Taken back first: a question that comes meanwhile is seen the next time.
        self.now.is_questioned.load(Relaxed) && self.now.is_questioned.swap(false, Acquire)
    }

    /// The loop is about to look for something to do, for the n-th time.
    pub(super) fn count_iteration(&self, number: u64) -> bool {
        let before = self.now.iteration.load(Relaxed);
        self.now.iteration.store(number, Relaxed);
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

    /// The program runs what it likes from now on, in a call or outside of the loop: how late it is, is not known.
    #[inline(always)]
    pub(super) fn leave_to_program(&self, loop_ns: u64) {
        self.now.free_since.store(0, Relaxed);
        self.now.loop_ns.store(loop_ns, Relaxed);
    }

    /// How late it is, as far as that has been asked since the program ran last: after the last call, or by the loop
    /// since. Reading the clock would be most of what looking costs.
    #[inline(always)]
    pub(super) fn known_time(&self, loop_ns: u64) -> Option<u64> {
        if self.now.depth.load(Relaxed) != 0 {
            return None;
        }
        if loop_ns != self.now.loop_ns.load(Relaxed) {
            return Some(loop_ns);
        }
        Some(self.now.free_since.load(Relaxed)).filter(|since| *since != 0)
    }

    /// A call begins, of a function whose caller's stack stands there.
    #[inline(always)]
    pub(crate) fn begin(&self, call: &Call<'_>, stack: usize, known: Option<u64>) -> Begun {
        self.begin_about(call, call.detail, stack, known)
    }

    /// The same for a call that is about something else than it says.
    #[inline(always)]
    pub(super) fn begin_about(
        &self,
        call: &Call<'_>,
        detail: Option<&CStr>,
        stack: usize,
        known: Option<u64>,
    ) -> Begun {
        let since = known.unwrap_or_else(stamp::now);
        probes::callback_begin(call.function, call.subject);
        if self.now.depth.load(Relaxed) != 0 {
            self.forget_the_left(stack);
        }
        let depth = self.now.depth.load(Relaxed);
        let number = self.now.calls.load(Relaxed) + 1;
        self.now.calls.store(number, Relaxed);
        let changes = self.now.changes.load(Relaxed) | 1;
        self.now.changes.store(changes, Relaxed);
        std::sync::atomic::fence(Release);
        if let Some(frame) = self.frames.get(depth as usize) {
            frame.call.store(number, Relaxed);
            frame.function.store(call.function, Relaxed);
            frame.subject.store(call.subject, Relaxed);
            frame.since.store(since, Relaxed);
            frame.stack.store(stack, Relaxed);
            frame.state_since.store(self.now.state_since.load(Relaxed), Relaxed);
            frame.code.store(call.code(), Relaxed);
            frame.fd.store(call.fd, Relaxed);
            frame.has_detail.store(detail.is_some(), Relaxed);
            if let Some(detail) = detail {
                self.set_detail(depth, detail);
            }
        }
        self.now.depth.store(depth + 1, Relaxed);
        self.now.changes.store(changes.wrapping_add(1), Release);
        Begun { call: number as u32, depth }
    }

    #[inline(never)]
    fn set_detail(&self, depth: u32, detail: &CStr) {
        if let Some(words) = self.details.get(depth as usize) {
            words.set(detail.to_bytes());
        }
    }

    /// Calls that an exception or a `longjmp` has left are under way no more: their part of the stack is taken by the
    /// caller, whose stack stands there.
    pub(crate) fn forget_the_left(&self, stack: usize) {
        let depth = self.now.depth.load(Relaxed);
        let is_left = |frame: &&Frame| frame.stack.load(Relaxed) <= stack;
        let frames = self.frames.get(..depth as usize).unwrap_or_default();
        let left = frames.iter().rev().take_while(is_left).count();
        if left > 0 {
            self.set_depth(depth - left as u32);
        }
    }

    /// The call has returned.
    #[inline(always)]
    pub(crate) fn end(&self, Begun { call, depth }: Begun) {
        let frame = self.frames.get(depth as usize);
        if let Some(frame) = frame.filter(|frame| frame.call.load(Relaxed) as u32 == call) {
            probes::callback_end(frame.function.load(Relaxed), frame.subject.load(Relaxed));
            if Wish::TIMES.is_on() {
                let now = self.add_up(frame);
                if depth == 0 {
                    self.now.free_since.store(now, Relaxed);
                }
            }
            if self.now.is_asked.load(Relaxed) {
                self.tell_askers(frame.call.load(Relaxed));
            }
        }
        // No frame changes: whoever looks meanwhile has seen a call that was under way.
        self.now.depth.store(depth, Release);
    }

    /// A call has returned, and its time counts. Returns how late it is.
    #[inline(never)]
    fn add_up(&self, frame: &Frame) -> u64 {
        let now = clock::hrtime();
        // What a run inside of the call did was its own.
        self.now.state_since.store(frame.state_since.load(Relaxed), Relaxed);
        self.now.state.store(State::Turning as u8, Relaxed);
        let since = frame.since.load(Relaxed);
        let took = now.saturating_sub(since);
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
        now
    }

    fn set_depth(&self, depth: u32) {
        let changes = self.now.changes.load(Relaxed) | 1;
        self.now.changes.store(changes, Relaxed);
        self.now.depth.store(depth, Relaxed);
        self.now.changes.store(changes.wrapping_add(1), Release);
    }

    /// The innermost call under way; none, too, if it changes just now.
    pub(crate) fn present(&self) -> Option<Seen> {
        let before = self.now.changes.load(Acquire);
        let depth = self.now.depth.load(Relaxed).checked_sub(1)? as usize;
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
        (before & 1 == 0 && self.now.changes.load(Relaxed) == before).then_some(seen)
    }

    /// Has `used` look at the path or the name that a call is about.
    pub(crate) fn with_detail<R>(&self, seen: &Seen, used: impl FnOnce(&str) -> R) -> R {
        match (self.frames.get(seen.depth), self.details.get(seen.depth)) {
            (Some(frame), Some(detail))
                if frame.call.load(Relaxed) == seen.call && frame.has_detail.load(Relaxed) =>
            {
                detail.with(used)
            }
            _ => used(""),
        }
    }

    /// Where a call stands among those under way, if it is.
    pub(crate) fn depth_of(&self, call: u64) -> Option<usize> {
        let depth = self.now.depth.load(Relaxed) as usize;
        self.frames.iter().take(depth).position(|frame| frame.call.load(Relaxed) == call)
    }

    /// A call has returned, and somebody waits for the end of one.
    #[cold]
    #[inline(never)]
    fn tell_askers(&self, call: u64) {
        // Cleared first: whoever asks meanwhile sets it again.
        self.now.is_asked.store(false, Relaxed);
        if self.asked.has_ended(call, &|other| self.depth_of(other).is_some()) {
            self.now.is_asked.store(true, Relaxed);
        }
    }

    /// Somebody wants to know when the call ends.
    pub(crate) fn ask_for_end(&self, asker: Asker, seen: &Seen) {
        self.asked.ask(asker, seen.call);
        self.now.is_asked.store(true, Relaxed);
    }

    /// When the call that was asked for ended, if it was seen to.
    pub(crate) fn ended(&self, asker: Asker) -> Option<u64> {
        self.asked.ended(asker)
    }
}

#[cfg(test)]
mod tests;
