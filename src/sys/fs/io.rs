//! Reading and writing the contents of files.

use libc::{c_int, c_void, iovec};

use crate::sys::errno::{UvResult, check_size};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::wide::{self, off_t};

/// Fills buffers at `offset`, or at the file's position if `offset` is negative.
///
/// # Safety
/// `bufs` holds `count` buffers, at least one, which may be written.
pub(crate) unsafe fn read(fd: c_int, bufs: *const iovec, count: usize, offset: off_t) -> UvResult<usize> {
    // SAFETY: the caller's promise; a single buffer is cut to what a call can move. `count` is cut
    // to what fits an int, which the kernel refuses anyway.
    check_size(unsafe {
        let first = bufs.read();
        match (count, offset < 0) {
            (1, true) => libc::read(fd, first.iov_base, first.iov_len.min(MAX_IO_BYTES)),
            (1, false) => wide::pread(fd, first.iov_base, first.iov_len.min(MAX_IO_BYTES), offset),
            (_, true) => libc::readv(fd, bufs, as_int(count)),
            (_, false) => wide::preadv(fd, bufs, as_int(count), offset),
        }
    })
}

/// Writes buffers at `offset`, or at the file's position if `offset` is negative.
///
/// # Safety
/// `bufs` holds `count` buffers, at least one, which may be read.
pub(crate) unsafe fn write(fd: c_int, bufs: *const iovec, count: usize, offset: off_t) -> UvResult<usize> {
    // SAFETY: as in `read`.
    check_size(unsafe {
        let first = bufs.read();
        match (count, offset < 0) {
            (1, true) => libc::write(fd, first.iov_base, first.iov_len),
            (1, false) => wide::pwrite(fd, first.iov_base, first.iov_len, offset),
            (_, true) => libc::writev(fd, bufs, as_int(count)),
            (_, false) => wide::pwritev(fd, bufs, as_int(count), offset),
        }
    })
}

fn as_int(count: usize) -> c_int {
    c_int::try_from(count).unwrap_or(c_int::MAX)
}

/// Fills `buf` at `offset`, or at the file's position if `offset` is negative.
pub(crate) fn read_slice(fd: c_int, buf: &mut [u8], offset: off_t) -> UvResult<usize> {
    let buffer = iovec { iov_base: buf.as_mut_ptr().cast(), iov_len: buf.len() };
    // SAFETY: one buffer, borrowed for the call.
    unsafe { read(fd, &raw const buffer, 1, offset) }
}

/// Writes `data` at the file's position.
pub(crate) fn write_slice(fd: c_int, data: &[u8]) -> UvResult<usize> {
    let buffer = iovec { iov_base: data.as_ptr().cast::<c_void>().cast_mut(), iov_len: data.len() };
    // SAFETY: one buffer, which a write only reads.
    unsafe { write(fd, &raw const buffer, 1, -1) }
}
