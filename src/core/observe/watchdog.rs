//! `UV_WATCHDOG`: who holds a loop, or keeps jobs from the workers, while it still does.

#![forbid(unsafe_code)]

use std::fmt;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

use crate::core::observe::call::{CallKind, operation_name};
use crate::core::observe::culprits::{self, Culprits};
use crate::core::observe::seat::{Role, Seat, Seen};
use crate::core::observe::{histogram, queued, seats};
use crate::sys::lines::Lines;
use crate::sys::{fd_text, identity, stack, symbols};

/// Seats that are watched.
const MOST: usize = 256;
/// Workers that a line on waiting jobs tells of.
const MOST_WORKERS: usize = 16;
/// Looks at a worker that is in no job, though jobs wait.
const PATIENCE: usize = 20;
/// Frames of a stack that are told of.
const MOST_FRAMES: usize = 16;

/// A call that holds a loop, of which the end is waited for. There may be others inside of it, by a run of the loop.
#[derive(Clone, Copy)]
struct Told {
    call: u64,
    function: usize,
    code: u32,
    since: u64,
    /// Whose it is.
    seat: u32,
    /// Its end is worth a line.
    is_loud: bool,
}

pub(super) struct Watchdog {
    limit_ns: u64,
    lines: Lines,
    told: [Option<Told>; MOST],
    culprits: Culprits,
    /// Since when jobs have been waiting for longer than the limit; 0 if they do not.
    short_since: u64,
    shortages: u64,
}

const MS: u64 = 1_000_000;

impl Watchdog {
    pub(super) fn new(limit_ms: u64, lines: Lines) -> Watchdog {
        Watchdog {
            limit_ns: limit_ms * MS,
            lines,
            told: [None; MOST],
            culprits: Culprits::new(),
            short_since: 0,
            shortages: 0,
        }
    }

    /// Looks at everybody.
    pub(super) fn tick(&mut self, now: u64) {
        // Also those that were left: the end of a call is told though its loop was closed right after it.
        for (index, seat) in seats::ever().enumerate().take(MOST) {
            let present = seat.present().filter(|_| seat.is_taken.load(Acquire));
            self.look_at(index, seat, present, now);
        }
        self.look_at_pool(now);
    }

    fn look_at(&mut self, index: usize, seat: &'static Seat, present: Option<Seen>, now: u64) {
        if let Some(told) = self.told.get(index).copied().flatten() {
            let is_its = seat.number.load(Relaxed) == told.seat;
            if is_its && seat.depth_of(told.call).is_some() {
                return;
            }
            if is_its {
                self.tell_end(seat, &told, seat.ended().unwrap_or(now));
            }
            self.set_told(index, None);
        }
        let Some(seen) = present.filter(|_| seat.role() == Role::Loop) else { return };
        let held = now.saturating_sub(seen.since);
        if held >= self.limit_ns {
            let is_loud = self.tell_held(seat, &seen, held);
            let Seen { call, function, code, since, .. } = seen;
            let seat = seat.number.load(Relaxed);
            self.set_told(index, Some(Told { call, function, code, since, seat, is_loud }));
        }
    }

    fn set_told(&mut self, index: usize, told: Option<Told>) {
        if let Some(place) = self.told.get_mut(index) {
            *place = told;
        }
    }

    /// A call holds its loop. Whether that is worth a line.
    fn tell_held(&mut self, seat: &Seat, seen: &Seen, held: u64) -> bool {
        seat.ask_for_end(seen);
        histogram::add(&seat.blocked, 1);
        histogram::raise(&seat.blocked_worst_ns, held);
        let times = self.culprits.meet(seen.function, seen.code);
        if !culprits::is_told(times) {
            return false;
        }
        let pid = identity::process();
        let again = Again(times);
        self.lines.say(format_args!(
            "libuv[{pid}]: {} is blocked: {} has run for {} ms so far{again}",
            Who(seat),
            What(seat, seen),
            held / MS
        ));
        self.tell_stack(seat, seen);
        true
    }

    /// Where the thread of a call is, if it is at the same one after it was looked at.
    fn tell_stack(&self, seat: &Seat, seen: &Seen) {
        let mut frames = [stack::Frame::default(); MOST_FRAMES];
        let mut count = 0;
        stack::with(seat.tid.load(Relaxed), seen.function, &mut |frame| {
            if let Some(place) = frames.get_mut(count) {
                *place = frame;
                count += 1;
            }
        });
        if seat.depth_of(seen.call).is_none() {
            return;
        }
        let pid = identity::process();
        for frame in frames.iter().take(count) {
            let doubt = if frame.is_guess { " ?" } else { "" };
            self.lines.say(format_args!("libuv[{pid}]:   at {}{doubt}", At(frame.address)));
        }
    }

    fn tell_end(&mut self, seat: &Seat, told: &Told, ended: u64) {
        let took = ended.saturating_sub(told.since);
        histogram::raise(&seat.blocked_worst_ns, took);
        self.culprits.took(told.function, told.code, took);
        if told.is_loud {
            let (pid, name) = (identity::process(), Name(told.function));
            self.lines.say(format_args!(
                "libuv[{pid}]: {} goes on: {name} returned after {} ms",
                Who(seat),
                took / MS
            ));
        }
    }

    fn look_at_pool(&mut self, now: u64) {
        let (count, longest) = queued::waiting(now);
        let pid = identity::process();
        if longest < self.limit_ns {
            if self.short_since != 0 && culprits::is_told(self.shortages) {
                let lasted = now.saturating_sub(self.short_since) / MS;
                self.lines.say(format_args!(
                    "libuv[{pid}]: the pool goes on: jobs were short of workers for {lasted} ms"
                ));
            }
            self.short_since = 0;
            return;
        }
        if self.short_since != 0 {
            return;
        }
        self.short_since = now.saturating_sub(longest);
        self.shortages += 1;
        if !culprits::is_told(self.shortages) {
            return;
        }
        self.lines.say(format_args!(
            "libuv[{pid}]: the pool is short of workers: a job has waited for {} ms, {count} {}{}",
            longest / MS,
            if count == 1 { "waits" } else { "wait" },
            Again(self.shortages)
        ));
        let workers = seats::all().filter(|(_, seat)| seat.role() == Role::Worker);
        for (_, seat) in workers.take(MOST_WORKERS) {
            // One that changes just now is looked at once more.
            let present = (0..PATIENCE).find_map(|_| {
                seat.present().or_else(|| {
                    std::thread::yield_now();
                    None
                })
            });
            match present {
                Some(seen) => self.lines.say(format_args!(
                    "libuv[{pid}]:   {} is at {} for {} ms",
                    Who(seat),
                    What(seat, &seen),
                    now.saturating_sub(seen.since) / MS
                )),
                None => self.lines.say(format_args!("libuv[{pid}]:   {} is between jobs", Who(seat))),
            }
        }
    }

    /// The end: whoever came more than once.
    pub(super) fn sum_up(&self) {
        let pid = identity::process();
        for culprit in self.culprits.all().filter(|culprit| culprit.times > 1) {
            self.lines.say(format_args!(
                "libuv[{pid}]: in all: {} ({}) held a loop {} times, for {} ms, {} ms the longest",
                Name(culprit.function),
                CallKind::of(culprit.code).name(),
                culprit.times,
                culprit.total_ns / MS,
                culprit.worst_ns / MS
            ));
        }
        if self.shortages > 1 {
            self.lines.say(format_args!(
                "libuv[{pid}]: in all: the pool was short of workers {} times",
                self.shortages
            ));
        }
    }
}

struct Again(u64);

impl fmt::Display for Again {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 1 { write!(out, " (time {})", self.0) } else { Ok(()) }
    }
}

/// A function of the program's.
struct Name(usize);

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { out.write_str("no callback") } else { symbols::describe(self.0, out) }
    }
}

/// A place in a function.
struct At(usize);

impl fmt::Display for At {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        symbols::describe_in_full(self.0, out)
    }
}

/// A thread.
struct Who<'a>(&'a Seat);

impl fmt::Display for Who<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.0.role() == Role::Loop { "loop" } else { "worker" };
        let (number, tid) = (self.0.number.load(Relaxed), self.0.tid.load(Relaxed));
        write!(out, "{what} {number} (thread {tid}")?;
        self.0.thread_name.with(|name| if name.is_empty() { Ok(()) } else { write!(out, " \"{name}\"") })?;
        out.write_str(")")
    }
}

/// A call, and what it is about.
struct What<'a>(&'a Seat, &'a Seen);

impl fmt::Display for What<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let What(seat, seen) = self;
        let kind = seen.kind();
        let operation = operation_name(seen.code);
        if kind.is_on_worker() {
            out.write_str(kind.name())?;
            if !operation.is_empty() {
                write!(out, " {operation}")?;
            }
            seat.with_detail(
                seen,
                |detail| if detail.is_empty() { Ok(()) } else { write!(out, " {detail}") },
            )?;
            return write!(
                out,
                " {} {}",
                if kind == CallKind::Work { "in" } else { "for" },
                Name(seen.function)
            );
        }
        write!(out, "{} (a callback of ", Name(seen.function))?;
        out.write_str(kind.name())?;
        if !operation.is_empty() {
            write!(out, " {operation}")?;
        }
        if seen.fd >= 0 {
            write!(out, ", descriptor {} ", seen.fd)?;
            fd_text::describe(seen.fd, out)?;
        }
        out.write_str(")")
    }
}
