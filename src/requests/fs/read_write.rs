//! Reading and writing, with any number of buffers.

use libc::{c_int, c_uint, iovec};

use super::inline;
use super::request::{Subject, begin, complete_later, owns_bufs, post, submit};
use crate::abi::*;
use crate::core::alloc;
use crate::sys::errno::{Errno, UvResult, retry, to_int};
use crate::sys::fd::{MAX_IO_BYTES, MAX_IOVECS};
use crate::sys::fs::io;
use crate::sys::wide::off_t;

/// Forgets the list of buffers, and frees it if it is the request's own.
///
/// # Safety
/// `req` was set up.
unsafe fn drop_bufs(req: *mut uv_fs_t) {
    // SAFETY: the caller's promise. Without a callback the list is the program's.
    unsafe {
        if owns_bufs(req) && (*req).cb.is_some() {
            alloc::free((*req).bufs.cast());
        }
        (*req).bufs = std::ptr::null_mut();
        (*req).nbufs = 0;
    }
}

/// # Safety
/// `bufs` has `count` buffers.
unsafe fn length(bufs: *const uv_buf_t, count: usize) -> usize {
    // SAFETY: the caller's promise.
    (0..count).fold(0_usize, |sum, i| sum.saturating_add(unsafe { (*bufs.add(i)).len }))
}

/// Reads once.
///
/// # Safety
/// `req` was set up by [`uv_fs_read`].
pub(super) unsafe fn read(req: *mut uv_fs_t) -> UvResult<usize> {
    // SAFETY: the caller's promise; a `uv_buf_t` is an `iovec`.
    unsafe {
        let bufs = (*req).bufs;
        // More than one call can move, in buffers or in bytes, is left for the next read.
        let most = ((*req).nbufs as usize).min(MAX_IOVECS);
        let mut room = MAX_IO_BYTES;
        let mut count = 0;
        while count < most && (*bufs.add(count)).len <= room {
            room -= (*bufs.add(count)).len;
            count += 1;
        }
        let outcome = io::read((*req).file, bufs.cast::<iovec>(), count.max(1), (*req).off);
        drop_bufs(req);
        outcome
    }
}

/// Writes everything, in as many calls as that takes. An error after the first call only ends the
/// write: the result is what was written until then.
///
/// # Safety
/// `req` was set up by [`uv_fs_write`].
pub(super) unsafe fn write(req: *mut uv_fs_t) -> UvResult<usize> {
    // SAFETY: the caller's promise.
    unsafe {
        let outcome = write_all((*req).file, (*req).bufs, (*req).nbufs as usize, (*req).off);
        drop_bufs(req);
        outcome
    }
}

/// # Safety
/// `bufs` has `count` buffers, at least one.
unsafe fn write_all(
    fd: c_int,
    mut bufs: *const uv_buf_t,
    mut count: usize,
    mut off: off_t,
) -> UvResult<usize> {
    let mut total = 0;
    let mut skip = 0; // what is written of the first buffer
    while count > 0 {
        // SAFETY: the caller's promise, for the buffers that are left.
        let outcome = retry(|| unsafe {
            if skip == 0 {
                return io::write(fd, bufs.cast::<iovec>(), count.min(MAX_IOVECS), off);
            }
            let first = bufs.read();
            let rest = iovec { iov_base: first.base.add(skip).cast(), iov_len: first.len - skip };
            io::write(fd, &raw const rest, 1, off)
        });
        let mut written = match outcome {
            Ok(written) => written,
            Err(error) if total == 0 => return Err(error),
            Err(_) => break,
        };
        total += written;
        if off >= 0 {
            off = off.saturating_add(written as off_t);
        }
        let nothing = written == 0;
        // SAFETY: at most `count` buffers are passed over.
        unsafe {
            while count > 0 && (*bufs).len - skip <= written {
                written -= (*bufs).len - skip;
                skip = 0;
                bufs = bufs.add(1);
                count -= 1;
            }
        }
        skip += written;
        if nothing {
            break;
        }
    }
    Ok(total)
}

/// How many buffers a request itself has room for. The last place is out of use on 32-bit systems: in
/// programs compiled without `_FILE_OFFSET_BITS=64` the field `off` is shorter, so requests end in it.
const ROOM: usize = if size_of::<libc::off_t>() < size_of::<off_t>() { 3 } else { 4 };

/// Gives the request its own list of the buffers, so that the program's may go.
///
/// # Safety
/// `req` was set up; `bufs` has `count` buffers.
unsafe fn copy_bufs(req: *mut uv_fs_t, bufs: *const uv_buf_t, count: c_uint) -> UvResult {
    let count = count as usize;
    // SAFETY: the caller's promise; the list has room for all buffers.
    unsafe {
        let list = if count <= ROOM {
            (&raw mut (*req).bufsml).cast::<uv_buf_t>()
        } else {
            let size = count.checked_mul(size_of::<uv_buf_t>()).ok_or(Errno::ENOMEM)?;
            alloc::malloc(size).cast()
        };
        if list.is_null() {
            return Err(Errno::ENOMEM);
        }
        list.copy_from_nonoverlapping(bufs, count);
        (*req).bufs = list;
    }
    Ok(())
}

/// # Safety
/// As for the exports.
unsafe fn start(req: *mut uv_fs_t, bufs: *const uv_buf_t, count: c_uint, off: i64) -> UvResult<c_int> {
    if bufs.is_null() || count == 0 {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let writes = (*req).fs_type == UV_FS_WRITE;
        if writes && length(bufs, count as usize) > MAX_IO_BYTES {
            return Err(Errno::EINVAL);
        }
        (*req).off = off;
        (*req).nbufs = count;
        if (*req).cb.is_none() {
            // The list is only used before this call returns.
            (*req).bufs = bufs.cast_mut();
            return post(req);
        }
        if !writes && inline::try_read(req, bufs, count) {
            complete_later(req);
            return Ok(0);
        }
        copy_bufs(req, bufs, count)?;
        submit(req);
        Ok(0)
    }
}

/// Reads into buffers, at `offset` or, if that is negative, at the file's position. It may read less
/// than there is room for, in any case no more than one call of the system does.
///
/// Returns the number of bytes (0 at the end), `UV_EINVAL` without buffers, or another error; with a
/// callback 0, and the request has the result. Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_read>.
///
/// # Safety
/// `bufs` is null or has `nbufs` buffers, which stay until the callback. `req` is not under way and
/// stays as long; the loop, needed with a callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_read(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    offset: i64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe {
        begin(r#loop, req, UV_FS_READ, cb, Subject::File(file)).and_then(|()| start(req, bufs, nbufs, offset))
    })
}

/// Writes all buffers, at `offset` or, if that is negative, at the file's position.
///
/// Returns the number of bytes, which is less only if an error came in between; `UV_EINVAL` without
/// buffers or for more than 2 GiB; or another error. With a callback 0, and the request has the
/// result. Loop thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_write>.
///
/// # Safety
/// As for [`uv_fs_read`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_write(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    offset: i64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe {
        begin(r#loop, req, UV_FS_WRITE, cb, Subject::File(file))
            .and_then(|()| start(req, bufs, nbufs, offset))
    })
}
