//! What one thread did last, for the timeline. The thread writes, and the observer reads meanwhile: an entry that
//! changes while it is read is left out.
#![forbid(unsafe_code)]

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU64, fence};

use crate::sys::errno::UvResult;
use crate::sys::pages::Words;

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Phase {
    /// A turn of the loop.
    Iteration,
    /// A part of a turn that has no callback of its own, by `kind`.
    Stage,
    /// The loop's thread asleep in the kernel.
    Wait,
    /// A callback of the program, by `kind`. With a flow it is the one that tells of a job.
    Callback,
    /// A job given to the pool: the start of a flow.
    Queued,
    /// A job on a worker: the middle of a flow.
    Job,
}

impl Phase {
    const ALL: [Phase; 6] =
        [Phase::Iteration, Phase::Stage, Phase::Wait, Phase::Callback, Phase::Queued, Phase::Job];
}

/// One thing that took time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) start_ns: u64,
    pub(crate) duration_ns: u64,
    pub(crate) phase: Phase,
    /// A `CallKind`, as a number.
    pub(crate) kind: u8,
    /// The descriptor of the handle, or -1.
    pub(crate) fd: i32,
    /// The program's function, or 0.
    pub(crate) function: usize,
    /// The handle or request, or 0.
    pub(crate) subject: usize,
    /// The thread, as the system numbers it: another one may have the ring later.
    pub(crate) thread: u32,
    /// What entries of one job have in common, or 0.
    pub(crate) flow: u64,
}

/// A cache line an entry: its number, then what it holds.
const WORDS: usize = 8;

impl Entry {
    fn pack(&self) -> [u64; WORDS - 1] {
        let class = u64::from(self.fd as u32) << 32 | u64::from(self.kind) << 8 | self.phase as u64;
        let (function, subject) = (self.function as u64, self.subject as u64);
        [self.start_ns, self.duration_ns, class, function, subject, self.flow, self.thread.into()]
    }

    fn unpack(words: [u64; WORDS - 1]) -> Option<Entry> {
        let [start_ns, duration_ns, class, function, subject, flow, thread] = words;
        Some(Entry {
            start_ns,
            duration_ns,
            phase: *Phase::ALL.get(usize::from(class as u8))?,
            kind: (class >> 8) as u8,
            fd: (class >> 32) as i32,
            function: function as usize,
            subject: subject as usize,
            thread: thread as u32,
            flow,
        })
    }
}

/// The last entries of a thread. Zero bytes are an empty one.
pub(crate) struct Ring {
    /// Nothing until the thread is traced.
    room: Words,
    /// How many entries were written, also those that are not there any more.
    written: AtomicU64,
}

impl Ring {
    #[cfg(test)]
    pub(crate) const fn new() -> Ring {
        Ring { room: Words::new(), written: AtomicU64::new(0) }
    }

    /// Has room for that many entries from now on, a power of two or a little less. What is refused may be
    /// asked for again.
    pub(crate) fn make_room(&self, entries: usize) -> UvResult {
        let power = entries.clamp(1, 1 << 24).ilog2();
        self.room.make(WORDS << power)
    }

    /// Entries that were written and are not there any more.
    pub(crate) fn lost(&self) -> u64 {
        self.written.load(Relaxed).saturating_sub(self.entries())
    }

    /// Forgets all of them, on the thread whose ring this is.
    pub(crate) fn clear(&self) {
        // No more: most of a large ring may never have been touched, and takes no memory.
        self.room.get().iter().take(self.len() * WORDS).for_each(|word| word.store(0, Relaxed));
        self.written.store(0, Release);
    }

    /// Entries that are there.
    pub(crate) fn len(&self) -> usize {
        self.written.load(Acquire).min(self.entries()) as usize
    }

    fn entries(&self) -> u64 {
        (self.room.get().len() / WORDS) as u64
    }

    /// Adds an entry, in the place of the oldest. Only the thread whose ring this is.
    #[inline]
    pub(crate) fn write(&self, entry: &Entry) {
        let (room, written) = (self.room.get(), self.written.load(Relaxed));
        let place = written as usize & (room.len() / WORDS).wrapping_sub(1); // a power of two
        let Some([number, fields @ ..]) =
            room.get(place * WORDS..).and_then(|rest| rest.first_chunk::<WORDS>())
        else {
            return;
        };
        number.store(0, Relaxed);
        fence(Release); // whoever sees a field of the new entry sees no number, or the new one
        for (field, value) in fields.iter().zip(entry.pack()) {
            field.store(value, Relaxed);
        }
        number.store(written + 1, Release);
        self.written.store(written + 1, Release);
    }

    /// The entries, from the oldest on, in the order of their ends. Any thread.
    pub(crate) fn read(&self) -> impl DoubleEndedIterator<Item = Entry> {
        let written = self.written.load(Acquire);
        let oldest = written.saturating_sub(self.entries());
        (oldest..written).filter_map(|index| self.entry(index))
    }

    fn entry(&self, index: u64) -> Option<Entry> {
        let room = self.room.get();
        let place = index as usize & (room.len() / WORDS).checked_sub(1)?;
        let [number, fields @ ..] = room.get(place * WORDS..)?.first_chunk::<WORDS>()?;
        if number.load(Acquire) != index + 1 {
            return None;
        }
        let mut values = [0; WORDS - 1];
        for (value, field) in values.iter_mut().zip(fields) {
            *value = field.load(Relaxed);
        }
        fence(Acquire); // what was read of a newer entry makes its number, or none, be seen here
        (number.load(Relaxed) == index + 1).then(|| Entry::unpack(values))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    fn entry(number: u64) -> Entry {
        Entry {
            start_ns: number,
            duration_ns: number * 3,
            phase: Phase::ALL[number as usize % 6],
            kind: number as u8,
            fd: number as i32 - 5,
            function: number as usize * 5,
            subject: number as usize * 7,
            thread: number as u32 * 9,
            flow: number * 11,
        }
    }

    #[test]
    fn the_last_entries_stay() {
        let ring = Ring::new();
        ring.write(&entry(1));
        assert_eq!((ring.read().count(), ring.lost()), (0, 0)); // there is no room
        ring.make_room(20).unwrap(); // 16
        for number in 0..10 {
            ring.write(&entry(number));
        }
        assert!(ring.read().eq((0..10).map(entry)));
        assert_eq!(ring.lost(), 0);
        for number in 10..100 {
            ring.write(&entry(number));
        }
        assert!(ring.read().eq((84..100).map(entry)));
        assert_eq!(ring.lost(), 84);
    }

    #[test]
    fn an_entry_is_read_whole_or_not_at_all() {
        let ring = Ring::new();
        ring.make_room(4).unwrap();
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 0..200_000 {
                    ring.write(&entry(number));
                }
                is_done.store(true, Release);
            });
            let (mut whole, mut last) = (0, 0);
            while !is_done.load(Acquire) {
                for seen in ring.read() {
                    assert_eq!(seen, entry(seen.start_ns));
                    assert!(seen.start_ns >= last || seen.start_ns + 4 >= last);
                    (whole, last) = (whole + 1, seen.start_ns);
                }
            }
            assert!(ring.read().eq((199_996..200_000).map(entry)), "{whole} read meanwhile");
        });
    }
}
