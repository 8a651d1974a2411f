//! Carrying an operation out, on whatever thread this is: what each kind of request stands for.

#![forbid(unsafe_code)]

use libc::{mode_t, ssize_t};

use super::{begun, copyfile, dir, inline, links, names, pace, read_write, scandir, stat, times, transfer};
use crate::abi::*;
use crate::core::files::buffers::length;
use crate::core::files::parts::Parts;
use crate::sys::abort::fatal;
use crate::sys::errno::{UvResult, retry};
use crate::sys::fs::file::{self, Owned};
use crate::sys::fs::path;
use crate::sys::wide::off_t;

/// Carries the operation out and stores its result.
pub(super) fn perform(request: &uv_fs_t, parts: Parts) {
    let fd = request.file.get();
    let outcome = match request.fs_type.get() {
        // An interrupted close has closed, and an interrupted read is the program's to repeat.
        UV_FS_CLOSE => done(file::close(fd)),
        UV_FS_READ => count(begun::read(request, parts.buffers())),
        _ => retry(|| operate(request, parts)),
    };
    request.result.set(outcome.unwrap_or_else(|error| error.code() as ssize_t));
}

/// The same on a worker, which looks how the next one could be done.
pub(super) fn perform_on_worker(request: &uv_fs_t) {
    let parts = Parts::Kept(request);
    match request.fs_type.get() {
        UV_FS_READ => pace::READS.learn(|| perform(request, parts)),
        UV_FS_STAT | UV_FS_LSTAT | UV_FS_FSTAT => {
            let target = stat::target(request, parts);
            let outcome = pace::STATS.learn(|| retry(|| stat::stat(request, target)));
            request.result.set(outcome.as_ref().err().map_or(0, |error| error.code() as ssize_t));
            if let Ok(mount) = outcome {
                inline::learn(target, mount);
            }
        }
        _ => perform(request, parts),
    }
}

fn done(outcome: UvResult) -> UvResult<ssize_t> {
    outcome.map(|()| 0)
}

fn count(outcome: UvResult<usize>) -> UvResult<ssize_t> {
    outcome.map(|count| count as ssize_t)
}

/// Does it once.
fn operate(request: &uv_fs_t, parts: Parts) -> UvResult<ssize_t> {
    let first = || parts.path();
    let second = || parts.new_path();
    let fd = request.file.get();
    let (flags, mode, off) = (request.flags.get(), request.mode.get(), request.off.get());
    let (uid, gid) = (request.uid.get(), request.gid.get());
    match request.fs_type.get() {
        UV_FS_ACCESS => done(path::access(first(), flags)),
        UV_FS_CHMOD => done(path::chmod(first(), mode)),
        UV_FS_CHOWN => done(path::chown(first(), uid, gid)),
        UV_FS_CLOSEDIR => done(dir::close(request)),
        UV_FS_COPYFILE => done(copyfile::copy(first(), second(), flags)),
        UV_FS_FCHMOD => done(file::fchmod(fd, mode)),
        UV_FS_FCHOWN => done(file::fchown(fd, uid, gid)),
        UV_FS_FDATASYNC => done(file::fdatasync(fd)),
        UV_FS_FSTAT | UV_FS_LSTAT | UV_FS_STAT => {
            stat::stat(request, stat::target(request, parts)).map(|_| 0)
        }
        UV_FS_FSYNC => done(file::fsync(fd)),
        UV_FS_FTRUNCATE => done(file::ftruncate(fd, off)),
        UV_FS_FUTIME => done(times::of(request).and_then(|times| file::futime(fd, &times))),
        UV_FS_LCHOWN => done(path::lchown(first(), uid, gid)),
        UV_FS_LINK => done(path::link(first(), second())),
        UV_FS_LUTIME => {
            done(times::of(request).and_then(|times| path::utime(first(), &times, path::Follow::No)))
        }
        UV_FS_MKDIR => done(path::mkdir(first(), mode)),
        UV_FS_MKDTEMP => done(names::mkdtemp(request)),
        UV_FS_MKSTEMP => names::mkstemp(request).map(|fd| fd as ssize_t),
        // The descriptor is the program's from here on.
        UV_FS_OPEN => file::open(first(), flags, mode as mode_t).map(|file| Owned::into_raw(file) as ssize_t),
        UV_FS_OPENDIR => done(dir::open(request, first())),
        UV_FS_READDIR => dir::read(request),
        UV_FS_READLINK => done(links::readlink(request, first())),
        UV_FS_REALPATH => done(links::realpath(request, first())),
        UV_FS_RENAME => done(path::rename(first(), second())),
        UV_FS_RMDIR => done(path::rmdir(first())),
        UV_FS_SCANDIR => scandir::scan(request, first()),
        UV_FS_SENDFILE => {
            // The input stands in a field that has no other use here.
            let sent = transfer::transfer(fd, flags, off, length(request))?;
            request.off.set(off.saturating_add(sent as off_t));
            Ok(sent as ssize_t)
        }
        UV_FS_STATFS => done(stat::statfs(request, first())),
        UV_FS_SYMLINK => done(path::symlink(first(), second())),
        UV_FS_UNLINK => done(path::unlink(first())),
        UV_FS_UTIME => {
            done(times::of(request).and_then(|times| path::utime(first(), &times, path::Follow::Yes)))
        }
        UV_FS_WRITE => count(read_write::write(fd, parts.buffers(), off)),
        _ => fatal("a file operation of no known kind"),
    }
}
