//! The names of the machine and of its system.

use std::mem::MaybeUninit;

use libc::utsname;

use crate::sys::errno::{UvResult, check};

/// What the system says of itself, in C strings.
pub(crate) fn system() -> UvResult<utsname> {
    let mut system = MaybeUninit::<utsname>::zeroed();
    // SAFETY: the place is ours, and zero is a value for the characters there.
    unsafe {
        check(libc::uname(system.as_mut_ptr()))?;
        Ok(system.assume_init())
    }
}

/// Writes the name of the host, and a NUL if that fits.
pub(crate) fn host_name(room: &mut [u8]) -> UvResult {
    // SAFETY: the buffer is as long as said.
    check(unsafe { libc::gethostname(room.as_mut_ptr().cast(), room.len()) }).map(drop)
}
