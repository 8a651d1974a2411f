//! Operations that the kernel can answer from its caches, done on the loop's thread.
//!
//! That saves two switches between threads, most of what a read of a cached file or a stat costs.
//! It is done only while no file operation of the loop is with the workers, which it would overtake,
//! and one of them is idle: else the operation takes its turn in the queue, where `uv_cancel` can still
//! take it back. The environment variable `UV_FS_INLINE=0` turns it off.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use libc::{c_int, c_uint};

use super::{begun, mounts, pace, stat};
use crate::abi::*;
use crate::core::files::buffers::Buffers;
use crate::core::files::parts::Parts;
use crate::core::files::results;
use crate::core::state::inner::shared;
use crate::core::state::{req, spin};
use crate::core::threadpool::deferred;
use crate::core::{inner, threadpool};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fs::io::Place;
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

/// To give a read to a worker and to take it back costs as much as a small one.
const WORTH_GIVING: usize = 32 * 1024;

/// As many buffers as most reads have.
const FEW: usize = 4;

fn is_enabled() -> bool {
    const UNKNOWN: u8 = 0;
    const NO: u8 = 1;
    const YES: u8 = 2;
    static ANSWER: AtomicU8 = AtomicU8::new(UNKNOWN);
    match ANSWER.load(Relaxed) {
        UNKNOWN => {
            let yes = !setting::is_off(c"UV_FS_INLINE");
            ANSWER.store(if yes { YES } else { NO }, Relaxed);
            yes && cached::is_supported()
        }
        known => known == YES && cached::is_supported(),
    }
}

/// Whether nothing would be overtaken. Other work than on files is so where there is one worker: then it
/// is idle, but what it has done may not be told yet.
fn is_due(loop_: &uv_loop_t) -> bool {
    is_enabled()
        && inner(loop_).file_jobs.get() == 0
        && shared(loop_).completions.is_empty()
        && threadpool::has_idle_worker()
}

/// Whether reads of that size are so many that the workers had better take those that come while one waits for its
/// callback. With few, or without adaptive waiting, it costs more to wake a worker than a read does.
/// There are never more than are told in one phase, before what the pool does after them.
fn is_shared(loop_: &uv_loop_t, size: usize) -> bool {
    let count = req::count(loop_);
    let is_worth_giving = size >= WORTH_GIVING && spin::pays();
    count >= MANY && !deferred::is_empty(loop_) && (count >= deferred::PER_PHASE as c_uint || is_worth_giving)
}

/// Answers the request if it is a stat that need not wait. Else nothing has happened.
pub(super) fn try_stat(loop_: &uv_loop_t, request: &uv_fs_t) -> bool {
    let is_cheap = match request.fs_type.get() {
        UV_FS_FSTAT => true,
        // Three system calls instead of one: worth it to spare a switch of threads, not to keep the
        // workers from sharing out many.
        UV_FS_STAT | UV_FS_LSTAT => deferred::is_empty(loop_),
        _ => false,
    };
    if !is_cheap || !pace::STATS.is_quick() || !is_due(loop_) {
        return false;
    }
    let target = stat::target(request, Parts::Kept(request));
    let is_local = |mount| mounts::is_local(mount) == Some(true);
    match pace::STATS.watch(|| cached::stat_known(target, is_local)) {
        Ok(status) => {
            results::put_stat(request, &status.stat);
            true
        }
        // What the walk along the path says holds for stat too; only the opening may fail by itself, and
        // a filter may forbid it.
        Err(error @ (Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP | Errno::ENAMETOOLONG)) => {
            request.result.set(error.code() as isize);
            true
        }
        _ => false,
    }
}

/// After a stat on a worker: sees to it that the next one on this mount knows what to do.
pub(super) fn learn(target: Target, mount: Option<Mount>) {
    let unknown = mount.filter(|&mount| mounts::is_local(mount).is_none());
    if let Some(mount) = unknown.filter(|_| is_enabled()) {
        mounts::ask(target, mount);
    }
}

/// Reads if all that the read asks for is cached. Else nothing has happened, or the read has [begun].
pub(super) fn try_read(loop_: &uv_loop_t, request: &uv_fs_t, file: uv_file, buffers: Buffers) -> bool {
    let offset = request.off.get();
    let mut size = 0;
    for len in buffers.sizes() {
        size += len.min(MAX_READ + 1);
        if size > MAX_READ {
            return false;
        }
    }
    if size == 0 || is_shared(loop_, size) || !pace::READS.is_quick() || !is_due(loop_) {
        return false;
    }
    let places = buffers.places();
    let direct = may_be_direct(size, offset);
    let is_uneven = direct && offset >= 0 && places.len() <= FEW;
    if direct && !is_uneven && file::is_direct(file) {
        return false;
    }
    let outcome = pace::READS.watch(|| {
        if is_uneven { read_uneven(file, places, offset) } else { cached::read(file, places, offset) }
    });
    match outcome {
        Ok(done) if done > 0 && done < size => match place_of_rest(file, offset, done) {
            Some(_) if offset >= 0 => false, // the worker reads all of it
            Some(place) => {
                begun::note(request, done, place);
                false
            }
            None => {
                request.result.set(done as isize);
                true
            }
        },
        Ok(done) => {
            request.result.set(done.min(size) as isize);
            true
        }
        // Another one may not be told again: a socket's is taken with the telling.
        Err(error) if !cached::says_nothing(file, error) => {
            request.result.set(error.code() as isize);
            true
        }
        _ => false,
    }
}

/// Whether a read has the size and the place of one past the page cache, which would go to the device
/// and wait for it.
fn may_be_direct(size: usize, offset: off_t) -> bool {
    size % DIRECT_ALIGN == 0 && (offset < 0 || offset % DIRECT_ALIGN as off_t == 0)
}

/// Reads one byte more than asked for, to nowhere: a size that no device takes, so that a file opened
/// with `O_DIRECT` refuses, or answers from the cache. Cheaper than a system call to ask how the file
/// was opened.
fn read_uneven(fd: c_int, places: &[Place<'_>], offset: off_t) -> UvResult<usize> {
    let surplus = [Cell::new(0_u8)];
    let mut all = [Place::new(&surplus); FEW + 1];
    for (place, &wanted) in all.iter_mut().zip(places) {
        *place = wanted;
    }
    cached::read(fd, all.get(..=places.len()).unwrap_or_default(), offset)
}

/// Where there is more to be read, after a read that gave less than asked for, `done` bytes; none if that is as much as
/// there is.
fn place_of_rest(fd: c_int, offset: off_t, done: usize) -> Option<off_t> {
    let Status { stat, .. } = stat_of(fd).ok()?;
    let end = match stat.st_mode as libc::mode_t & libc::S_IFMT {
        libc::S_IFREG => stat.st_size,
        libc::S_IFBLK => u64::MAX, // a device does not tell: only a read that finds nothing is at the end
        _ => return None,          // a pipe gives what it has
    };
    let reached = if offset < 0 { file::position(fd).ok()? } else { offset + done as off_t };
    ((reached as u64) < end).then_some(reached)
}

fn stat_of(fd: c_int) -> UvResult<Status> {
    crate::sys::fs::stat::stat(Target::Descriptor(fd), Freshness::Known)
}
