//! What is known of files and file systems.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::{c_int, c_long, c_uint, statx, statx_timestamp};

use crate::abi::{uv_stat_t, uv_timespec_t};
use crate::sys::errno::{Errno, UvResult, check};
use crate::sys::wide::{self, statfs};

/// Asks for a mount's number that is never given out again (Linux 6.8).
const STATX_MNT_ID_UNIQUE: c_uint = 0x4000;

const WANTED: c_uint = libc::STATX_BASIC_STATS | libc::STATX_BTIME | STATX_MNT_ID_UNIQUE;

/// Set when the system has no statx(2), or a filter forbids it.
static NO_STATX: AtomicBool = AtomicBool::new(false);

/// Which file is meant.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// The file at the path.
    Path(&'a CStr),
    /// The file at the path, or the symbolic link that is there.
    Link(&'a CStr),
    Descriptor(c_int),
}

impl Target<'_> {
    fn parts(&self) -> (c_int, &CStr, c_int) {
        match self {
            Target::Path(path) => (libc::AT_FDCWD, path, 0),
            Target::Link(path) => (libc::AT_FDCWD, path, libc::AT_SYMLINK_NOFOLLOW),
            Target::Descriptor(fd) => (*fd, c"", libc::AT_EMPTY_PATH),
        }
    }
}

/// The mount that a file is on, if the system names it so that the name stays true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mount(pub(crate) u64);

impl Mount {
    /// By a number that is never given out again.
    pub(super) fn unique(number: u64) -> Mount {
        Mount(number << 1 | 1)
    }
}

/// What is known of a file, and where it is.
pub(crate) struct Status {
    pub(crate) stat: uv_stat_t,
    pub(crate) mount: Option<Mount>,
}

/// How fresh the answer has to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// As stat(2): a network file system may ask its server.
    Default,
    /// Only what is known here already.
    Known,
}

/// What is known of a file.
pub(crate) fn stat(target: Target, freshness: Freshness) -> UvResult<Status> {
    if NO_STATX.load(Relaxed) {
        return old_stat(target);
    }
    let (fd, path, mut flags) = target.parts();
    if freshness == Freshness::Known {
        flags |= libc::AT_STATX_DONT_SYNC;
    }
    let mut buf = MaybeUninit::<statx>::uninit();
    match ask(fd, path, flags, &mut buf) {
        Ok(found) => Ok(convert(found)),
        // Filters answer EPERM or EACCES, some file systems EOPNOTSUPP or EINVAL.
        Err(error @ (Errno::ENOSYS | Errno::EPERM | Errno::EACCES | Errno::EINVAL | Errno::ENOTSUP)) => {
            // Of no file the call knows nothing, where it is there.
            let is_there = ask(-1, c"", libc::AT_EMPTY_PATH, &mut buf).err() == Some(Errno::EBADF);
            NO_STATX.fetch_or(!is_there, Relaxed);
            if is_there && error == Errno::EACCES { Err(error) } else { old_stat(target) }
        }
        Err(error) => Err(error),
    }
}

/// The system's answer. It goes by the raw call because the C library may emulate what the kernel
/// lacks, without saying so.
fn ask<'a>(fd: c_int, path: &CStr, flags: c_int, buf: &'a mut MaybeUninit<statx>) -> UvResult<&'a statx> {
    // SAFETY: the path outlives the call, which writes one `statx`.
    let answer =
        unsafe { libc::syscall(libc::SYS_statx, fd, path.as_ptr(), flags, WANTED, buf.as_mut_ptr()) };
    match answer {
        // SAFETY: the kernel has written it, and there is nothing but integers in it.
        0 => Ok(unsafe { buf.assume_init_ref() }),
        -1 => Err(Errno::last()),
        // Seen in containers on s390 that lack the call.
        _ => Err(Errno::ENOSYS),
    }
}

/// What does not fit, on systems with a narrow `long`, becomes the nearest time that does.
#[allow(
    clippy::useless_conversion,
    clippy::unnecessary_fallible_conversions,
    reason = "it is wide on others"
)]
fn time(from: &statx_timestamp) -> uv_timespec_t {
    let nearest = if from.tv_sec < 0 { c_long::MIN } else { c_long::MAX };
    uv_timespec_t { tv_sec: from.tv_sec.try_into().unwrap_or(nearest), tv_nsec: from.tv_nsec as c_long }
}

fn convert(from: &statx) -> Status {
    let unique = from.stx_mask & STATX_MNT_ID_UNIQUE != 0;
    let mount = if unique {
        Some(Mount::unique(from.stx_mnt_id))
    } else if from.stx_dev_major != 0 {
        // A device of its own, so not one of the numbers that mounts without a device share.
        Some(Mount((u64::from(from.stx_dev_major) << 32 | u64::from(from.stx_dev_minor)) << 1))
    } else {
        None
    };
    let stat = uv_stat_t {
        st_dev: libc::makedev(from.stx_dev_major, from.stx_dev_minor),
        st_mode: from.stx_mode.into(),
        st_nlink: from.stx_nlink.into(),
        st_uid: from.stx_uid.into(),
        st_gid: from.stx_gid.into(),
        st_rdev: libc::makedev(from.stx_rdev_major, from.stx_rdev_minor),
        st_ino: from.stx_ino,
        st_size: from.stx_size,
        st_blksize: from.stx_blksize.into(),
        st_blocks: from.stx_blocks,
        st_flags: 0,
        st_gen: 0,
        st_atim: time(&from.stx_atime),
        st_mtim: time(&from.stx_mtime),
        st_ctim: time(&from.stx_ctime),
        st_birthtim: time(&from.stx_btime),
    };
    Status { stat, mount }
}

/// Asks by the older calls.
#[cfg(not(target_pointer_width = "32"))]
fn ask_old(target: Target, buf: &mut MaybeUninit<wide::stat>) -> UvResult<c_int> {
    // SAFETY: the path outlives the call, which writes one `stat`.
    check(unsafe {
        match target {
            Target::Path(path) => wide::stat(path.as_ptr(), buf.as_mut_ptr()),
            Target::Link(path) => wide::lstat(path.as_ptr(), buf.as_mut_ptr()),
            Target::Descriptor(fd) => wide::fstat(fd, buf.as_mut_ptr()),
        }
    })
}

/// The same by the raw call: there the C library's functions begin with statx(2), and take a filter's
/// answer for the file's.
#[cfg(target_pointer_width = "32")]
fn ask_old(target: Target, buf: &mut MaybeUninit<wide::stat>) -> UvResult<c_int> {
    let (fd, path, flags) = target.parts();
    // SAFETY: the path outlives the call, which writes one `stat` of the kernel's, which this type is.
    check(unsafe { libc::syscall(libc::SYS_fstatat64, fd, path.as_ptr(), buf.as_mut_ptr(), flags) } as c_int)
}

/// By the older calls, which know no birth time: the change time stands in for it.
#[allow(clippy::unnecessary_cast, reason = "the count of links is shorter on others")]
fn old_stat(target: Target) -> UvResult<Status> {
    let mut buf = MaybeUninit::<wide::stat>::zeroed();
    ask_old(target, &mut buf)?;
    // SAFETY: all integers, zeroed first.
    let from = unsafe { buf.assume_init() };
    let change = uv_timespec_t { tv_sec: from.st_ctime, tv_nsec: from.st_ctime_nsec };
    let stat = uv_stat_t {
        st_dev: from.st_dev,
        st_mode: from.st_mode.into(),
        st_nlink: from.st_nlink as u64,
        st_uid: from.st_uid.into(),
        st_gid: from.st_gid.into(),
        st_rdev: from.st_rdev,
        st_ino: from.st_ino,
        st_size: from.st_size.unsigned_abs(),
        st_blksize: from.st_blksize as u64,
        st_blocks: from.st_blocks.unsigned_abs(),
        st_flags: 0,
        st_gen: 0,
        st_atim: uv_timespec_t { tv_sec: from.st_atime, tv_nsec: from.st_atime_nsec },
        st_mtim: uv_timespec_t { tv_sec: from.st_mtime, tv_nsec: from.st_mtime_nsec },
        st_ctim: change,
        st_birthtim: change,
    };
    Ok(Status { stat, mount: None })
}

/// What is known of the file system that holds `path`.
pub(crate) fn file_system(path: &CStr) -> UvResult<statfs> {
    let mut buf = MaybeUninit::<statfs>::zeroed();
    // SAFETY: the path outlives the call, which writes one `statfs`, all integers and zeroed first.
    unsafe {
        check(wide::statfs(path.as_ptr(), buf.as_mut_ptr()))?;
        Ok(buf.assume_init())
    }
}

/// The kind of file system that an open file is on, as its magic number.
pub(crate) fn file_system_kind(fd: c_int) -> UvResult<u32> {
    let mut buf = MaybeUninit::<statfs>::zeroed();
    // SAFETY: the call writes one `statfs`, all integers and zeroed first.
    unsafe {
        check(wide::fstatfs(fd, buf.as_mut_ptr()))?;
        Ok(magic_number(buf.assume_init_ref()))
    }
}

/// The kind of a file system. All magic numbers have 32 bits; the field's type varies.
pub(crate) fn magic_number(from: &statfs) -> u32 {
    from.f_type as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_and_new_calls_agree() {
        let new = stat(Target::Path(c"/"), Freshness::Default).unwrap().stat;
        let old = old_stat(Target::Path(c"/")).unwrap().stat;
        assert_eq!((new.st_dev, new.st_ino, new.st_mode), (old.st_dev, old.st_ino, old.st_mode));
        assert_eq!(new.st_mtim.tv_nsec, old.st_mtim.tv_nsec);
        let error = stat(Target::Descriptor(-1), Freshness::Default).err();
        assert_eq!(error, Some(Errno::EBADF));
    }
}
