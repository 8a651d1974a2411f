//! What the kernel can answer at once from its caches: these calls never wait for a disk or a server.

use std::ffi::CStr;
use std::mem::size_of;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use libc::{c_int, c_long};

use super::mount::mount_of;
use super::root_mount::RootMount;
use super::stat::{Freshness, Mount, Status, Target, file_system_kind, stat};
use crate::sys::c_library::{self, open_how};
use crate::sys::errno::{Errno, UvResult, check, check_size};
use crate::sys::fd;
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
            let opened = open(c"/", libc::O_PATH, 0);
            if matches!(opened, Err(Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM | Errno::EINTR)) {
                return false; // it may do better the next time
            }
            // To read from no file is EBADF, where the call is there.
            let usable =
                matches!(opened, Ok(_) | Err(Errno::EAGAIN)) && read(-1, &[], -1) == Err(Errno::EBADF);
            SUPPORT.store(if usable { USABLE } else { UNUSABLE }, Relaxed);
            usable
        }
        known => known == USABLE,
    }
}

/// The root's mount, which most absolute paths do not leave.
static ROOT: RootMount = RootMount::new();

/// Opens what the cache of names knows, if the way to it is as `resolve` wants it; EAGAIN if it does not.
fn open(path: &CStr, flags: c_int, resolve: u64) -> UvResult<Owned> {
    // SAFETY: all integers, for which zero stands for "nothing wanted".
    let mut how: open_how = unsafe { std::mem::zeroed() };
    how.flags = u64::from((flags | libc::O_CLOEXEC).unsigned_abs());
    how.resolve = c_library::RESOLVE_CACHED | resolve;
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

/// What is known of a file, if it is on a mount of which `is_good` is true; EAGAIN if not, or if its name is not cached.
///
/// A file system may ask others whatever it is told (9p does, and those of clusters), so the mount comes first. Where that
/// cannot be had without asking the file system, nothing is known of descriptors; for a path, the walk along it has
/// found that nobody need be asked. That a path which leaves no mount leads to the root's is found to be so afterwards:
/// the first one after the root has changed, to a root of such a file system, may ask others.
pub(crate) fn stat_known(target: Target, is_good: impl Fn(Mount) -> bool) -> UvResult<Status> {
    let (path, flags) = match target {
        Target::Descriptor(_) => (None, 0),
        Target::Path(path) => (Some(path), libc::O_PATH),
        Target::Link(path) => (Some(path), libc::O_PATH | libc::O_NOFOLLOW),
    };
    let is_absolute = path.is_some_and(|path| path.to_bytes().starts_with(b"/"));
    let mut root = if is_absolute { ROOT.get().filter(|&root| is_good(root)) } else { None };
    let opened = loop {
        let resolve = if root.is_some() { c_library::RESOLVE_NO_XDEV } else { 0 };
        match path.map(|path| open(path, flags, resolve)).transpose() {
            // The walk along the cache does not say which.
            Err(Errno::EAGAIN | Errno::EXDEV) if root.take().is_some() => ROOT.was_left(),
            opened => break opened?,
        }
    };
    let target = opened.as_ref().map_or(target, |opened| Target::Descriptor(opened.fd()));
    let mount = match root.map_or_else(|| mount_of(target), Ok) {
        Ok(mount) if is_good(mount) => Some(mount),
        Err(Errno::ENOSYS) if opened.is_some() => None,
        _ => return Err(Errno::EAGAIN),
    };
    let status = stat(target, Freshness::Known)?;
    let is_sure = match (root, mount) {
        (Some(root), _) => ROOT.is_still(root, status.mount),
        (None, Some(_)) => true,
        (None, None) => status.mount.is_some_and(is_good),
    };
    if is_sure { Ok(status) } else { Err(Errno::EAGAIN) }
}

/// The kind of file system that `target` is on, if that is the mount `on`. This may wait.
pub(crate) fn kind_of(target: Target, on: Mount) -> UvResult<u32> {
    let opened = match target {
        // Not a copy of the descriptor: to close that would give up the locks that the process has on the file.
        Target::Descriptor(_) => None,
        Target::Path(path) => Some(file::open(path, libc::O_PATH, 0)?),
        Target::Link(path) => Some(file::open(path, libc::O_PATH | libc::O_NOFOLLOW, 0)?),
    };
    let fd = match (&opened, target) {
        (Some(opened), _) => opened.fd(),
        (None, Target::Descriptor(fd)) => fd,
        (None, _) => return Err(Errno::EBADF),
    };
    // Afterwards: the path may lead elsewhere by now.
    let kind = file_system_kind(fd)?;
    let now = stat(Target::Descriptor(fd), Freshness::Known)?.mount;
    if now == Some(on) { Ok(kind) } else { Err(Errno::EAGAIN) }
}

/// Whether an error of [`read`] is about reading at once, or not about the file at all: the same read, at leisure, will
/// tell.
pub(crate) fn says_nothing(file: c_int, error: Errno) -> bool {
    match error {
        Errno::EAGAIN | Errno::ENOTSUP | Errno::EINVAL | Errno::ENOMEM | Errno::EINTR => true,
        // A filter's, perhaps one that came later; or a socket's.
        Errno::ENOSYS | Errno::EPERM | Errno::EACCES => {
            if read(-1, &[], -1) != Err(Errno::EBADF) {
                SUPPORT.store(UNUSABLE, Relaxed);
            }
            fd::file_type(file) != Ok(libc::S_IFSOCK)
        }
        _ => false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_lead_to_other_mounts_too() {
        if !is_supported() {
            return;
        }
        for path in [c"/", c"/proc", c"/dev", c"/"] {
            let plain = stat(Target::Path(path), Freshness::Default).unwrap();
            if plain.mount.is_none() {
                continue; // older systems do not tell mounts of some files
            }
            let known = stat_known(Target::Path(path), |_| true).unwrap();
            assert_eq!((known.mount, known.stat.st_ino), (plain.mount, plain.stat.st_ino), "{path:?}");
            assert_eq!(stat_known(Target::Path(path), |_| false).err(), Some(Errno::EAGAIN));
        }
    }
}
