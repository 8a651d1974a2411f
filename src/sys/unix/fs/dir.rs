//! Reading directories, entry by entry.

use std::ffi::CStr;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use libc::DIR;

use crate::sys::errno::{Errno, UvResult};
use crate::sys::errno_place;
use crate::sys::wide;

/// An entry other than `.` and `..`.
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a CStr,
    /// One of `DT_*`.
    pub(crate) kind: u8,
}

pub(in crate::sys) fn is_self_or_parent(name: &CStr) -> bool {
    matches!(name.to_bytes(), b"." | b"..")
}

/// A directory that is read entry by entry: closed when it goes out of scope.
pub(crate) struct Directory(NonNull<DIR>);

impl Directory {
    pub(crate) fn open(path: &CStr) -> UvResult<Directory> {
        // SAFETY: a C string that outlives the call.
        NonNull::new(unsafe { libc::opendir(path.as_ptr()) }).map(Directory).ok_or_else(Errno::last)
    }

    /// As C has it.
    pub(crate) fn into_raw(self) -> *mut DIR {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// What [`Directory::into_raw`] gave; none if that is null.
    ///
    /// # Safety
    /// It gave it, and nobody else has it or reads from it for as long as this is there.
    pub(crate) unsafe fn from_raw(dir: *mut DIR) -> Option<Directory> {
        NonNull::new(dir).map(Directory)
    }

    /// The next entry, or `None` at the end.
    pub(crate) fn next(&mut self) -> UvResult<Option<Entry<'_>>> {
        loop {
            // SAFETY: open, and ours alone: the entry stays until the next call. Only errno, the thread's own,
            // tells the end from an error.
            unsafe {
                errno_place::set(0);
                let entry = wide::readdir(self.0.as_ptr());
                if entry.is_null() {
                    let errno = errno_place::get();
                    return if errno == 0 { Ok(None) } else { Err(Errno::from_raw_os(errno)) };
                }
                let name = CStr::from_ptr((&raw const (*entry).d_name).cast());
                if !is_self_or_parent(name) {
                    return Ok(Some(Entry { name, kind: (*entry).d_type }));
                }
            }
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // SAFETY: open, and not used again. It fails only for one that is not open.
        unsafe { libc::closedir(self.0.as_ptr()) };
    }
}
