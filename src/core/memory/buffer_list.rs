//! The buffers that a request keeps: a few within itself, more in memory of their own.

use std::cell::Cell;
use std::ptr::null_mut;

use libc::c_uint;

use crate::abi::{uv_buf_t, uv_udp_send_t};
use crate::core::memory::alloc;
use crate::core::memory::buffers::Pieces;
use crate::sys::errno::{Errno, UvResult};

/// Buffers that a request has room for.
const INSIDE: usize = 4;

/// The list in a request that was begun: none, within the request, or memory of its own.
#[derive(Clone, Copy)]
pub(crate) struct BufferList<'a> {
    bufs: &'a Cell<*mut uv_buf_t>,
    count: &'a Cell<c_uint>,
    inside: &'a Cell<[uv_buf_t; INSIDE]>,
}

impl uv_udp_send_t {
    #[inline(always)]
    pub(crate) fn buffers(&self) -> BufferList<'_> {
        BufferList { bufs: &self.bufs, count: &self.nbufs, inside: &self.bufsml }
    }
}

impl<'a> BufferList<'a> {
    /// Begins with a copy of this list; what the buffers hold stays where it is.
    #[inline(always)]
    pub(crate) fn keep(self, pieces: Pieces<'_>) -> UvResult {
        let list = pieces.list();
        let mut room: *mut uv_buf_t = self.inside.as_ptr().cast();
        if list.len() > INSIDE {
            room = alloc::malloc(size_of_val(list)).cast();
            if room.is_null() {
                return Err(Errno::ENOMEM);
            }
        }
        // SAFETY: there is room for that many, which is not the program's own list.
        unsafe { room.copy_from_nonoverlapping(list.as_ptr(), list.len()) };
        self.bufs.set(room);
        self.count.set(list.len() as c_uint);
        Ok(())
    }

    /// The buffers, for as long as the list is kept.
    #[inline(always)]
    pub(crate) fn pieces(self) -> Pieces<'a> {
        // SAFETY: `keep` copied that many pieces, which nobody changes until `give_up`.
        unsafe { Pieces::again(std::slice::from_raw_parts(self.bufs.get(), self.count.get() as usize)) }
    }

    /// Ends the list.
    #[inline(always)]
    pub(crate) fn give_up(self) {
        let bufs = self.bufs.replace(null_mut());
        if bufs != self.inside.as_ptr().cast() {
            // SAFETY: from `keep`, and this was the last way to it.
            unsafe { alloc::free(bufs.cast()) };
        }
    }
}
