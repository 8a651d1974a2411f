//! Operations that the kernel can answer from its caches, done on the loop's thread.
//!
//! That saves two switches between threads, most of what a read of a cached file or a stat costs.
//! It is done only while a worker is idle: else the operation takes its turn in the queue, where
//! `uv_cancel` can still take it back. The environment variable `UV_FS_INLINE=0` turns it off.

use std::sync::OnceLock;

use libc::{c_int, c_uint, iovec};

use super::{mounts, stat};
use crate::abi::*;
use crate::core::{deferred, spin, threadpool};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fs::stat::{Freshness, Mount, Status, Target};
use crate::sys::fs::{cached, file};
use crate::sys::setting;
use crate::sys::wide::off_t;

/// Above this size copying takes so long that other threads had better do it.
const MAX_READ: usize = 64 * 1024;

/// Transfers past the page cache are aligned at least like this.
const DIRECT_ALIGN: usize = 512;

/// Requests under way that keep a worker busy besides the loop.
const MANY: c_uint = 12;

/// As many buffers as most reads have.
const FEW: usize = 4;

fn is_enabled() -> bool {
    static ENABLED: OnceLock<bool> = OnceLock::new();
    *ENABLED.get_or_init(|| !setting::is_off(c"UV_FS_INLINE") && cached::is_supported())
}

fn is_due() -> bool {
    is_enabled() && threadpool::has_idle_worker()
}

/// Whether reads are so many that the workers had better take those that come while one waits for its
/// callback. With few, or without adaptive waiting, it costs more to wake a worker than a read does.
unsafe fn is_shared(loop_: *const uv_loop_t) -> bool {
    // SAFETY: an initialised loop: the caller's promise.
    unsafe { (*loop_).active_reqs.count().get() >= MANY && !deferred::is_empty(&*loop_) && spin::pays() }
}

/// Carries the operation out if it is one that can be, and need not wait. Else nothing has happened.
///
/// # Safety
/// `req` was set up; on the loop's thread.
pub(super) unsafe fn try_perform(req: *mut uv_fs_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let is_cheap = match (*req).fs_type {
            UV_FS_FSTAT => true,
            // Three system calls instead of one: worth it to spare a switch of threads, not to keep the
            // workers from sharing out many.
            UV_FS_STAT | UV_FS_LSTAT => deferred::is_empty(&*(*req).r#loop),
            _ => false,
        };
        if !is_cheap || !is_due() {
            return false;
        }
        match cached::stat_known(stat::target(req)) {
            Ok(status) if status.mount.and_then(mounts::is_local) == Some(true) => {
                stat::store(req, &status);
                true
            }
            // What the walk along the path says holds for stat too; only the opening may fail by itself.
            Err(
                error @ (Errno::ENOENT | Errno::ENOTDIR | Errno::EACCES | Errno::ELOOP | Errno::ENAMETOOLONG),
            ) => {
                (*req).result = error.code() as isize;
                true
            }
            _ => false,
        }
    }
}

/// After a stat on a worker: sees to it that the next one on this mount knows what to do.
pub(super) fn learn(target: Target, mount: Option<Mount>) {
    if mount.is_some_and(|mount| mounts::is_local(mount).is_none()) && is_enabled() {
        mounts::ask(target);
    }
}

/// Reads into `bufs` if all that the read asks for is cached. Else nothing has happened.
///
/// # Safety
/// `req` was set up by uv_fs_read; `bufs` has `count` buffers; on the loop's thread.
pub(super) unsafe fn try_read(req: *mut uv_fs_t, bufs: *const uv_buf_t, count: c_uint) -> bool {
    // SAFETY: the caller's promise; a `uv_buf_t` is an `iovec`.
    unsafe {
        let (fd, offset) = ((*req).file, (*req).off);
        let mut size = 0;
        for index in 0..count as usize {
            size += (*bufs.add(index)).len.min(MAX_READ + 1);
            if size > MAX_READ {
                return false;
            }
        }
        if size == 0 || is_shared((*req).r#loop) || !is_due() {
            return false;
        }
        let bufs = bufs.cast::<iovec>();
        let outcome = if !may_be_direct(size, offset) {
            cached::read(fd, bufs, count as c_int, offset)
        } else if offset >= 0 && count as usize <= FEW {
            read_uneven(fd, bufs, count as usize, offset)
        } else if file::is_direct(fd) {
            return false;
        } else {
            cached::read(fd, bufs, count as c_int, offset)
        };
        let done = match outcome {
            Ok(done) if done == 0 || done >= size || is_whole(fd, offset, done) => done.min(size),
            _ => return false,
        };
        (*req).result = done as isize;
        (*req).bufs = std::ptr::null_mut();
        (*req).nbufs = 0;
        true
    }
}

/// Whether a read has the size and the place of one past the page cache, which would go to the device
/// and wait for it.
fn may_be_direct(size: usize, offset: off_t) -> bool {
    size.is_multiple_of(DIRECT_ALIGN) && (offset < 0 || offset % DIRECT_ALIGN as off_t == 0)
}

/// Reads one byte more than asked for, to nowhere: a size that no device takes, so that a file opened
/// with `O_DIRECT` refuses, or answers from the cache. Cheaper than a system call to ask how the file
/// was opened.
///
/// # Safety
/// `bufs` has `count` buffers, [`FEW`] at most, which may be written.
unsafe fn read_uneven(fd: c_int, bufs: *const iovec, count: usize, offset: off_t) -> UvResult<usize> {
    let mut surplus = 0_u8;
    let last = iovec { iov_base: (&raw mut surplus).cast(), iov_len: 1 };
    let mut all = [last; FEW + 1];
    // SAFETY: the caller's promise; `surplus` outlives the call.
    unsafe {
        all.as_mut_ptr().copy_from_nonoverlapping(bufs, count);
        cached::read(fd, all.as_ptr(), count as c_int + 1, offset)
    }
}

/// Whether a read that gave less than asked for, `done` bytes, is as much as there is. If not, the
/// file's position is put back, for another read from there.
fn is_whole(fd: c_int, offset: off_t, done: usize) -> bool {
    let done = done as off_t;
    let Ok(Status { stat, .. }) = stat_of(fd) else { return true };
    if stat.st_mode as libc::mode_t & libc::S_IFMT != libc::S_IFREG {
        return true; // a pipe gives what it has
    }
    let end = if offset < 0 { file::position(fd) } else { Ok(offset + done) };
    match end {
        Ok(end) if end.cast_unsigned() < stat.st_size => offset < 0 && file::seek(fd, -done).is_err(),
        _ => true,
    }
}

fn stat_of(fd: c_int) -> UvResult<Status> {
    crate::sys::fs::stat::stat(Target::Descriptor(fd), Freshness::Known)
}
