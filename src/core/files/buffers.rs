//! The memory that reads fill and writes take: the program's lists of buffers, and the requests' own.

use std::io::IoSlice;
use std::ptr::null_mut;

use libc::c_uint;

use crate::abi::*;
use crate::core::memory::alloc;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::fs::io::Place;
use crate::sys::wide::off_t;

/// Memory of the program's to read into or to write from.
#[derive(Clone, Copy)]
pub(crate) struct Buffers<'a>(&'a [uv_buf_t]);

/// # Safety
/// `at` is null or points to `count` buffers, of memory that can be read and, for a read, written; it
/// stays until the callback, or for the call.
pub(crate) unsafe fn lend_buffers<'a>(at: *const uv_buf_t, count: c_uint) -> Buffers<'a> {
    if at.is_null() {
        return Buffers::NONE;
    }
    // SAFETY: not null, so an array of `count` buffers: the program's, for the call, or the one that `keep`
    // made.
    Buffers(unsafe { std::slice::from_raw_parts(at, count as usize) })
}

impl<'a> Buffers<'a> {
    pub(crate) const NONE: Buffers<'static> = Buffers(&[]);

    pub(crate) fn count(self) -> usize {
        self.0.len()
    }

    pub(crate) fn sizes(self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|buf| buf.len)
    }

    /// The size of the first one, and the others.
    pub(crate) fn split_first(self) -> Option<(usize, Buffers<'a>)> {
        self.0.split_first().map(|(first, others)| (first.len, Buffers(others)))
    }

    pub(crate) fn pieces(self) -> &'a [IoSlice<'a>] {
        const { assert!(size_of::<uv_buf_t>() == size_of::<IoSlice>()) };
        // SAFETY: both are laid out as `iovec` (see `abi`), and `lend_buffers` asks for memory to read.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), self.0.len()) }
    }

    /// For a read.
    pub(crate) fn places(self) -> &'a [Place<'a>] {
        const { assert!(size_of::<uv_buf_t>() == size_of::<Place>()) };
        // SAFETY: both are laid out as `iovec`, and `lend_buffers` asks for memory to write.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), self.0.len()) }
    }
}

/// How many buffers a request itself has room for. The last place is out of use on 32-bit systems: in
/// programs compiled without `_FILE_OFFSET_BITS=64` the field `off` is shorter, so requests end in it.
const ROOM: usize = if size_of::<libc::off_t>() < size_of::<off_t>() { 3 } else { 4 };

/// The list of buffers that is a part of the request.
fn own_list(request: &uv_fs_t) -> *mut uv_buf_t {
    request.bufsml.as_ptr().cast()
}

/// Gives the request its own list of the buffers, so that the program's may go.
pub(crate) fn keep(request: &uv_fs_t, Buffers(buffers): Buffers) -> UvResult {
    let list =
        if buffers.len() <= ROOM { own_list(request) } else { alloc::malloc(size_of_val(buffers)).cast() };
    if list.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: the list has room for all; nobody reads it yet.
    unsafe { list.copy_from_nonoverlapping(buffers.as_ptr(), buffers.len()) };
    request.bufs.set(list);
    request.nbufs.set(buffers.len() as c_uint);
    Ok(())
}

/// The request's own list, or none.
pub(crate) fn kept(request: &uv_fs_t) -> Buffers<'_> {
    if request.bufs.get().is_null() {
        return Buffers::NONE;
    }
    // SAFETY: `keep` put that many there, of memory that `lend_buffers` asked for.
    unsafe { lend_buffers(request.bufs.get(), request.nbufs.get()) }
}

/// Forgets the list of buffers, and frees it if it is a block of its own.
pub(crate) fn drop_kept(request: &uv_fs_t) {
    let list = request.bufs.replace(null_mut());
    if !list.is_null() && list != own_list(request) {
        // SAFETY: `keep` allocated it, and the request was the only way to it.
        unsafe { alloc::free(list.cast()) };
    }
}

/// Notes the length of a transfer in the list of buffers, of which it has none; `EINVAL` if that is more
/// than one call can move.
pub(crate) fn set_length(request: &uv_fs_t, len: usize) -> UvResult {
    if len > MAX_IO_BYTES {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the list's first place is a part of the request.
    unsafe { own_list(request).write(uv_buf_t { base: null_mut(), len }) };
    Ok(())
}

pub(crate) fn length(request: &uv_fs_t) -> usize {
    // SAFETY: the list's first place is a part of the request, and any bytes are a length.
    unsafe { (*own_list(request)).len }
}
