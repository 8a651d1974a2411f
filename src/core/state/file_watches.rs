//! Which handles watch which file: a table by the kernel's numbers of watches.
//!
//! The kernel gives a file one watch however often it is asked to watch it, so the handles of a file
//! share an entry; they form a ring by their field `watchers`. Numbers only grow, so that the table is
//! kept in their order at no cost. Entries without handles stay until there are many of them.

use std::ptr::NonNull;

use libc::c_int;

use crate::abi::uv_fs_event_t;
use crate::core::memory::queue::{List, WatchLink};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::inotify::Report;

type Ring<'a> = List<'a, WatchLink>;

/// One of the handles of a file.
#[derive(Clone, Copy)]
struct First(NonNull<uv_fs_event_t>);

impl First {
    fn of(handle: &uv_fs_event_t) -> First {
        First(NonNull::from(handle))
    }

    fn handle<'a>(self) -> &'a uv_fs_event_t {
        // SAFETY: a handle leaves the table when it stops, which is before its close callback.
        unsafe { self.0.as_ref() }
    }
}

struct Entry {
    number: c_int,
    /// Deliveries that go through the handles at present: the watch stays for them.
    deliveries: u32,
    first: Option<First>,
}

impl Entry {
    fn is_gone(&self) -> bool {
        self.first.is_none() && self.deliveries == 0
    }
}

/// The watches of a loop.
pub(crate) struct FileWatches {
    entries: Vec<Entry>,
    gone: usize,
    /// How often the numbers have begun anew.
    epoch: u32,
}

/// A delivery to the handles of a file that is under way.
#[derive(Clone, Copy)]
pub(crate) struct Delivery {
    pub(crate) report: Report,
    epoch: u32,
}

impl FileWatches {
    /// Below this many entries those that are gone do no harm.
    const FEW: usize = 16;

    pub(crate) const fn new() -> FileWatches {
        FileWatches { entries: Vec::new(), gone: 0, epoch: 0 }
    }

    #[inline(never)]
    fn find(&self, number: c_int) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&number, |entry| entry.number)
    }

    fn entry(&mut self, number: c_int) -> Option<&mut Entry> {
        self.find(number).ok().and_then(|index| self.entries.get_mut(index))
    }

    /// Makes room for one more file.
    pub(crate) fn reserve(&mut self) -> UvResult {
        self.entries.try_reserve(1).map_err(|_| Errno::ENOMEM)
    }

    /// Adds a handle to the watch of that number; if it is a new one, there is room.
    pub(crate) fn add(&mut self, number: c_int, handle: &uv_fs_event_t) {
        handle.wd.set(number);
        let first = Some(First::of(handle));
        match self.find(number) {
            Err(index) => self.entries.insert(index, Entry { number, deliveries: 0, first }),
            Ok(index) => {
                let entry = &mut self.entries[index];
                match entry.first {
                    Some(first) => Ring::join_ring(first.handle(), handle),
                    None => {
                        self.gone -= usize::from(entry.is_gone());
                        entry.first = first;
                    }
                }
            }
        }
    }

    /// Takes a handle off its watch. True if nothing needs the watch any more.
    pub(crate) fn remove(&mut self, handle: &uv_fs_event_t) -> bool {
        let next = Ring::next_in_ring(handle);
        let Some(entry) = self.entry(handle.wd.get()) else {
            Ring::remove(handle); // it waits in a delivery of old
            return false;
        };
        let was_gone = entry.is_gone();
        if entry.first.is_some_and(|first| std::ptr::eq(first.handle(), handle)) {
            entry.first = next.map(First::of);
        }
        let is_gone = entry.is_gone() && !was_gone;
        Ring::remove(handle);
        if is_gone {
            self.count_gone();
        }
        is_gone
    }

    /// Begins to tell the handles of a watch, and puts them into `batch`; none if nobody has the watch.
    pub(crate) fn begin(&mut self, report: Report, batch: Ring<'_>) -> Option<Delivery> {
        let epoch = self.epoch;
        let entry = self.entry(report.watch).filter(|entry| !entry.is_gone())?;
        entry.deliveries += 1;
        take_ring(&mut entry.first, batch);
        Some(Delivery { report, epoch })
    }

    /// Puts a handle of the batch, before it is told, behind those that were told. False if the numbers
    /// have begun anew: the handle is on no watch.
    pub(crate) fn put_back(&mut self, delivery: &Delivery, handle: &uv_fs_event_t) -> bool {
        if self.is_current(delivery) {
            self.add(delivery.report.watch, handle); // the entry is there
        }
        self.is_current(delivery)
    }

    /// Whether the numbers are still those of the delivery.
    fn is_current(&self, delivery: &Delivery) -> bool {
        self.epoch == delivery.epoch
    }

    /// All in the batch were told. True if nothing needs the watch any more.
    pub(crate) fn end(&mut self, delivery: &Delivery) -> bool {
        if !self.is_current(delivery) {
            return false;
        }
        let Some(entry) = self.entry(delivery.report.watch) else { return false };
        entry.deliveries -= 1;
        let is_gone = entry.is_gone();
        if is_gone {
            self.count_gone();
        }
        is_gone
    }

    /// Empties the table: the numbers begin anew. All handles go to `batch`.
    pub(crate) fn begin_anew(&mut self, batch: Ring<'_>) {
        for entry in &mut self.entries {
            take_ring(&mut entry.first, batch);
        }
        self.entries.clear();
        self.gone = 0;
        self.epoch = self.epoch.wrapping_add(1);
    }

    fn count_gone(&mut self) {
        self.gone += 1;
        if self.gone > Self::FEW && self.gone > self.entries.len() / 2 {
            self.entries.retain(|entry| !entry.is_gone());
            self.gone = 0;
        }
    }
}

/// Moves the handles of a ring to `batch`.
fn take_ring(first: &mut Option<First>, batch: Ring<'_>) {
    let mut next = first.take().map(First::handle);
    while let Some(handle) = next {
        next = Ring::next_in_ring(handle);
        Ring::remove(handle);
        batch.push_back(handle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::zeroed;
    use crate::core::memory::queue::with_list;

    fn handles(count: usize) -> Vec<uv_fs_event_t> {
        let all: Vec<uv_fs_event_t> = (0..count).map(|_| zeroed()).collect();
        all.iter().for_each(Ring::init);
        all
    }

    fn add(watches: &mut FileWatches, number: c_int, handle: &uv_fs_event_t) {
        watches.reserve().unwrap();
        watches.add(number, handle);
    }

    #[test]
    fn handles_of_a_file_are_told_in_the_order_of_their_starts() {
        let all = handles(4);
        let mut watches = FileWatches::new();
        for (handle, number) in all.iter().zip([7, 3, 7, 7]) {
            add(&mut watches, number, handle);
        }
        assert!(!watches.remove(&all[0]));
        let mut told = Vec::new();
        with_list(|batch: Ring<'_>| {
            let delivery = watches.begin(Report::of(7), batch).unwrap();
            while let Some(handle) = batch.pop_front() {
                assert!(watches.put_back(&delivery, handle));
                told.push(all.iter().position(|it| std::ptr::eq(it, handle)).unwrap());
                add(&mut watches, 7, &all[0]);
                assert!(!watches.remove(&all[0]));
            }
            assert!(!watches.end(&delivery));
        });
        assert_eq!(told, [2, 3]);
        assert!(watches.remove(&all[1]));
        assert!(!watches.remove(&all[2]) && watches.remove(&all[3]));
    }

    #[test]
    fn a_watch_stays_for_its_delivery() {
        let all = handles(2);
        let mut watches = FileWatches::new();
        all.iter().for_each(|handle| add(&mut watches, 1, handle));
        with_list(|batch: Ring<'_>| {
            let delivery = watches.begin(Report::of(1), batch).unwrap();
            let first = batch.pop_front().unwrap();
            assert!(watches.put_back(&delivery, first));
            assert!(!watches.remove(&all[1]) && !watches.remove(&all[0]));
            assert!(batch.is_empty());
            assert!(watches.end(&delivery));
            assert!(watches.begin(Report::of(1), batch).is_none());
        });
    }

    #[test]
    fn numbers_may_begin_anew_in_a_delivery() {
        let all = handles(3);
        let mut watches = FileWatches::new();
        for (number, handle) in [1, 1, 2].into_iter().zip(&all) {
            add(&mut watches, number, handle);
        }
        with_list(|batch: Ring<'_>| {
            let delivery = watches.begin(Report::of(1), batch).unwrap();
            let first = batch.pop_front().unwrap();
            assert!(watches.put_back(&delivery, first));
            with_list(|rest: Ring<'_>| {
                watches.begin_anew(rest);
                assert_eq!(rest.iter().count(), 2);
                rest.take_each(|handle| add(&mut watches, 1, handle));
            });
            let second = batch.pop_front().unwrap();
            assert!(!watches.put_back(&delivery, second) && !watches.end(&delivery));
        });
    }

    #[test]
    fn many_that_are_gone_leave_the_table() {
        let all = handles(100);
        let mut watches = FileWatches::new();
        for (number, handle) in (1..).zip(&all) {
            add(&mut watches, number, handle);
        }
        assert!(all[..60].iter().all(|handle| watches.remove(handle)));
        assert!(watches.entries.len() < 60);
        assert!(all[60..].iter().all(|handle| watches.remove(handle)));
        add(&mut watches, 100, &all[0]); // a number that is gone may come again
        assert!(watches.remove(&all[0]));
        assert!(watches.entries.len() <= FileWatches::FEW + 1);
    }
}
