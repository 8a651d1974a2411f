//! Carrying an operation out, on whatever thread this is.

use std::ffi::CStr;

use libc::{mode_t, ssize_t};

use super::{copyfile, dir, links, names, read_write, scandir, sendfile, stat, times};
use crate::abi::*;
use crate::sys::abort::fatal;
use crate::sys::errno::{UvResult, retry};
use crate::sys::fs::{file, path};

/// Carries the operation out and stores its result.
///
/// # Safety
/// `req` was set up and is this thread's until the result is stored.
pub(super) unsafe fn perform(req: *mut uv_fs_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let outcome = match (*req).fs_type {
            // An interrupted close has closed, and an interrupted read is the program's to repeat.
            UV_FS_CLOSE => done(file::close((*req).file)),
            UV_FS_READ => read_write::read(req).map(|count| count as ssize_t),
            _ => retry(|| operate(req)),
        };
        (*req).result = outcome.unwrap_or_else(|error| error.code() as ssize_t);
    }
}

fn done(outcome: UvResult) -> UvResult<ssize_t> {
    outcome.map(|()| 0)
}

/// Does it once.
unsafe fn operate(req: *mut uv_fs_t) -> UvResult<ssize_t> {
    // SAFETY: our caller's promise: the fields that the kind uses are set, paths are C strings.
    unsafe {
        let first = || CStr::from_ptr((*req).path);
        let second = || CStr::from_ptr((*req).new_path);
        let fd = (*req).file;
        match (*req).fs_type {
            UV_FS_ACCESS => done(path::access(first(), (*req).flags)),
            UV_FS_CHMOD => done(path::chmod(first(), (*req).mode)),
            UV_FS_CHOWN => done(path::chown(first(), (*req).uid, (*req).gid)),
            UV_FS_CLOSEDIR => done(dir::close(req)),
            UV_FS_COPYFILE => done(copyfile::copy(first(), second(), (*req).flags)),
            UV_FS_FCHMOD => done(file::fchmod(fd, (*req).mode)),
            UV_FS_FCHOWN => done(file::fchown(fd, (*req).uid, (*req).gid)),
            UV_FS_FDATASYNC => done(file::fdatasync(fd)),
            UV_FS_FSTAT | UV_FS_LSTAT | UV_FS_STAT => done(stat::stat(req)),
            UV_FS_FSYNC => done(file::fsync(fd)),
            UV_FS_FTRUNCATE => done(file::ftruncate(fd, (*req).off)),
            UV_FS_FUTIME => done(file::futime(fd, &times::of(req))),
            UV_FS_LCHOWN => done(path::lchown(first(), (*req).uid, (*req).gid)),
            UV_FS_LINK => done(path::link(first(), second())),
            UV_FS_LUTIME => done(path::utime(first(), &times::of(req), path::Follow::No)),
            UV_FS_MKDIR => done(path::mkdir(first(), (*req).mode)),
            UV_FS_MKDTEMP => done(path::mkdtemp((*req).path.cast_mut())),
            UV_FS_MKSTEMP => names::mkstemp((*req).path.cast_mut()).map(|fd| fd as ssize_t),
            UV_FS_OPEN => file::open(first(), (*req).flags, (*req).mode as mode_t).map(|fd| fd as ssize_t),
            UV_FS_OPENDIR => done(dir::open(req)),
            UV_FS_READDIR => dir::read(req),
            UV_FS_READLINK => done(links::readlink(req)),
            UV_FS_REALPATH => done(links::realpath(req)),
            UV_FS_RENAME => done(path::rename(first(), second())),
            UV_FS_RMDIR => done(path::rmdir(first())),
            UV_FS_SCANDIR => scandir::scan(req),
            UV_FS_SENDFILE => sendfile::send(req).map(|count| count as ssize_t),
            UV_FS_STATFS => done(stat::statfs(req)),
            UV_FS_SYMLINK => done(path::symlink(first(), second())),
            UV_FS_UNLINK => done(path::unlink(first())),
            UV_FS_UTIME => done(path::utime(first(), &times::of(req), path::Follow::Yes)),
            UV_FS_WRITE => read_write::write(req).map(|count| count as ssize_t),
            _ => fatal("a file operation of no known kind"),
        }
    }
}
