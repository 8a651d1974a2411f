//! Copying a file with its permissions, owner and times.

use std::ffi::{CStr, c_char};

use libc::{c_int, mode_t, timespec};

use super::request::{Subject, begin, post};
use super::sendfile;
use crate::abi::*;
use crate::sys::errno::{Errno, UvResult, retry, to_int};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::fs::file::{self, Owned};
use crate::sys::fs::stat::{Freshness, Target, stat};
use crate::sys::fs::{copy, path};
use crate::sys::wide::off_t;

const FLAGS: c_int = UV_FS_COPYFILE_EXCL | UV_FS_COPYFILE_FICLONE | UV_FS_COPYFILE_FICLONE_FORCE;

/// The bits that chmod takes.
const PERMISSIONS: u64 = 0o7777;

fn status(file: &Owned) -> UvResult<uv_stat_t> {
    stat(Target::Descriptor(file.0), Freshness::Default).map(|status| status.stat)
}

fn time(time: uv_timespec_t) -> timespec {
    timespec { tv_sec: time.tv_sec, tv_nsec: time.tv_nsec }
}

/// Copies the file at `from` to `to`. If that fails nothing is left at `to`, unless it could not even
/// be opened.
pub(super) fn copy(from: &CStr, to: &CStr, flags: c_int) -> UvResult {
    let source = Owned(file::open(from, libc::O_RDONLY, 0)?);
    let original = status(&source)?;
    let exclusive = if flags & UV_FS_COPYFILE_EXCL != 0 { libc::O_EXCL } else { 0 };
    let permissions = (original.st_mode & PERMISSIONS) as mode_t;
    let target = Owned(retry(|| file::open(to, libc::O_WRONLY | libc::O_CREAT | exclusive, permissions))?);
    let copied = fill(&source, &original, &target, flags);
    // Some file systems report lost data only when the file is closed.
    let outcome = copied.and(target.close());
    if outcome.is_err() {
        // The error that counts is the first one.
        let _ = path::unlink(to);
    }
    outcome
}

fn fill(source: &Owned, original: &uv_stat_t, target: &Owned, flags: c_int) -> UvResult {
    if flags & UV_FS_COPYFILE_EXCL == 0 {
        let present = status(target)?;
        if (present.st_dev, present.st_ino) == (original.st_dev, original.st_ino) {
            return Ok(()); // the same file
        }
        match retry(|| file::ftruncate(target.0, 0)) {
            // Ceph refuses this on a new file that is read-only; there is nothing to cut off then.
            Err(Errno::EACCES) if present.st_size == 0 => {}
            other => other?,
        }
    }
    // As for cp -p, times and owner are set where that is allowed. Writing moves the times again.
    let _ = file::futime(target.0, &[time(original.st_atim), time(original.st_mtim)]);
    let _ = file::fchown(target.0, original.st_uid as uv_uid_t, original.st_gid as uv_gid_t);
    match file::fchmod(target.0, (original.st_mode & PERMISSIONS) as mode_t) {
        // SMB shares have no permissions to set.
        Err(Errno::EPERM) if copy::is_smb(target.0) => {}
        other => other?,
    }
    if flags & (UV_FS_COPYFILE_FICLONE | UV_FS_COPYFILE_FICLONE_FORCE) != 0 {
        match copy::clone(source.0, target.0) {
            Ok(()) => return Ok(()),
            Err(error) if flags & UV_FS_COPYFILE_FICLONE_FORCE != 0 => return Err(error),
            Err(_) => {}
        }
    }
    copy_data(source, target, original.st_size)
}

fn copy_data(source: &Owned, target: &Owned, size: u64) -> UvResult {
    let mut done = 0;
    while done < size {
        let chunk = usize::try_from(size - done).unwrap_or(MAX_IO_BYTES).min(MAX_IO_BYTES);
        match retry(|| sendfile::transfer(target.0, source.0, done as off_t, chunk))? {
            0 => break, // the source has become shorter meanwhile
            count => done += count as u64,
        }
    }
    Ok(())
}

/// Copies a file. `UV_FS_COPYFILE_EXCL` fails if `new_path` exists, `UV_FS_COPYFILE_FICLONE` tries to
/// share the data, `UV_FS_COPYFILE_FICLONE_FORCE` fails where that cannot be done.
///
/// Returns 0, `UV_EINVAL` for other flags, or another error; with a callback 0, and the request has
/// the result. Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_copyfile>.
///
/// # Safety
/// The paths are C strings. `req` is not under way and stays until its callback; the loop, needed
/// with a callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_copyfile(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    new_path: *const c_char,
    flags: c_int,
    cb: uv_fs_cb,
) -> c_int {
    let known = flags & !FLAGS == 0;
    let subject = if known { Subject::Paths(path, new_path) } else { Subject::None };
    // SAFETY: our caller's promise.
    to_int(unsafe {
        begin(r#loop, req, UV_FS_COPYFILE, cb, subject).and_then(|()| {
            (*req).flags = flags;
            if known { post(req) } else { Err(Errno::EINVAL) }
        })
    })
}
