//! Attempts to lock without waiting.

use libc::c_int;

use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult};

/// What pthread's answer to an attempt comes to.
#[inline]
pub(super) fn attempt(what: &str, answer: c_int) -> UvResult {
    match answer {
        0 => Ok(()),
        // A recursive lock that was taken too often is not free either.
        libc::EBUSY | libc::EAGAIN => Err(Errno::EBUSY),
        _ => fatal(what),
    }
}
