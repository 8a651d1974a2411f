//! The timeline as the JSON that ui.perfetto.dev and chrome://tracing open: slices of time on named threads, and
//! arrows from where a job is queued to the worker that runs it and to the callback that tells of it.
#![forbid(unsafe_code)]

use std::cmp::{Ordering, Reverse};
use std::fmt::{self, Write};

use super::json::Json;
use super::trace_ring::{Entry, Phase, Ring};
use crate::sys::errno::UvResult;
use crate::sys::pages::{Mapped, Pages};

/// About what an entry takes in the text.
const TYPICAL_LINE: u64 = 160;

/// More than the longest line, with a name of which each byte is escaped.
const LONGEST_LINE: usize = 16 << 10;

/// Longer names are cut.
const LONGEST_NAME: usize = 512;

/// No entry takes less.
const LEAST_LINE: u64 = 64;

/// Entries that are arranged at once, at most.
const MOST_ENTRIES: usize = 1 << 23;

/// Names that are remembered, so that one is looked for once. A power of two.
const REMEMBERED: usize = 4096;

const HEAD: &str = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[";

/// The end, with room for the number of lost entries.
const LONGEST_TAIL: u64 = 64;

/// What entries stand for, in words.
pub(crate) trait Names {
    fn kind(&self, phase: Phase, kind: u8) -> &'static str;

    /// The program's function at an address.
    fn function(&self, address: usize, out: &mut dyn Write) -> fmt::Result;
}

/// How many entries a thread's ring should have for a text of that size.
pub(crate) fn entries_for(size: u64) -> usize {
    usize::try_from(size / TYPICAL_LINE).unwrap_or(1 << 20).clamp(256, 1 << 22)
}

#[derive(Clone, Copy)]
struct Thread {
    id: u32,
    name: [u8; 32],
    len: usize,
}

impl Thread {
    fn name(&self) -> &[u8] {
        self.name.get(..self.len).unwrap_or_default()
    }
}

/// Where a remembered name is in the text of names.
#[derive(Clone, Copy)]
struct Name {
    address: usize,
    start: usize,
    end: usize,
}

/// What holds others comes before them. Apart from the sort, which compares at some fifty places.
#[inline(never)]
fn in_order(one: &Entry, other: &Entry) -> Ordering {
    let order = |entry: &Entry| (entry.start_ns, Reverse(entry.duration_ns), entry.phase, entry.thread);
    order(one).cmp(&order(other))
}

/// A picture of the rings at one moment, which is then written in steps.
pub(crate) struct Timeline {
    process: u32,
    entries: Mapped<Entry>,
    /// So many of the last entries are kept, and twice as many for a while.
    most: usize,
    /// When the first of them began, once some were dropped.
    since: u64,
    threads: Mapped<Thread>,
    names: Mapped<Name>,
    text: Pages,
    line: Pages,
    lost: u64,
    /// What the text may take still.
    left: u64,
    place: Place,
}

/// What is written next.
#[derive(Clone, Copy)]
enum Place {
    Head,
    Thread(usize),
    Entry(usize),
    End,
}

impl Timeline {
    /// One of which a text of so many bytes is made.
    pub(crate) fn new(process: u32, size: u64) -> Timeline {
        let most = usize::try_from(size / LEAST_LINE).unwrap_or(MOST_ENTRIES).min(MOST_ENTRIES);
        Timeline {
            process,
            entries: Mapped::new(2 * most + 1),
            most,
            since: 0,
            threads: Mapped::new(1 << 16),
            names: Mapped::new(REMEMBERED),
            text: Pages::new(REMEMBERED * LONGEST_NAME),
            line: Pages::new(LONGEST_LINE),
            lost: 0,
            left: 0,
            place: Place::Head,
        }
    }

    /// Takes what a thread has done, and what it is doing yet: those with the time that they have taken up to now.
    pub(crate) fn add(
        &mut self,
        thread: u32,
        name: &[u8],
        ring: &Ring,
        under_way: impl Iterator<Item = Entry>,
    ) -> UvResult {
        let mut known = Thread { id: thread, name: [0; 32], len: name.len().min(32) };
        known.name.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
        self.threads.push(known)?;
        let whose =
            |entry: Entry| Entry { thread: if entry.thread == 0 { thread } else { entry.thread }, ..entry };
        under_way.map(whose).try_for_each(|entry| self.keep(entry))?;
        let mut left = ring.len() as u64;
        // The newest first: with those that ended before all that is kept, none is worth a look.
        for entry in ring.read().rev() {
            if entry.start_ns.saturating_add(entry.duration_ns) < self.since {
                break;
            }
            left = left.saturating_sub(1);
            self.keep(whose(entry))?;
        }
        self.lost += ring.lost() + left;
        Ok(())
    }

    fn keep(&mut self, entry: Entry) -> UvResult {
        self.entries.push(entry)?;
        if self.entries.len() > 2 * self.most {
            self.drop_the_oldest();
        }
        Ok(())
    }

    /// Keeps the last ones, as many as fit.
    fn drop_the_oldest(&mut self) {
        let all = self.entries.len();
        if all <= self.most {
            return;
        }
        // When the first of them began: found by halves, which takes less code than to sort so many.
        let (mut early, mut late) = (self.since, u64::MAX);
        while early < late {
            let middle = early + (late - early) / 2;
            let later = self.entries.as_slice().iter().filter(|entry| entry.start_ns >= middle).count();
            (early, late) = if later > self.most { (middle + 1, late) } else { (early, middle) };
        }
        self.since = late;
        let mut kept = 0;
        for index in 0..all {
            let entry = self.entries.as_slice().get(index).copied();
            let place = self.entries.as_mut_slice().get_mut(kept);
            if let (Some(entry), Some(place)) = (entry.filter(|entry| entry.start_ns >= late), place) {
                *place = entry;
                kept += 1;
            }
        }
        self.entries.truncate(kept);
        self.lost += (all - kept) as u64;
    }

    /// All threads are there: what fits into `bound` bytes, with the last entries rather than the first, is
    /// written by [`Timeline::step`].
    pub(crate) fn arrange(&mut self, bound: u64, names: &dyn Names) -> UvResult {
        self.line.reserve(LONGEST_LINE)?; // no line is refused from here on
        self.drop_the_oldest();
        self.entries.as_mut_slice().sort_unstable_by(in_order);
        self.left = bound.saturating_sub(LONGEST_TAIL);
        self.place = Place::Head;
        self.forget_the_first(names);
        Ok(())
    }

    /// Drops as many entries from the front as do not fit.
    fn forget_the_first(&mut self, names: &dyn Names) {
        let threads = self.threads.len() as u64 * (TYPICAL_LINE + 32 * 6);
        let mut room =
            self.left.saturating_sub(HEAD.len() as u64 + TYPICAL_LINE + 6 * LONGEST_NAME as u64 + threads);
        let all = self.entries.len();
        if room / (LONGEST_LINE as u64) >= all as u64 {
            return;
        }
        let mut first = all;
        while let Some(before) = first.checked_sub(1) {
            let Some(left) =
                self.write_entry(before, names).ok().and_then(|()| room.checked_sub(self.line_len()))
            else {
                break;
            };
            (first, room) = (before, left);
        }
        self.lost += first as u64;
        self.entries.as_mut_slice().copy_within(first.., 0);
        self.entries.truncate(all - first);
    }

    /// Writes on, up to about `some` bytes; whether there is more.
    pub(crate) fn step(
        &mut self,
        some: usize,
        program: &[u8],
        names: &dyn Names,
        out: &mut dyn Write,
    ) -> Result<bool, fmt::Error> {
        let mut written = 0;
        while written < some {
            self.line.truncate(0);
            self.place = match self.place {
                Place::Head => {
                    self.line.write_str(HEAD)?;
                    self.name("process_name", 0, program)?;
                    Place::Thread(0)
                }
                Place::Thread(index) => match self.threads.as_slice().get(index).copied() {
                    Some(thread) => {
                        self.line.write_str(",\n")?;
                        self.name("thread_name", thread.id, thread.name())?;
                        Place::Thread(index + 1)
                    }
                    None => Place::Entry(0),
                },
                Place::Entry(index) if index < self.entries.len() => {
                    self.write_entry(index, names)?;
                    Place::Entry(index + 1)
                }
                Place::Entry(_) => {
                    write!(self.line, "\n],\"otherData\":{{\"lost\":{}}}}}\n", self.lost)?;
                    self.left = LONGEST_TAIL; // which was kept for it
                    Place::End
                }
                Place::End => return Ok(false),
            };
            if self.line_len() > self.left {
                // Without a head there is nothing to end.
                let has_head = !matches!(self.place, Place::Thread(0));
                self.place = if has_head { Place::Entry(usize::MAX) } else { Place::End };
                continue;
            }
            self.left -= self.line_len();
            written += self.line.len();
            out.write_str(std::str::from_utf8(self.line.as_slice()).map_err(|_| fmt::Error)?)?;
        }
        Ok(true)
    }

    fn line_len(&self) -> u64 {
        self.line.len() as u64
    }

    /// What a process or a thread is called.
    fn name(&mut self, what: &str, thread: u32, name: &[u8]) -> fmt::Result {
        let process = self.process;
        let mut json = Json::new(&mut self.line);
        json.open_object();
        json.key("ph").text(b"M");
        json.key("name").text(what.as_bytes());
        json.key("pid").number(process.into());
        json.key("tid").number(thread.into());
        json.key("args").open_object();
        json.key("name").text(name.get(..LONGEST_NAME).unwrap_or(name));
        json.close_object();
        json.close_object();
        json.end()
    }

    /// Makes the line of an entry: its slice, and its end of an arrow.
    fn write_entry(&mut self, index: usize, names: &dyn Names) -> fmt::Result {
        self.line.truncate(0);
        let Some(entry) = self.entries.as_slice().get(index).copied() else { return Ok(()) };
        let name = self.remember(entry.function, names);
        let name = name.and_then(|name| self.text.as_slice().get(name.start..name.end));
        let kind = names.kind(entry.phase, entry.kind);
        let process = self.process;
        self.line.write_str(",\n")?;
        let mut json = Json::new(&mut self.line);
        let start = |json: &mut Json<'_>, phase: &[u8]| {
            json.open_object();
            json.key("ph").text(phase);
            json.key("pid").number(process.into());
            json.key("tid").number(entry.thread.into());
            json.key("ts").plain(format_args!("{}", Microseconds(entry.start_ns)));
        };
        start(&mut json, b"X");
        // A slice needs a length for an arrow to begin at it.
        let least = u64::from(entry.flow != 0);
        json.key("dur").plain(format_args!("{}", Microseconds(entry.duration_ns.max(least))));
        json.key("cat").text(match entry.phase {
            Phase::Iteration | Phase::Stage | Phase::Wait => b"loop",
            Phase::Callback => b"callback",
            Phase::Queued | Phase::Job => b"pool",
        });
        json.key("name").text_by(&|out| {
            match entry.phase {
                Phase::Iteration => return out.write_str("iteration"),
                Phase::Wait => return out.write_str("wait"),
                Phase::Stage => return out.write_str(kind),
                Phase::Queued => out.write_str("queue ")?,
                Phase::Callback | Phase::Job => {}
            }
            match (entry.function, name) {
                (0, _) => out.write_str(kind),
                (_, Some(name)) => super::quoted::write_lossy(name, out),
                (address, None) => write!(out, "{address:#x}"),
            }
        });
        if matches!(entry.phase, Phase::Callback | Phase::Queued | Phase::Job) {
            json.key("args").open_object();
            json.key("kind").text(kind.as_bytes());
            if entry.subject != 0 {
                json.key("of").text_by(&|out| write!(out, "{:#x}", entry.subject));
            }
            if let Ok(fd) = u64::try_from(entry.fd) {
                json.key("fd").number(fd);
            }
            json.close_object();
        }
        json.close_object();
        let arrow: Option<&[u8]> = match entry.phase {
            _ if entry.flow == 0 => None,
            Phase::Queued => Some(b"s"),
            Phase::Job => Some(b"t"),
            _ => Some(b"f"),
        };
        if let Some(arrow) = arrow {
            start(&mut json, arrow);
            json.key("cat").text(b"pool");
            json.key("name").text(b"job");
            json.key("id").number(entry.flow);
            json.key("bp").text(b"e");
            json.close_object();
        }
        json.end()
    }

    /// The name of a function, looked for the first time; nothing if there is no room for it.
    fn remember(&mut self, address: usize, names: &dyn Names) -> Option<Name> {
        if address == 0 {
            return None;
        }
        if self.names.len() == 0 {
            let empty = [Name { address: 0, start: 0, end: 0 }; 64];
            self.names.reserve(REMEMBERED).ok()?;
            for _ in 0..REMEMBERED / empty.len() {
                self.names.extend(&empty).ok()?;
            }
        }
        let hash = (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        for step in 0..64 {
            let place = (hash as usize + step) % REMEMBERED;
            let known = *self.names.as_slice().get(place)?;
            if known.address == address {
                return Some(known);
            }
            if known.address != 0 {
                continue;
            }
            let start = self.text.len();
            let _ = names.function(address, &mut Cut { out: &mut self.text, left: LONGEST_NAME }); // or what fits
            let name = Name { address, start, end: self.text.len() };
            *self.names.as_mut_slice().get_mut(place)? = name;
            return Some(name);
        }
        None
    }
}

/// Nanoseconds in the unit of the format, with a fraction.
struct Microseconds(u64);

impl fmt::Display for Microseconds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// Takes the first bytes and drops the rest.
struct Cut<'a> {
    out: &'a mut dyn Write,
    left: usize,
}

impl Write for Cut<'_> {
    #[inline(never)]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let fits =
            (0..=piece.len().min(self.left)).rev().find(|&len| piece.is_char_boundary(len)).unwrap_or(0);
        self.left -= fits;
        self.out.write_str(piece.get(..fits).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
