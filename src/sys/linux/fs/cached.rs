//! What the kernel can answer at once from its caches: these calls never wait for a disk or a server.

use std::ffi::CStr;
use std::mem::size_of;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use libc::{c_int, c_long};

use super::stat::{Freshness, Status, Target, stat};
use crate::sys::c_library::{self, open_how};
use crate::sys::errno::{Errno, UvResult, check, check_size};
use crate::sys::fs::file::{self, Owned};
use crate::sys::fs::io::Place;
use crate::sys::wide::off_t;

const UNKNOWN: u8 = 0;
const USABLE: u8 = 1;
const UNUSABLE: u8 = 2;

static SUPPORT: AtomicU8 = AtomicU8::new(UNKNOWN);

/// Whether the system can say "not in the cache". Linux 5.12 and later can, unless a filter forbids
/// one of the calls; there the reads of [`read`] are sound too (before 5.10 one may end early).
pub(crate) fn is_supported() -> bool {
    match SUPPORT.load(Relaxed) {
        UNKNOWN => {
            // To read from no file is EBADF, where the call is there.
            let usable = matches!(open(c"/", libc::O_PATH), Ok(_) | Err(Errno::EAGAIN))
                && read(-1, &[], -1) == Err(Errno::EBADF);
            SUPPORT.store(if usable { USABLE } else { UNUSABLE }, Relaxed);
            usable
        }
        known => known == USABLE,
    }
}

/// Opens what the cache of names knows; EAGAIN if it does not.
fn open(path: &CStr, flags: c_int) -> UvResult<Owned> {
    // SAFETY: all integers, for which zero stands for "nothing wanted".
    let mut how: open_how = unsafe { std::mem::zeroed() };
    how.flags = u64::from((flags | libc::O_CLOEXEC).unsigned_abs());
    how.resolve = c_library::RESOLVE_CACHED;
    // SAFETY: the path and the structure outlive the call.
    let fd = unsafe {
        libc::syscall(libc::SYS_openat2, libc::AT_FDCWD, path.as_ptr(), &raw const how, size_of::<open_how>())
    };
    check(fd as c_int).map(Owned::new).inspect_err(|&error| {
        // A file is no reason for these: a filter that came later forbids the call.
        if matches!(error, Errno::ENOSYS | Errno::EPERM) {
            SUPPORT.store(UNUSABLE, Relaxed);
        }
    })
}

/// What is known of a file; EAGAIN if its name is not cached.
pub(crate) fn stat_known(target: Target) -> UvResult<Status> {
    let opened = match target {
        Target::Descriptor(fd) => return stat(Target::Descriptor(fd), Freshness::Known),
        Target::Path(path) => open(path, libc::O_PATH)?,
        Target::Link(path) => open(path, libc::O_PATH | libc::O_NOFOLLOW)?,
    };
    stat(Target::Descriptor(opened.fd()), Freshness::Known)
}

/// Opens a file only to ask about it. This one may wait.
pub(crate) fn open_for_questions(target: Target) -> UvResult<Owned> {
    match target {
        Target::Path(path) => file::open(path, libc::O_PATH, 0),
        Target::Link(path) => file::open(path, libc::O_PATH | libc::O_NOFOLLOW, 0),
        Target::Descriptor(fd) => {
            // SAFETY: no memory is passed.
            check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }).map(Owned::new)
        }
    }
}

/// Reads what is cached, at `offset` or, if that is negative, at the file's position.
pub(crate) fn read(fd: c_int, places: &[Place<'_>], offset: off_t) -> UvResult<usize> {
    // The C library's function is a point where a thread can be cancelled, which costs two atomic
    // operations. The kernel takes the offset in two words; where one holds it the second is ignored.
    let offset = offset.max(-1);
    let (low, high) = (offset as c_long, (offset >> 32) as c_long);
    let (all, count, flags) = (places.as_ptr(), places.len(), c_long::from(libc::RWF_NOWAIT));
    // SAFETY: a `Place` is an `iovec` of memory that may be written.
    let done = unsafe { libc::syscall(libc::SYS_preadv2, fd, all, count, low, high, flags) };
    check_size(done as isize)
}
