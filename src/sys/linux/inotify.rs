//! inotify: the kernel's reports on files.

use std::ffi::CStr;
use std::mem::offset_of;
use std::os::fd::{FromRawFd, OwnedFd};

use libc::{c_int, inotify_event};

use crate::sys::errno::{Errno, UvResult, check, check_size, retry};

/// Every change of a file, and of the names in a directory.
const CHANGES: u32 = libc::IN_ATTRIB
    | libc::IN_CREATE
    | libc::IN_MODIFY
    | libc::IN_DELETE
    | libc::IN_DELETE_SELF
    | libc::IN_MOVE_SELF
    | libc::IN_MOVED_FROM
    | libc::IN_MOVED_TO;

/// Changes of what is in a file, or of its attributes.
const CONTENTS: u32 = libc::IN_ATTRIB | libc::IN_MODIFY;

/// Bytes that are fetched at once.
const ROOM: usize = 4096;

/// The longest name, with its end and padding.
const NAME: usize = 272;

/// A report without a name after it takes this much, one with a name more.
const HEADER: usize = size_of::<inotify_event>();

/// A new descriptor that reads without waiting.
pub(crate) fn create() -> UvResult<OwnedFd> {
    // SAFETY: no memory is passed.
    let fd = check(unsafe { libc::inotify_init1(libc::IN_NONBLOCK | libc::IN_CLOEXEC) })?;
    // SAFETY: new, and nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Watches a file; the same file has the same number, whatever its path.
pub(crate) fn add(fd: c_int, path: &CStr) -> UvResult<c_int> {
    // SAFETY: a C string that outlives the call.
    check(unsafe { libc::inotify_add_watch(fd, path.as_ptr(), CHANGES) })
}

/// Ends a watch. One that the kernel has ended already is no error.
pub(crate) fn remove(fd: c_int, watch: c_int) {
    // SAFETY: no memory is passed.
    unsafe { libc::inotify_rm_watch(fd, watch as _) };
}

/// Reports that were fetched together, and how many of them were taken out. The one taken out last stays
/// until others are fetched.
pub(crate) struct Reports {
    bytes: Vec<u8>,
    taken: usize,
    length: usize,
}

impl Reports {
    pub(crate) const fn new() -> Reports {
        Reports { bytes: Vec::new(), taken: 0, length: 0 }
    }

    /// Makes room for reports.
    pub(crate) fn reserve(&mut self) -> UvResult {
        self.bytes.try_reserve_exact(ROOM - self.bytes.len()).map_err(|_| Errno::ENOMEM)?;
        self.bytes.resize(ROOM, 0);
        Ok(())
    }

    /// Fetches reports, after all from before were taken out; EAGAIN if there are none. Whether that was
    /// all that there was: the kernel goes on until the next report has no room, and the longest would
    /// have had some; what comes later is an edge of its own.
    pub(crate) fn fetch(&mut self, fd: c_int) -> UvResult<bool> {
        let room = &mut self.bytes[..];
        // SAFETY: the kernel writes at most the length of the room, which is ours.
        self.length = retry(|| check_size(unsafe { libc::read(fd, room.as_mut_ptr().cast(), room.len()) }))?;
        self.taken = 0;
        Ok(self.length + HEADER + NAME <= ROOM)
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.taken..self.length).unwrap_or_default()
    }

    pub(crate) fn are_all_taken(&self) -> bool {
        self.rest().is_empty()
    }

    /// Forgets those that were not taken out.
    pub(crate) fn forget_rest(&mut self) {
        self.taken = self.length;
    }

    /// Takes the next report out.
    pub(crate) fn take(&mut self) -> Option<Report> {
        let parts = parts(self.rest());
        let Some((watch, mask, name, size)) = parts else {
            self.forget_rest();
            return None;
        };
        let name = self.taken + size - name.len()..self.taken + size;
        self.taken += size;
        Some(Report {
            watch,
            is_change: mask & CONTENTS != 0,
            is_rename: mask & !CONTENTS != 0,
            name: (name.start, name.end),
        })
    }

    /// The name in the watched directory, of the report that was taken out last; none for the watched
    /// file itself.
    pub(crate) fn name(&self, report: &Report) -> Option<&CStr> {
        let name = self.bytes.get(report.name.0..report.name.1)?;
        CStr::from_bytes_until_nul(name).ok()
    }
}

/// A report.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    pub(crate) watch: c_int,
    /// Contents or attributes have changed.
    pub(crate) is_change: bool,
    /// Anything else: made, removed, moved.
    pub(crate) is_rename: bool,
    /// Where the name is, with what fills it up.
    name: (usize, usize),
}

#[cfg(test)]
impl Report {
    /// A report on a watch that says nothing.
    pub(crate) fn of(watch: c_int) -> Report {
        Report { watch, is_change: false, is_rename: false, name: (0, 0) }
    }
}

/// The first report's watch, events and name, and the size of it all.
fn parts(bytes: &[u8]) -> Option<(c_int, u32, &[u8], usize)> {
    let (header, rest) = bytes.split_at_checked(HEADER)?;
    let word = |at: usize| header.get(at..at + 4)?.first_chunk().copied().map(u32::from_ne_bytes);
    let name = rest.get(..word(offset_of!(inotify_event, len))? as usize)?;
    let watch = word(offset_of!(inotify_event, wd))? as c_int;
    Some((watch, word(offset_of!(inotify_event, mask))?, name, HEADER + name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(bytes: &mut Vec<u8>, watch: c_int, mask: u32, name: &[u8]) {
        bytes.extend(watch.to_ne_bytes());
        bytes.extend(mask.to_ne_bytes());
        bytes.extend([0; 4]);
        bytes.extend((name.len() as u32).to_ne_bytes());
        bytes.extend(name);
    }

    #[test]
    fn reports_are_parted() {
        let mut bytes = Vec::new();
        report(&mut bytes, 3, libc::IN_CREATE, b"a\0\0\0");
        report(&mut bytes, 4, libc::IN_MODIFY, b"");
        let whole = Reports { length: bytes.len(), bytes: bytes.clone(), taken: 0 };
        let cut_short = Reports { length: bytes.len() - 1, bytes, taken: 0 };
        let mut reports = whole;
        let first = reports.take().unwrap();
        assert_eq!((first.watch, reports.name(&first)), (3, Some(c"a")));
        assert!(first.is_rename && !first.is_change && !reports.are_all_taken());
        let second = reports.take().unwrap();
        assert_eq!((second.watch, reports.name(&second)), (4, None));
        assert!(!second.is_rename && second.is_change && reports.are_all_taken());
        assert!(reports.take().is_none());
        let mut reports = cut_short;
        assert!(reports.take().is_some() && reports.take().is_none() && reports.are_all_taken());
    }
}
