//! `UV_WATCHDOG`: who holds a loop, or keeps jobs from the workers, while it still does.

#![forbid(unsafe_code)]

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;

use crate::core::observe::asked_ends::Asker;
use crate::core::observe::call::{CallKind, operation_name};
use crate::core::observe::culprits::{self, Culprits};
use crate::core::observe::holders::{Holders, Listener};
use crate::core::observe::seat::{Role, Seat};
use crate::core::observe::under_way::Seen;
use crate::core::observe::{histogram, queued, seats};
use crate::sys::lines::Lines;
use crate::sys::{fd_text, identity, stack, symbols};

/// Workers that a line on waiting jobs tells of.
const MOST_WORKERS: usize = 16;
/// Looks at a worker that is in no job, though jobs wait.
const PATIENCE: usize = 20;
/// Frames of a stack that are told of.
const MOST_FRAMES: usize = 16;

pub(super) struct Watchdog {
    limit_ns: u64,
    holders: Holders<Teller>,
    teller: Teller,
    /// Since when jobs have been waiting for longer than the limit; 0 if they do not.
    short_since: u64,
    shortages: u64,
}

/// Who writes the lines.
struct Teller {
    lines: Lines,
    culprits: Culprits,
}

const MS: u64 = 1_000_000;

impl Listener for Teller {
    /// Whether the end is worth a line, too.
    type Kept = bool;

    fn begins(&mut self, seat: &Seat, seen: &Seen, held_ns: u64) -> bool {
        histogram::add(&seat.blocked, 1);
        histogram::raise(&seat.blocked_worst_ns, held_ns);
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
            held_ns / MS
        ));
        self.tell_stack(seat, seen);
        true
    }

    fn ends(&mut self, seat: Option<&Seat>, seen: &Seen, is_loud: bool, held_ns: u64) {
        let Some(seat) = seat else { return };
        histogram::raise(&seat.blocked_worst_ns, held_ns);
        self.culprits.took(seen.function, seen.code, held_ns);
        if is_loud {
            let (pid, name) = (identity::process(), Name(seen.function));
            self.lines.say(format_args!(
                "libuv[{pid}]: {} goes on: {name} returned after {} ms",
                Who(seat),
                held_ns / MS
            ));
        }
    }
}

impl Teller {
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
}

impl Watchdog {
    pub(super) fn new(limit_ms: u64, lines: Lines) -> Watchdog {
        let teller = Teller { lines, culprits: Culprits::new() };
        Watchdog {
            limit_ns: limit_ms * MS,
            holders: Holders::new(Asker::Watchdog),
            teller,
            short_since: 0,
            shortages: 0,
        }
    }

    /// Looks at everybody.
    pub(super) fn tick(&mut self, now: u64) {
        self.holders.look(self.limit_ns, now, &mut self.teller);
        self.look_at_pool(now);
    }

    fn look_at_pool(&mut self, now: u64) {
        let (count, longest) = queued::waiting(now);
        let pid = identity::process();
        if longest < self.limit_ns {
            if self.short_since != 0 && culprits::is_told(self.shortages) {
                let lasted = now.saturating_sub(self.short_since) / MS;
                self.teller.lines.say(format_args!(
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
        self.teller.lines.say(format_args!(
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
                Some(seen) => self.teller.lines.say(format_args!(
                    "libuv[{pid}]:   {} is at {} for {} ms",
                    Who(seat),
                    What(seat, &seen),
                    now.saturating_sub(seen.since) / MS
                )),
                None => self.teller.lines.say(format_args!("libuv[{pid}]:   {} is between jobs", Who(seat))),
            }
        }
    }

    /// The end: whoever came more than once.
    pub(super) fn sum_up(&self) {
        let pid = identity::process();
        for culprit in self.teller.culprits.all().filter(|culprit| culprit.times > 1) {
            self.teller.lines.say(format_args!(
                "libuv[{pid}]: in all: {} ({}) held a loop {} times, for {} ms, {} ms the longest",
                Name(culprit.function),
                CallKind::of(culprit.code).name(),
                culprit.times,
                culprit.total_ns / MS,
                culprit.worst_ns / MS
            ));
        }
        if self.shortages > 1 {
            self.teller.lines.say(format_args!(
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

/// A name in quotes, if there is one.
fn write_name(name: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    if name.is_empty() { Ok(()) } else { write!(out, " \"{name}\"") }
}

/// A thread.
struct Who<'a>(&'a Seat);

impl fmt::Display for Who<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.0.role() == Role::Loop { "loop" } else { "worker" };
        let (number, tid) = (self.0.number.load(Relaxed), self.0.tid.load(Relaxed));
        write!(out, "{what} {number}")?;
        self.0.loop_name.with(|name| write_name(name, out))?;
        write!(out, " (thread {tid}")?;
        self.0.thread_name.with(|name| write_name(name, out))?;
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
        seat.with_detail(seen, |name| write_name(name, out))?;
        if seen.fd >= 0 {
            write!(out, ", descriptor {} ", seen.fd)?;
            fd_text::describe(seen.fd, out)?;
        }
        out.write_str(")")
    }
}
