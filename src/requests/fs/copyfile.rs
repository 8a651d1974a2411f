//! Copying a file with its permissions, owner and times.

#![forbid(unsafe_code)]

use std::ffi::CStr;

use libc::{c_int, mode_t, timespec};

use super::transfer::transfer;
use crate::abi::*;
use crate::sys::errno::{Errno, UvResult, retry};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::fs::file::{self, Owned};
use crate::sys::fs::stat::{Freshness, Target, stat};
use crate::sys::fs::{copy, path};
use crate::sys::wide::off_t;

/// The bits that chmod takes.
const PERMISSIONS: u64 = 0o7777;

/// Whether these are flags of uv_fs_copyfile.
pub(crate) fn knows(flags: c_int) -> bool {
    flags & !(UV_FS_COPYFILE_EXCL | UV_FS_COPYFILE_FICLONE | UV_FS_COPYFILE_FICLONE_FORCE) == 0
}

fn status(file: &Owned) -> UvResult<uv_stat_t> {
    stat(Target::Descriptor(file.fd()), Freshness::Default).map(|status| status.stat)
}

fn is_same(a: &uv_stat_t, b: &uv_stat_t) -> bool {
    (a.st_dev, a.st_ino) == (b.st_dev, b.st_ino)
}

fn time(time: uv_timespec_t) -> timespec {
    timespec { tv_sec: time.tv_sec, tv_nsec: time.tv_nsec }
}

/// What is copied to.
struct Copy {
    file: Owned,
    /// As it was before.
    before: uv_stat_t,
    /// There was none: it is made for this copy.
    is_new: bool,
}

impl Copy {
    fn open(to: &CStr, flags: c_int, permissions: mode_t) -> UvResult<Copy> {
        let exclusive = flags & UV_FS_COPYFILE_EXCL != 0;
        let open = |more: c_int| retry(|| file::open(to, libc::O_WRONLY | more, permissions));
        let (file, is_new) = match open(libc::O_CREAT | libc::O_EXCL) {
            Ok(file) => (file, true),
            // A file that is there, or a link to where none is yet.
            Err(Errno::EEXIST) if !exclusive => (open(libc::O_CREAT)?, false),
            Err(error) => return Err(error),
        };
        let before = status(&file).inspect_err(|_| {
            if is_new {
                let _ = path::unlink(to); // a moment ago there was nothing of that name
            }
        })?;
        Ok(Copy { file, before, is_new })
    }

    /// A device, a pipe: it takes data, and has no contents or permissions to replace.
    fn is_file(&self) -> bool {
        self.before.st_mode as mode_t & libc::S_IFMT == libc::S_IFREG
    }
}

/// Takes away the name that was made for a file, unless that is another one's by now.
fn remove(name: &CStr, made: &uv_stat_t) {
    let now = stat(Target::Link(name), Freshness::Default);
    if now.is_ok_and(|now| is_same(&now.stat, made)) {
        // The error that counts is the one before.
        let _ = path::unlink(name);
    }
}

/// Copies the file at `from` to `to`. If that fails, nothing that was made is left at `to`.
pub(super) fn copy(from: &CStr, to: &CStr, flags: c_int) -> UvResult {
    let source = file::open(from, libc::O_RDONLY, 0)?;
    let original = status(&source)?;
    let target = Copy::open(to, flags, (original.st_mode & PERMISSIONS) as mode_t)?;
    let copied = fill(&source, &original, &target, flags);
    let Copy { file, before, is_new } = target;
    // Some file systems report lost data only when the file is closed.
    let outcome = copied.and(file.close());
    if outcome.is_err() && is_new {
        remove(to, &before);
    }
    outcome
}

fn fill(source: &Owned, original: &uv_stat_t, target: &Copy, flags: c_int) -> UvResult {
    if is_same(&target.before, original) {
        return Ok(()); // the same file
    }
    let fd = target.file.fd();
    if target.is_file() {
        prepare(original, target)?;
    }
    if flags & (UV_FS_COPYFILE_FICLONE | UV_FS_COPYFILE_FICLONE_FORCE) != 0 {
        match copy::clone(source.fd(), fd) {
            Ok(()) => return Ok(()),
            Err(error) if flags & UV_FS_COPYFILE_FICLONE_FORCE != 0 => return Err(error),
            Err(_) => {}
        }
    }
    copy_data(source.fd(), fd, original.st_size)
}

/// Empties the file and makes it like the original.
fn prepare(original: &uv_stat_t, target: &Copy) -> UvResult {
    let fd = target.file.fd();
    if !target.is_new {
        match retry(|| file::ftruncate(fd, 0)) {
            // Ceph refuses this on a new file that is read-only; there is nothing to cut off then.
            Err(Errno::EACCES) if target.before.st_size == 0 => {}
            other => other?,
        }
    }
    // As for cp -p, times and owner are set where that is allowed. Writing moves the times again.
    let _ = file::futime(fd, &[time(original.st_atim), time(original.st_mtim)]);
    let _ = file::fchown(fd, original.st_uid as uv_uid_t, original.st_gid as uv_gid_t);
    match file::fchmod(fd, (original.st_mode & PERMISSIONS) as mode_t) {
        // SMB shares have no permissions to set.
        Err(Errno::EPERM) if copy::is_smb(fd) => Ok(()),
        other => other,
    }
}

fn copy_data(source: c_int, target: c_int, size: u64) -> UvResult {
    let mut done = 0;
    while done < size {
        let chunk = usize::try_from(size - done).unwrap_or(MAX_IO_BYTES).min(MAX_IO_BYTES);
        match retry(|| transfer(target, source, done as off_t, chunk))? {
            0 => break, // the source has become shorter meanwhile
            count => done += count as u64,
        }
    }
    Ok(())
}
