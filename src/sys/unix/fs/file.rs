//! Calls that take a descriptor, and opening one.

use std::ffi::CStr;

use libc::{c_int, c_uint, gid_t, mode_t, timespec, uid_t};

use crate::sys::errno::{Errno, UvResult, check};
use crate::sys::fd::status_flags;
use crate::sys::wide::{self, off_t};

fn done(answer: c_int) -> UvResult {
    check(answer).map(drop)
}

/// Opens a file; its descriptor is not inherited.
pub(crate) fn open(path: &CStr, flags: c_int, mode: mode_t) -> UvResult<Owned> {
    // SAFETY: a C string that outlives the call.
    check(unsafe { wide::open(path.as_ptr(), flags | libc::O_CLOEXEC, c_uint::from(mode)) }).map(Owned)
}

/// Closes a descriptor of the program's. One whose closing was interrupted is closed all the same.
pub(crate) fn close(fd: c_int) -> UvResult {
    // SAFETY: no memory is passed; the program asks for its descriptor to be closed.
    match done(unsafe { libc::close(fd) }) {
        Err(Errno::EINTR | Errno::EINPROGRESS) => Ok(()),
        other => other,
    }
}

pub(crate) fn fsync(fd: c_int) -> UvResult {
    // SAFETY: no memory is passed, and the descriptor stays open.
    done(unsafe { libc::fsync(fd) })
}

pub(crate) fn fdatasync(fd: c_int) -> UvResult {
    // SAFETY: no memory is passed, and the descriptor stays open.
    done(unsafe { libc::fdatasync(fd) })
}

pub(crate) fn ftruncate(fd: c_int, size: off_t) -> UvResult {
    // SAFETY: no memory is passed; the size is checked by the system.
    done(unsafe { wide::ftruncate(fd, size) })
}

pub(crate) fn fchmod(fd: c_int, mode: mode_t) -> UvResult {
    // SAFETY: no memory is passed; the mode is checked by the system.
    done(unsafe { libc::fchmod(fd, mode) })
}

pub(crate) fn fchown(fd: c_int, uid: uid_t, gid: gid_t) -> UvResult {
    // SAFETY: no memory is passed; the system checks who may do this.
    done(unsafe { libc::fchown(fd, uid, gid) })
}

/// Sets the access and the modification time, in this order.
pub(crate) fn futime(fd: c_int, times: &[timespec; 2]) -> UvResult {
    // SAFETY: the call reads two times.
    done(unsafe { libc::futimens(fd, times.as_ptr()) })
}

/// The position of the next read or write.
pub(crate) fn position(fd: c_int) -> UvResult<off_t> {
    seek(fd, 0)
}

/// Moves the position by `distance` and returns the new one.
pub(crate) fn seek(fd: c_int, distance: off_t) -> UvResult<off_t> {
    // SAFETY: no memory is passed; a descriptor without a position gets an error.
    let position = unsafe { wide::lseek(fd, distance, libc::SEEK_CUR) };
    if position < 0 { Err(Errno::last()) } else { Ok(position) }
}

/// Whether reads and writes go past the page cache.
pub(crate) fn is_direct(fd: c_int) -> bool {
    status_flags(fd).is_ok_and(|flags| flags & libc::O_DIRECT != 0)
}

/// A descriptor that nobody else has: closed when it goes out of scope.
pub(crate) struct Owned(c_int);

impl Owned {
    /// What a call has just opened.
    pub(in crate::sys) fn new(fd: c_int) -> Owned {
        Owned(fd)
    }

    pub(crate) fn fd(&self) -> c_int {
        self.0
    }

    /// The number alone: whoever gets it closes the descriptor.
    pub(crate) fn into_raw(self) -> c_int {
        let fd = self.0;
        std::mem::forget(self);
        fd
    }

    /// Closes it now, for those who want to know how that went.
    pub(crate) fn close(self) -> UvResult {
        close(self.into_raw())
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // There is nobody to tell, and the descriptor is gone in any case.
        let _ = close(self.0);
    }
}
