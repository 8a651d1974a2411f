//! Memory straight from the system: neither the program's allocator nor a lock of the C library has a part in it.
//! What is refused is an error, never the end of the process.

use std::fmt;
use std::mem::size_of;
use std::ptr::{NonNull, null_mut};
use std::slice;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize};

use crate::sys::c_library;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::thread::page_size;

/// The least that is asked of the system.
const LEAST: usize = 16 * 1024;

/// A text, or other bytes.
pub(crate) type Pages = Mapped<u8>;

/// Items in pages of their own, which grow up to a bound and may move then.
pub(crate) struct Mapped<T: Copy> {
    start: NonNull<T>,
    len: usize,
    /// How many items the mapping holds; without a mapping none.
    capacity: usize,
    bound: usize,
}

// SAFETY: the pages are this value's alone, so they go with it, and what is in them may.
unsafe impl<T: Copy + Send> Send for Mapped<T> {}

/// Asks for a new mapping of `bytes`, which are zero.
fn map(bytes: usize) -> UvResult<NonNull<u8>> {
    let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a mapping at a place that the system chooses, where nothing is.
    let start = unsafe { libc::mmap(null_mut(), bytes, protection, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return Err(Errno::last());
    }
    NonNull::new(start.cast()).ok_or(Errno::ENOMEM)
}

/// How many bytes that many items take, in whole pages.
fn whole_pages(items: usize, size: usize) -> UvResult<usize> {
    let bytes = items.checked_mul(size).ok_or(Errno::ENOMEM)?;
    bytes.checked_next_multiple_of(page_size()).ok_or(Errno::ENOMEM)
}

impl<T: Copy> Mapped<T> {
    /// Nothing yet, and never more than `bound` items.
    pub(crate) const fn new(bound: usize) -> Mapped<T> {
        // So that no page is lost when lengths are rounded to items.
        const { assert!(size_of::<T>() > 0 && size_of::<T>() <= 4096) };
        Mapped { start: NonNull::dangling(), len: 0, capacity: 0, bound }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        // SAFETY: the first `len` items of the mapping were written; without one, `len` is 0.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        // SAFETY: the first `len` items of the mapping were written, and it is this value's alone, which is borrowed.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }

    /// Forgets what is beyond the first `len` items. The memory stays.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Sees to it that `more` items fit: `UV_ENOSPC` if the bound forbids it, else what the system says.
    #[inline(never)]
    pub(crate) fn reserve(&mut self, more: usize) -> UvResult {
        let needed =
            self.len.checked_add(more).filter(|&needed| needed <= self.bound).ok_or(Errno::ENOSPC)?;
        if needed <= self.capacity {
            return Ok(());
        }
        let wanted = needed.max(self.capacity.saturating_mul(2)).max(LEAST / size_of::<T>()).min(self.bound);
        let bytes = whole_pages(wanted, size_of::<T>())?;
        let start = if self.capacity == 0 {
            map(bytes)?
        } else {
            let held = self.mapped_bytes();
            // SAFETY: the mapping is ours and that long. Where it lies afterwards is kept below, and if it is
            // refused nothing has changed.
            let start = unsafe {
                c_library::mremap(self.start.as_ptr().cast(), held, bytes, c_library::MREMAP_MAYMOVE)
            };
            if start == libc::MAP_FAILED {
                return Err(Errno::last());
            }
            NonNull::new(start.cast()).ok_or(Errno::ENOMEM)?
        };
        self.start = start.cast();
        self.capacity = bytes / size_of::<T>();
        Ok(())
    }

    pub(crate) fn extend(&mut self, items: &[T]) -> UvResult {
        self.reserve(items.len())?;
        // SAFETY: there is room for that many behind the first `len`, where no reference of anybody's leads.
        unsafe {
            let end = self.start.as_ptr().add(self.len);
            end.copy_from_nonoverlapping(items.as_ptr(), items.len());
        }
        self.len += items.len();
        Ok(())
    }

    pub(crate) fn push(&mut self, item: T) -> UvResult {
        self.extend(slice::from_ref(&item))
    }

    /// Gives the memory back, and begins anew.
    pub(crate) fn release(&mut self) {
        if self.capacity > 0 {
            // SAFETY: the mapping is ours and that long, and is forgotten in the next line.
            unsafe { libc::munmap(self.start.as_ptr().cast(), self.mapped_bytes()) };
        }
        (self.start, self.len, self.capacity) = (NonNull::dangling(), 0, 0);
    }

    /// The length of the mapping: the system takes any length for that of the pages it ends in.
    fn mapped_bytes(&self) -> usize {
        self.capacity * size_of::<T>()
    }
}

impl<T: Copy> Drop for Mapped<T> {
    fn drop(&mut self) {
        self.release();
    }
}

impl Pages {
    /// Room for at least `least` bytes behind the text. They count when [`Pages::filled`] says so.
    pub(crate) fn spare(&mut self, least: usize) -> UvResult<&mut [u8]> {
        self.reserve(least)?;
        let room = self.capacity.min(self.bound) - self.len;
        // SAFETY: so many bytes of the mapping follow the text. They are zero, as the system gives them, or
        // what a longer text has left there.
        Ok(unsafe { slice::from_raw_parts_mut(self.start.as_ptr().add(self.len), room) })
    }

    /// So many bytes of the spare room are text now.
    pub(crate) fn filled(&mut self, count: usize) {
        self.len += count.min(self.capacity.min(self.bound) - self.len);
    }
}

/// A piece that does not fit is not written at all. The text before it stays.
impl fmt::Write for Pages {
    #[inline(never)]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.extend(piece.as_bytes()).map_err(|_| fmt::Error)
    }
}

/// Words that are there for good once they are, for one thread to write and others to read. Zero bytes are a
/// value: none yet.
pub(crate) struct Words {
    start: AtomicPtr<AtomicU64>,
    count: AtomicUsize,
}

impl Words {
    #[cfg(test)]
    pub(crate) const fn new() -> Words {
        Words { start: AtomicPtr::new(null_mut()), count: AtomicUsize::new(0) }
    }

    #[inline]
    pub(crate) fn get(&self) -> &'static [AtomicU64] {
        match self.count.load(Acquire) {
            0 => &[],
            // SAFETY: `make` has put a mapping of so many words there, which is never given back, before it
            // stored the count.
            count => unsafe { slice::from_raw_parts(self.start.load(Relaxed), count) },
        }
    }

    /// Makes so many, of zero, unless there are some. The system takes memory for them as they are written.
    pub(crate) fn make(&self, count: usize) -> UvResult {
        if count == 0 || !self.start.load(Relaxed).is_null() {
            return Ok(());
        }
        let bytes = whole_pages(count, size_of::<AtomicU64>())?;
        let start = map(bytes)?;
        match self.start.compare_exchange(null_mut(), start.as_ptr().cast(), Relaxed, Relaxed) {
            Ok(_) => self.count.store(count, Release),
            // SAFETY: another thread was first, so this mapping, of that length, is known here alone.
            Err(_) => drop(unsafe { libc::munmap(start.as_ptr().cast(), bytes) }),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn a_text_grows_and_keeps_what_it_has() {
        let mut pages = Pages::new(1 << 20);
        assert_eq!(pages.as_slice(), b"");
        for number in 0..20_000 {
            write!(pages, "{number:06},").unwrap();
        }
        assert_eq!(pages.len(), 140_000);
        let words: Vec<_> = pages.as_slice().chunks(7).collect();
        assert_eq!((words[0], words[19_999]), (&b"000000,"[..], &b"019999,"[..]));
        pages.truncate(7);
        write!(pages, "x").unwrap();
        assert_eq!(pages.as_slice(), b"000000,x");
        pages.release();
        write!(pages, "anew").unwrap();
        assert_eq!(pages.as_slice(), b"anew");
    }

    #[test]
    fn the_bound_refuses_a_whole_piece() {
        let mut pages = Pages::new(10);
        assert_eq!(pages.write_str("12345678"), Ok(()));
        assert_eq!(pages.write_str("abc"), Err(fmt::Error));
        assert_eq!(pages.reserve(3), Err(Errno::ENOSPC));
        assert_eq!(pages.reserve(usize::MAX), Err(Errno::ENOSPC));
        assert_eq!(pages.spare(2).map(|room| room.len()), Ok(2));
        pages.filled(99);
        assert_eq!(pages.as_slice(), b"12345678\0\0");
    }

    #[test]
    fn what_the_system_refuses_is_an_error() {
        let mut pages = Mapped::<u64>::new(usize::MAX);
        pages.push(7).unwrap();
        assert!(pages.reserve(usize::MAX / 32).is_err());
        assert_eq!(pages.reserve(usize::MAX / 4), Err(Errno::ENOMEM));
        assert_eq!(pages.as_slice(), [7]);
    }

    #[test]
    fn items_are_sorted_in_place() {
        let mut items = Mapped::<(u64, u32)>::new(5000);
        for number in 0..5000_u32 {
            items.push((u64::from(number * 7919 % 5000), number)).unwrap();
        }
        assert_eq!(items.push((0, 0)), Err(Errno::ENOSPC));
        items.as_mut_slice().sort_unstable();
        assert!(items.as_slice().windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn words_are_made_once() {
        let words = Words::new();
        assert_eq!(words.get().len(), 0);
        assert!(words.make(usize::MAX / 16).is_err());
        words.make(3000).unwrap();
        assert!(words.get().iter().all(|word| word.load(Relaxed) == 0));
        words.get()[2999].store(1, Relaxed);
        words.make(5).unwrap();
        assert_eq!((words.get().len(), words.get()[2999].load(Relaxed)), (3000, 1));
    }
}
