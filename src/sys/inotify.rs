//! inotify: the kernel's reports on files.

use std::ffi::CStr;
use std::mem::offset_of;
use std::os::fd::{FromRawFd, OwnedFd};

use libc::{c_int, inotify_event};

use super::errno::{UvResult, check, check_size, retry};

/// Every change of a file, and of the names in a directory.
const CHANGES: u32 = libc::IN_ATTRIB
    | libc::IN_CREATE
    | libc::IN_MODIFY
    | libc::IN_DELETE
    | libc::IN_DELETE_SELF
    | libc::IN_MOVE_SELF
    | libc::IN_MOVED_FROM
    | libc::IN_MOVED_TO;

/// What is fetched at once.
pub(crate) type Buffer = [u8; 4096];

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
    unsafe { libc::inotify_rm_watch(fd, watch) };
}

/// Fetches reports. EAGAIN if there are none.
pub(crate) fn read(fd: c_int, buf: &mut Buffer) -> UvResult<Reports<'_>> {
    // SAFETY: the kernel writes at most the length it is given.
    let length =
        retry(|| check_size(unsafe { libc::read(fd, buf.as_mut_ptr().cast(), size_of::<Buffer>()) }))?;
    Ok(Reports(buf.get(..length).unwrap_or_default()))
}

/// Reports that were fetched and not looked at yet.
#[derive(Clone, Copy)]
pub(crate) struct Reports<'a>(&'a [u8]);

impl Reports<'_> {
    /// Whether all that there was is here. The kernel goes on until the next report has no room, and the
    /// longest would have had some; what comes later is an edge of its own.
    pub(crate) fn are_all(self) -> bool {
        self.0.len() + HEADER + NAME <= size_of::<Buffer>()
    }
}

/// A report.
pub(crate) struct Report<'a> {
    pub(crate) watch: c_int,
    /// Contents or attributes have changed.
    pub(crate) is_change: bool,
    /// Anything else: made, removed, moved.
    pub(crate) is_rename: bool,
    /// The name in the watched directory; none for the watched file itself.
    pub(crate) name: Option<&'a CStr>,
}

impl<'a> Iterator for Reports<'a> {
    type Item = Report<'a>;

    fn next(&mut self) -> Option<Report<'a>> {
        let (header, rest) = self.0.split_at_checked(HEADER)?;
        let word = |at: usize| header.get(at..at + 4)?.first_chunk().copied().map(u32::from_ne_bytes);
        let mask = word(offset_of!(inotify_event, mask))?;
        let (name, rest) = rest.split_at_checked(word(offset_of!(inotify_event, len))? as usize)?;
        self.0 = rest;
        Some(Report {
            watch: word(offset_of!(inotify_event, wd))? as c_int,
            is_change: mask & (libc::IN_ATTRIB | libc::IN_MODIFY) != 0,
            is_rename: mask & !(libc::IN_ATTRIB | libc::IN_MODIFY) != 0,
            name: CStr::from_bytes_until_nul(name).ok(),
        })
    }
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
        let mut reports = Reports(&bytes);
        let first = reports.next().unwrap();
        assert_eq!((first.watch, first.name), (3, Some(c"a")));
        assert!(first.is_rename && !first.is_change);
        let second = reports.next().unwrap();
        assert_eq!((second.watch, second.name), (4, None));
        assert!(!second.is_rename && second.is_change);
        assert!(reports.next().is_none());
        assert!(Reports(&bytes[..bytes.len() - 1]).nth(1).is_none()); // cut short
    }
}
