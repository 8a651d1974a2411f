//! Reading and writing the contents of files.

use std::cell::Cell;
use std::io::IoSlice;
use std::marker::PhantomData;
use std::mem::{align_of, size_of};

use libc::{c_int, c_void, iovec};

use crate::sys::errno::{Errno, UvResult, check_size};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::wide::{self, off_t};

/// Memory that a read may fill. Others may share it, as they may share a file that is mapped.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub(crate) struct Place<'a>(iovec, PhantomData<&'a [Cell<u8>]>);

impl<'a> Place<'a> {
    #[inline]
    pub(crate) fn new(memory: &'a [Cell<u8>]) -> Place<'a> {
        let base = memory.as_ptr().cast::<c_void>().cast_mut();
        Place(iovec { iov_base: base, iov_len: memory.len() }, PhantomData)
    }

    /// What is left of it behind so many bytes.
    pub(crate) fn behind(self, count: usize) -> Place<'a> {
        let count = count.min(self.0.iov_len);
        let iov_base = self.0.iov_base.wrapping_byte_add(count);
        Place(iovec { iov_base, iov_len: self.0.iov_len - count }, PhantomData)
    }
}

const _: () = assert!(size_of::<Place>() == size_of::<iovec>() && align_of::<Place>() == align_of::<iovec>());

/// Fills places, at least one, at `offset`, or at the file's position if `offset` is negative.
pub(crate) fn read(fd: c_int, places: &[Place<'_>], offset: off_t) -> UvResult<usize> {
    let first = places.first().ok_or(Errno::EINVAL)?.0;
    let (all, count) = (places.as_ptr().cast::<iovec>(), as_int(places.len()));
    // SAFETY: a `Place` is an `iovec` of memory that may be written; a single one is cut to what a call
    // can move. `count` is cut to what fits an int, which the kernel refuses anyway.
    check_size(unsafe {
        match (count, offset < 0) {
            (1, true) => libc::read(fd, first.iov_base, first.iov_len.min(MAX_IO_BYTES)),
            (1, false) => wide::pread(fd, first.iov_base, first.iov_len.min(MAX_IO_BYTES), offset),
            (_, true) => libc::readv(fd, all, count),
            (_, false) => wide::preadv(fd, all, count, offset),
        }
    })
}

/// Writes pieces, at least one, at `offset`, or at the file's position if `offset` is negative.
pub(crate) fn write(fd: c_int, pieces: &[IoSlice<'_>], offset: off_t) -> UvResult<usize> {
    if pieces.is_empty() {
        return Err(Errno::EINVAL);
    }
    let (all, count) = (pieces.as_ptr().cast::<iovec>(), as_int(pieces.len()));
    // SAFETY: an `IoSlice` is laid out as `iovec`, of memory that may be read. One of no bytes may have
    // no address, so that none is looked at as a slice.
    check_size(unsafe {
        let first = all.read();
        match (count, offset < 0) {
            (1, true) => libc::write(fd, first.iov_base, first.iov_len),
            (1, false) => wide::pwrite(fd, first.iov_base, first.iov_len, offset),
            (_, true) => libc::writev(fd, all, count),
            (_, false) => wide::pwritev(fd, all, count, offset),
        }
    })
}

fn as_int(count: usize) -> c_int {
    c_int::try_from(count).unwrap_or(c_int::MAX)
}

/// Fills `buf` at `offset`, or at the file's position if `offset` is negative.
pub(crate) fn read_slice(fd: c_int, buf: &mut [u8], offset: off_t) -> UvResult<usize> {
    read(fd, &[Place::new(Cell::from_mut(buf).as_slice_of_cells())], offset)
}

/// Writes `data` at the file's position.
pub(crate) fn write_slice(fd: c_int, data: &[u8]) -> UvResult<usize> {
    write(fd, &[IoSlice::new(data)], -1)
}
