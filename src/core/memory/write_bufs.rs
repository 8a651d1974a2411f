//! What a write has with it while it is under way: its list of buffers, its stream, a handle to be sent.

use std::cell::Cell;
use std::ptr::null_mut;

use crate::abi::*;
use crate::core::memory::alloc;
use crate::core::memory::buffers::Pieces;
use crate::sys::errno::{Errno, UvResult};

/// Requests with no more buffers keep the list inside.
const INLINE_BUFS: usize = 4;

/// The list of buffers: `bufs` is null for none, `bufsml`, or memory of its own. What begins a request
/// calls `make_room` or `forget_bufs` before it goes anywhere.
impl uv_write_t {
    /// The buffers that are not written yet, or not wholly.
    #[inline(always)]
    pub(crate) fn rest(&self) -> &[Cell<uv_buf_t>] {
        let (first, count) = (self.write_index.get() as usize, self.nbufs.get() as usize);
        // SAFETY: `make_room` made room for `nbufs` buffers and `keep_bufs` filled it before the request was
        // queued; `write_index` only counts up to `nbufs`; the list stays until `free_bufs`, when it is over.
        unsafe { std::slice::from_raw_parts(self.bufs.get().add(first).cast(), count - first) }
    }

    /// The same, to be written.
    #[inline(always)]
    pub(crate) fn pieces(&self) -> Pieces<'_> {
        let rest = self.rest();
        // SAFETY: `keep_bufs` copied pieces; nobody changes the list while a call is under way.
        unsafe { Pieces::again(std::slice::from_raw_parts(rest.as_ptr().cast(), rest.len())) }
    }

    #[inline(always)]
    pub(crate) fn has_bufs(&self) -> bool {
        !self.bufs.get().is_null()
    }

    fn inline_bufs(&self) -> *mut uv_buf_t {
        self.bufsml.as_ptr().cast()
    }

    /// Makes room for `count` buffers.
    pub(crate) fn make_room(&self, count: usize) -> UvResult {
        let room = if count <= INLINE_BUFS {
            self.inline_bufs()
        } else {
            alloc::malloc(count * size_of::<uv_buf_t>()).cast()
        };
        if room.is_null() {
            return Err(Errno::ENOMEM);
        }
        self.bufs.set(room);
        self.nbufs.set(count as u32);
        self.write_index.set(0);
        Ok(())
    }

    /// Fills the room with these buffers; what does not fit is left out.
    pub(crate) fn keep_bufs(&self, pieces: Pieces<'_>) {
        let list = pieces.list();
        let count = list.len().min(self.nbufs.get() as usize);
        // SAFETY: `make_room` made room for `nbufs` buffers; the room is not the program's array.
        unsafe { self.bufs.get().copy_from_nonoverlapping(list.as_ptr(), count) };
    }

    /// Says that there is no list.
    #[inline(always)]
    pub(crate) fn forget_bufs(&self) {
        self.bufs.set(null_mut());
    }

    /// Gives up the list.
    pub(crate) fn free_bufs(&self) {
        let bufs = self.bufs.replace(null_mut());
        if bufs != self.inline_bufs() {
            // SAFETY: null, or from `make_room`; this was the last way to it.
            unsafe { alloc::free(bufs.cast()) };
        }
    }

    /// The stream that it writes to.
    #[inline(always)]
    pub(crate) fn stream(&self) -> &uv_stream_t {
        // SAFETY: set when the request began, and a stream ends its requests before its close callback.
        unsafe { &*self.handle.get() }
    }

    /// The handle to be sent along.
    #[inline(always)]
    pub(crate) fn passed(&self) -> Option<&uv_handle_t> {
        // SAFETY: null, or a handle that uv_write2 was given and that stays until the request's callback.
        unsafe { self.send_handle.get().cast::<uv_handle_t>().as_ref() }
    }

    #[inline(always)]
    pub(crate) fn set_passed(&self, handle: Option<&uv_handle_t>) {
        self.send_handle.set(handle.map_or(null_mut(), |handle| handle.as_ptr().cast()));
    }
}

/// The bytes in these buffers; what goes beyond an int counts as its maximum.
#[inline]
pub(crate) fn size_of_bufs(lens: impl Iterator<Item = usize>) -> usize {
    let limit = i32::MAX as usize;
    let mut size = 0;
    for len in lens {
        if len > limit - size {
            return limit;
        }
        size += len;
    }
    size
}
