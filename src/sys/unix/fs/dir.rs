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

    /// The next entry, or `None` at the end. A signal does not end it: whoever reads several entries would lose
    /// those before.
    pub(crate) fn next(&mut self) -> UvResult<Option<Entry<'_>>> {
        loop {
            errno_place::set(0);
            // SAFETY: open, and ours alone: the entry stays until the next call. There may be less of it than the type
            // says: its name ends with NUL.
            let entry = unsafe {
                let entry = NonNull::new(wide::readdir(self.0.as_ptr())).map(NonNull::as_ptr);
                entry.map(|entry| (CStr::from_ptr((&raw const (*entry).d_name).cast()), (*entry).d_type))
            };
            match entry {
                Some((name, _)) if is_self_or_parent(name) => {}
                Some((name, kind)) => return Ok(Some(Entry { name, kind })),
                // Only errno, the thread's own, tells the end from an error.
                None => match errno_place::get() {
                    0 => return Ok(None),
                    libc::EINTR => {}
                    errno => return Err(Errno::from_raw_os(errno)),
                },
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
