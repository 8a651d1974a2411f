//! inotify: the kernel's reports on files.

use std::ffi::{CStr, c_char};

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

/// What fits into one read, aligned for the reports in it.
pub(crate) type Buffer = [u64; 512];

/// The longest name, with its end and padding.
const NAME: usize = 272;

/// A report without a name after it takes this much, one with a name more.
const HEADER: usize = size_of::<inotify_event>();

/// A new descriptor that reads without waiting.
pub(crate) fn create() -> UvResult<c_int> {
    // SAFETY: no memory is passed.
    check(unsafe { libc::inotify_init1(libc::IN_NONBLOCK | libc::IN_CLOEXEC) })
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

/// Fetches reports; returns their length in bytes. EAGAIN if there are none.
pub(crate) fn read(fd: c_int, buf: &mut Buffer) -> UvResult<usize> {
    // SAFETY: the kernel writes at most the length it is given.
    retry(|| check_size(unsafe { libc::read(fd, buf.as_mut_ptr().cast(), size_of::<Buffer>()) }))
}

/// Whether a read of this length has left nothing behind: another report would have had room.
pub(crate) fn was_last(length: usize) -> bool {
    length + HEADER + NAME <= size_of::<Buffer>()
}

/// A report.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    pub(crate) watch: c_int,
    /// Contents or attributes have changed.
    pub(crate) is_change: bool,
    /// Anything else: made, removed, moved.
    pub(crate) is_rename: bool,
    /// The name in the watched directory, in the buffer; null for the watched file itself.
    pub(crate) name: *const c_char,
}

/// The report at `offset` of what was read, and the offset of the next one.
pub(crate) fn report(buf: &Buffer, length: usize, offset: usize) -> Option<(Report, usize)> {
    if length > size_of::<Buffer>() || offset.checked_add(HEADER)? > length {
        return None;
    }
    // SAFETY: the header lies in the buffer; the kernel pads names so that the next is aligned, but
    // that is not relied on. A name ends within its length.
    unsafe {
        let at = buf.as_ptr().cast::<u8>().add(offset);
        let event = at.cast::<inotify_event>().read_unaligned();
        let next = offset.checked_add(HEADER)?.checked_add(event.len as usize)?;
        if next > length {
            return None;
        }
        let report = Report {
            watch: event.wd,
            is_change: event.mask & (libc::IN_ATTRIB | libc::IN_MODIFY) != 0,
            is_rename: event.mask & !(libc::IN_ATTRIB | libc::IN_MODIFY) != 0,
            name: if event.len > 0 { at.add(HEADER).cast() } else { std::ptr::null() },
        };
        Some((report, next))
    }
}
