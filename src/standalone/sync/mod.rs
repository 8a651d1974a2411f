//! Locks: libuv's "Threading and synchronization utilities", second part. The types are pthread's own.
//!
//! Wrong use that pthread reports aborts, as in libuv: these functions have no way to tell of it.

use libc::c_int;

use crate::sys::abort::fatal;
use crate::sys::errno::Errno;

mod barrier;
mod condition;
mod mutex;
mod rwlock;
mod semaphore;

/// The status of an attempt to lock without waiting.
fn attempt(what: &str, result: c_int) -> c_int {
    match result {
        0 => 0,
        // A recursive lock that was taken too often is not free either.
        libc::EBUSY | libc::EAGAIN => Errno::EBUSY.code(),
        _ => fatal(what),
    }
}
