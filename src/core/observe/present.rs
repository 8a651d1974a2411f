//! The process as its seats show it: what the answers at the socket and the timeline are made of.
#![forbid(unsafe_code)]

use std::fmt::{self, Write};
use std::os::fd::AsRawFd;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::fence;

use crate::core::observe::call::CallKind;
use crate::core::observe::chrome_trace::{Names, Timeline};
use crate::core::observe::figures::State;
use crate::core::observe::histogram::Histogram;
use crate::core::observe::loop_sums::LoopSums;
use crate::core::observe::seat::{Role, Seat};
use crate::core::observe::trace_file::TraceFile;
use crate::core::observe::trace_ring::{Entry, Phase};
use crate::core::observe::view::*;
use crate::core::observe::words::Words;
use crate::core::observe::{queued, seats, summons};
use crate::core::state::clock;
use crate::sys::errno::UvResult;
use crate::sys::pages::Mapped;
use crate::sys::refusal::{At, Refusal};
use crate::sys::{fd, identity, symbols};

const MS: u64 = 1_000_000;

/// Without a watchdog a loop is said to be blocked after so long.
const BLOCKED_MS: u64 = 1000;

/// Functions that are told of.
const MOST_FUNCTIONS: usize = 4096;

pub(super) struct Present {
    since: u64,
    program: [u8; 16],
    program_len: usize,
    watchdog_ms: Option<u64>,
    trace: Option<TraceFile>,
}

impl Present {
    pub(super) fn new(watchdog_ms: Option<u64>, trace: Option<TraceFile>) -> Present {
        let mut program = [0; 16];
        let read = fd::open(c"/proc/self/comm", libc::O_RDONLY)
            .and_then(|file| fd::read_bytes(file.as_raw_fd(), &mut program));
        let program_len = read.unwrap_or(0).saturating_sub(1); // without the end of the line
        Present { since: clock::hrtime(), program, program_len, watchdog_ms, trace }
    }

    fn program(&self) -> &[u8] {
        self.program.get(..self.program_len).unwrap_or_default()
    }

    /// Writes the timeline to its file, where one is kept.
    pub(super) fn write_trace(&self) -> Result<(), Refusal> {
        let (Some(trace), Some(timeline)) = (&self.trace, self.timeline()) else { return Ok(()) };
        let mut timeline = timeline.at("no memory for its text")?;
        trace.write(&mut timeline, self.program(), self)
    }

    /// What the loop does, in a word.
    fn state(&self, seat: &Seat, is_run: bool, now: Option<&Now>) -> &'static str {
        let limit = self.watchdog_ms.unwrap_or(BLOCKED_MS);
        match (now, seat.state().0) {
            (Some(now), _) if now.since_ms >= limit => "blocked",
            (Some(_), _) => "calling",
            _ if !is_run => "not running",
            (None, State::Waiting) => "waiting",
            (None, _) => "turning",
        }
    }
}

fn seats_of(role: Role) -> impl Iterator<Item = &'static Seat> {
    seats::all().map(|(_, seat)| seat).filter(move |seat| seat.role() == role)
}

fn number_of(seat: &Seat) -> u64 {
    seat.number.load(Relaxed).into()
}

fn thread_of(seat: &Seat) -> u32 {
    seat.tid.load(Relaxed).unsigned_abs()
}

fn with_name<R, const N: usize>(name: &Words<N>, used: impl FnOnce(&[u8]) -> R) -> R {
    name.with(|name| used(name.as_bytes()))
}

fn with_names<R>(one: &Words<4>, other: &Words<2>, used: impl FnOnce(&[u8], &[u8]) -> R) -> R {
    with_name(one, |one| with_name(other, |other| used(one, other)))
}

fn now_of(seat: &Seat) -> Option<Now> {
    let seen = seat.present()?;
    let since_ms = clock::hrtime().saturating_sub(seen.since) / MS;
    Some(Now { function: seen.function, kind: seen.kind().name(), since_ms })
}

/// Sorts by the time that functions took. There are few, and no code for a sort of many is worth its room.
fn most_first(functions: &mut [(usize, Kind)]) {
    for end in 1..functions.len() {
        let Some(functions) = functions.get_mut(..=end) else { return };
        let Some(((_, last), before)) = functions.split_last() else { return };
        let place = before.partition_point(|(_, kind)| kind.total_ns >= last.total_ns);
        if let Some(from) = functions.get_mut(place..) {
            from.rotate_right(1);
        }
    }
}

/// Fills a small array, as far as it goes; how much that was.
fn fill<T>(places: &mut [T], items: impl Iterator<Item = T>) -> usize {
    places.iter_mut().zip(items).map(|(place, item)| *place = item).count()
}

impl View for Present {
    fn names(&self) -> &dyn Names {
        self
    }

    fn process(&self, tell: &mut dyn FnMut(&Process<'_>)) {
        tell(&Process {
            id: identity::process().unsigned_abs(),
            program: self.program(),
            uptime_ms: clock::hrtime().saturating_sub(self.since) / MS,
            watchdog_ms: self.watchdog_ms,
            trace: self.trace.as_ref().map(|trace| trace.path().to_bytes()),
        });
    }

    fn loops(&self, tell: &mut dyn FnMut(&Loop<'_>)) {
        for seat in seats_of(Role::Loop) {
            let (now, (is_run, iterations)) = (now_of(seat), seats::run_of(seat));
            let figures = &seat.figures;
            let mut kinds = [Kind::default(); CallKind::ALL.len()];
            let called = CallKind::ALL
                .into_iter()
                .filter_map(|kind| figures.kind(kind).map(|total| total.told(kind.name())));
            let len = fill(&mut kinds, called);
            let kinds = kinds.get(..len).unwrap_or_default();
            let sums = LoopSums::of(seat, is_run, clock::hrtime());
            let mut handle_kinds = [HandleKind::default(); 18];
            let counts = seat.handles.kinds().map(|(kind, active, total)| HandleKind { kind, active, total });
            let len = fill(&mut handle_kinds, counts);
            let (active, referenced, requests) = seat.handles.totals();
            let is_known = seat.handles.is_known();
            let handles = Handles { active, referenced, kinds: handle_kinds.get(..len).unwrap_or_default() };
            with_names(&seat.loop_name, &seat.thread_name, |name, thread_name| {
                tell(&Loop {
                    id: number_of(seat),
                    name: Some(name).filter(|name| !name.is_empty()),
                    thread: thread_of(seat),
                    thread_name,
                    state: self.state(seat, is_run, now.as_ref()),
                    iterations,
                    idle_ns: sums.idle_ns,
                    calling_ns: sums.calling_ns,
                    own_ns: sums.own_ns,
                    lag: &figures.turns,
                    iteration: &figures.turns,
                    kinds,
                    now,
                    blocked_count: seat.blocked.load(Relaxed),
                    blocked_worst_ms: seat.blocked_worst_ns.load(Relaxed) / MS,
                    handles: is_known.then_some(handles),
                    requests: is_known.then_some(requests),
                });
            });
        }
    }

    fn callbacks(&self, tell: &mut dyn FnMut(&Callback)) {
        let mut all = Mapped::<(usize, Kind)>::new(MOST_FUNCTIONS);
        for (_, seat) in seats::all() {
            for function in seat.figures.functions() {
                let kind = CallKind::of(function.code.load(Relaxed)).name();
                let (address, more) = (function.address.load(Relaxed), function.total.told(kind));
                let is_it = |(known, kind): &&mut (usize, Kind)| *known == address && kind.kind == more.kind;
                if let Some((_, sum)) = all.as_mut_slice().iter_mut().find(is_it) {
                    sum.count += more.count;
                    sum.total_ns += more.total_ns;
                    sum.worst_ns = sum.worst_ns.max(more.worst_ns);
                } else if all.push((address, more)).is_err() {
                    break; // the others are not told
                }
            }
        }
        most_first(all.as_mut_slice());
        all.as_slice().iter().for_each(|&(function, figures)| tell(&Callback { function, figures }));
    }

    fn pool(&self) -> Pool {
        let (queued, longest) = queued::waiting(clock::hrtime());
        let (mut size, mut busy) = (0, 0);
        for seat in seats_of(Role::Worker) {
            size += 1;
            busy += u64::from(seat.present().is_some());
        }
        Pool { size, busy, queued: queued as u64, longest_wait_ms: longest / MS }
    }

    fn work(&self, tell: &mut dyn FnMut(&Work<'_>)) {
        let kinds = CallKind::ALL.into_iter().filter(|kind| kind.is_on_worker());
        for (index, kind) in kinds.enumerate() {
            let (wait, run) = (Histogram::new(), Histogram::new());
            for work in seats_of(Role::Worker).filter_map(|seat| seat.figures.work.get(index)) {
                wait.take(&work.wait);
                run.take(&work.run);
            }
            if run.count() > 0 {
                tell(&Work { kind: kind.name(), wait: &wait, run: &run });
            }
        }
    }

    fn workers(&self, tell: &mut dyn FnMut(&Worker)) {
        seats_of(Role::Worker).for_each(|seat| tell(&Worker { thread: thread_of(seat), now: now_of(seat) }));
    }

    fn place(&self, address: usize, tell: &mut dyn FnMut(&str, &str)) {
        symbols::look_up(address, &mut |place| tell(place.function, place.module));
    }

    fn ask_for_handles(&self) {
        for seat in seats_of(Role::Loop) {
            seat.question();
        }
        fence(SeqCst); // each finds the question before it sleeps, or hears this
        summons::ring();
    }

    fn have_handles(&self) -> bool {
        seats_of(Role::Loop).all(|seat| seat.handles.is_answered() || !seats::run_of(seat).0)
    }

    fn handles(&self, tell: &mut dyn FnMut(&Answer<'_>)) {
        for seat in seats_of(Role::Loop) {
            let state = match (seat.handles.is_answered(), seats::run_of(seat).0) {
                (true, _) => "answered",
                (_, false) => "not running",
                _ => "blocked",
            };
            let handles = |tell: &mut ToHandle<'_>| {
                for handle in seat.handles.read() {
                    let what = handle.what.get().to_bytes();
                    tell(&Handle {
                        kind: handle.kind,
                        name: handle.name.as_ref().map(|name| name.get().to_bytes()),
                        is_active: handle.is_active,
                        is_referenced: handle.is_referenced,
                        is_closing: handle.is_closing,
                        fd: u64::try_from(handle.fd).ok(),
                        what: Some(what).filter(|what| !what.is_empty()),
                        callback: Some(handle.callback).filter(|callback| *callback != 0),
                        since_ms: None,
                    });
                }
            };
            let all: u64 = seat.handles.kinds().map(|(_, _, total)| total).sum();
            let more = all.saturating_sub(seat.handles.read().count() as u64);
            let (_, _, requests) = seat.handles.totals();
            tell(&Answer { id: number_of(seat), state, handles: &handles, more, requests });
        }
    }

    fn timeline(&self) -> Option<UvResult<Timeline>> {
        let size = self.trace.as_ref()?.size();
        let mut timeline = Timeline::new(identity::process().unsigned_abs(), size);
        for seat in seats::ever() {
            let under_way = seat.present().map(|seen| Entry {
                start_ns: seen.since,
                duration_ns: clock::hrtime().saturating_sub(seen.since),
                thread: thread_of(seat),
                ..seen.entry()
            });
            let added = with_names(&seat.loop_name, &seat.thread_name, |name, thread| {
                let name = if name.is_empty() { thread } else { name };
                timeline.add(thread_of(seat), name, &seat.ring, under_way.into_iter())
            });
            if let Err(error) = added {
                return Some(Err(error));
            }
        }
        Some(Ok(timeline))
    }
}

impl Names for Present {
    fn kind(&self, phase: Phase, kind: u8) -> &'static str {
        if phase == Phase::Queued { "job" } else { CallKind::of(kind.into()).name() }
    }

    fn function(&self, address: usize, out: &mut dyn Write) -> fmt::Result {
        symbols::describe(address, out)
    }
}
