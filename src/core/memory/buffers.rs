//! Memory that the program lends for its bytes: buffers to be written or sent, room to read into.

use std::io::IoSlice;

use libc::{c_uint, sockaddr};

use crate::abi::*;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd::Memory;
use crate::sys::net_address::SocketAddress;

/// Buffers that the program hands over to be written.
#[derive(Clone, Copy)]
pub(crate) struct Buffers<'a> {
    at: *const uv_buf_t,
    count: u32,
    lent: std::marker::PhantomData<&'a uv_buf_t>,
}

/// # Safety
/// `at` points to `count` buffers, which point to memory that can be read.
#[inline(always)]
pub(crate) unsafe fn lend_buffers<'a>(at: *const uv_buf_t, count: u32) -> Buffers<'a> {
    Buffers { at, count, lent: std::marker::PhantomData }
}

impl<'a> Buffers<'a> {
    /// More buffers than this are a negative number gone wrong.
    const MAX: u32 = 1024 * 1024;

    #[inline(always)]
    pub(crate) fn single(self) -> Option<Pieces<'a>> {
        (self.count == 1).then(|| self.all())
    }

    pub(crate) fn checked(self) -> UvResult<Pieces<'a>> {
        if self.count.wrapping_sub(1) >= Self::MAX { Err(Errno::EINVAL) } else { Ok(self.all()) }
    }

    #[inline(always)]
    fn all(self) -> Pieces<'a> {
        Pieces { at: self.at, count: self.count as usize, lent: std::marker::PhantomData }
    }
}

/// At least one buffer, with memory that can be read.
#[derive(Clone, Copy)]
pub(crate) struct Pieces<'a> {
    at: *const uv_buf_t,
    count: usize,
    lent: std::marker::PhantomData<&'a uv_buf_t>,
}

impl<'a> Pieces<'a> {
    /// Those of a request under way.
    ///
    /// # Safety
    /// They came from [`Pieces`], parts of which may have been written, and are not used for longer than
    /// the request.
    #[inline(always)]
    pub(crate) unsafe fn again(bufs: &'a [uv_buf_t]) -> Pieces<'a> {
        Pieces { at: bufs.as_ptr(), count: bufs.len(), lent: std::marker::PhantomData }
    }

    #[inline(always)]
    pub(crate) fn list(self) -> &'a [uv_buf_t] {
        // SAFETY: the promise of who made this.
        unsafe { std::slice::from_raw_parts(self.at, self.count) }
    }

    #[inline(always)]
    pub(crate) fn first_len(self) -> usize {
        self.list()[0].len
    }

    /// As the system's calls take them.
    #[inline(always)]
    pub(crate) fn as_io(self) -> &'a [IoSlice<'a>] {
        const { assert!(size_of::<uv_buf_t>() == size_of::<IoSlice>()) };
        // SAFETY: both are laid out as `iovec` (see `abi`), and the memory can be read.
        unsafe { std::slice::from_raw_parts(self.at.cast(), self.count) }
    }
}

/// Datagrams that the program hands over to be sent, in three arrays.
#[derive(Clone, Copy)]
pub(crate) struct Datagrams<'a> {
    bufs: *const *mut uv_buf_t,
    nbufs: *const c_uint,
    addrs: *const *mut sockaddr,
    count: c_uint,
    lent: std::marker::PhantomData<&'a uv_buf_t>,
}

/// # Safety
/// Each array has `count` entries: `nbufs` and `bufs` as for [`lend_buffers`], `addrs` null or an address.
#[inline]
pub(crate) unsafe fn lend_datagrams<'a>(
    bufs: *const *mut uv_buf_t,
    nbufs: *const c_uint,
    addrs: *const *mut sockaddr,
    count: c_uint,
) -> Datagrams<'a> {
    Datagrams { bufs, nbufs, addrs, count, lent: std::marker::PhantomData }
}

impl<'a> Datagrams<'a> {
    pub(crate) fn len(self) -> usize {
        self.count as usize
    }

    /// What one of them is made of, and where it goes.
    #[inline(always)]
    pub(crate) fn get(self, k: usize) -> Option<(Buffers<'a>, Option<SocketAddress<'a>>)> {
        // SAFETY: within the arrays that `lend_datagrams`' caller vouches for.
        (k < self.len()).then(|| unsafe {
            (lend_buffers(*self.bufs.add(k), *self.nbufs.add(k)), SocketAddress::lent_any(*self.addrs.add(k)))
        })
    }
}

/// Memory that the program gives to read into. It may be in use elsewhere as well (many programs read
/// all their streams into one buffer), so it is only shown as cells, for the system to fill.
pub(crate) struct Room(uv_buf_t);

impl Room {
    pub(crate) const NONE: Room = Room(uv_buf_t { base: std::ptr::null_mut(), len: 0 });

    /// For the alloc callback to fill in.
    #[inline(always)]
    pub(crate) fn place(&mut self) -> *mut uv_buf_t {
        &raw mut self.0
    }

    #[inline(always)]
    pub(crate) fn buf(&self) -> &uv_buf_t {
        &self.0
    }

    /// The memory, if there is some.
    #[inline(always)]
    pub(crate) fn memory(&self) -> Option<&Memory> {
        if self.0.base.is_null() || self.0.len == 0 {
            return None;
        }
        // SAFETY: the alloc callback says so: memory of that size, until the read callback.
        Some(unsafe { std::slice::from_raw_parts(self.0.base.cast(), self.0.len) })
    }
}
