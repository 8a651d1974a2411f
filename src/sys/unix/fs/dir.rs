//! Reading directories.

use std::ffi::CStr;
use std::mem::{ManuallyDrop, offset_of};
use std::ptr::NonNull;

use libc::{DIR, c_int};

use crate::sys::errno::{Errno, UvResult, check_size};
use crate::sys::wide;

/// An entry other than `.` and `..`.
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a CStr,
    /// One of `DT_*`.
    pub(crate) kind: u8,
}

fn is_self_or_parent(name: &CStr) -> bool {
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
                *libc::__errno_location() = 0;
                let entry = wide::readdir(self.0.as_ptr());
                if entry.is_null() {
                    let errno = *libc::__errno_location();
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

/// Reads as many entries as fit into `buf`, which is aligned for them; 0 bytes at the end.
fn read_block(fd: c_int, buf: &mut [u64]) -> UvResult<usize> {
    // SAFETY: the kernel writes whole entries, at most the length it is given.
    check_size(unsafe {
        libc::syscall(libc::SYS_getdents64, fd, buf.as_mut_ptr(), size_of_val(buf)) as isize
    })
}

/// Calls `each` for all entries of an open directory, through `buf`.
pub(crate) fn for_each(fd: c_int, buf: &mut [u64], mut each: impl FnMut(Entry) -> UvResult) -> UvResult {
    const LENGTH: usize = offset_of!(libc::dirent64, d_reclen);
    const KIND: usize = offset_of!(libc::dirent64, d_type);
    const NAME: usize = offset_of!(libc::dirent64, d_name);
    loop {
        let filled = read_block(fd, buf)?;
        if filled == 0 {
            return Ok(());
        }
        // SAFETY: the kernel has written that many bytes, of integers.
        let mut rest = unsafe { std::slice::from_raw_parts(buf.as_ptr().cast::<u8>(), filled) };
        while let Some(&[low, high]) = rest.get(LENGTH..LENGTH + 2) {
            let length = usize::from(u16::from_ne_bytes([low, high]));
            let Some((record, others)) = rest.split_at_checked(length) else { break };
            rest = others;
            let (Some(&kind), Some(name)) = (record.get(KIND), record.get(NAME..)) else { break };
            let Ok(name) = CStr::from_bytes_until_nul(name) else { continue };
            if !is_self_or_parent(name) {
                each(Entry { name, kind })?;
            }
        }
    }
}
