//! The current folder, and the place of the running program.

use std::ffi::CStr;
use std::mem::MaybeUninit;

use crate::sys::errno::{Errno, UvResult, check, check_size};

/// Writes the path of the current folder and a NUL. `ERANGE` if they do not fit.
pub(crate) fn current(room: &mut [MaybeUninit<u8>]) -> UvResult<&[u8]> {
    // SAFETY: room for as many bytes as said, in which the call leaves a C string if it succeeds.
    unsafe {
        if libc::getcwd(room.as_mut_ptr().cast(), room.len()).is_null() {
            return Err(Errno::last());
        }
        Ok(CStr::from_ptr(room.as_ptr().cast()).to_bytes())
    }
}

/// Goes to another folder, with all threads.
pub(crate) fn change(path: &CStr) -> UvResult {
    // SAFETY: a C string for the length of the call.
    check(unsafe { libc::chdir(path.as_ptr()) }).map(drop)
}

/// Writes the path of the running program, cut to what fits, without a NUL; the length.
pub(crate) fn program(room: &mut [MaybeUninit<u8>]) -> UvResult<usize> {
    if room.is_empty() {
        return Ok(0); // which the system would refuse
    }
    // SAFETY: room for as many bytes as said.
    check_size(unsafe { libc::readlink(c"/proc/self/exe".as_ptr(), room.as_mut_ptr().cast(), room.len()) })
}
