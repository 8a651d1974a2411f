//! The program's memory: what it lends us, and when it gets it back.
//!
//! Handles, requests and loops are the program's. It lends a handle from its init function to its
//! close callback, a request from the call that starts it to its callback, a loop from uv_loop_init
//! to uv_loop_close. In between nobody frees them, whatever callbacks do in the meantime; so a
//! reference is good for as long as the library holds what it points to. Two things are unsafe, and
//! nothing in between: to take a pointer of the program's for what it should be ([`lend`], [`hold`]),
//! and to give memory back ([`Held`]'s callbacks, [`crate::core::closing`]), after which nothing of
//! it may be touched.

use std::io::IoSlice;

use libc::{c_int, c_uint, sockaddr};

use crate::abi::*;
pub(crate) use crate::abi::{Held, hold};
pub(crate) use crate::core::lend_values::*;
use crate::core::out::{OutBytes, lend_out_bytes};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd::Memory;
use crate::sys::net_address::SocketAddress;

/// What the program points to, for the time of a call.
///
/// # Safety
/// `at` points to memory of that type: in an init function writable, otherwise initialised and not
/// closed. On the loop's thread, unless the function says that any thread may call it.
#[inline(always)]
pub(crate) unsafe fn lend<'a, T: Lent>(at: *const T) -> &'a T {
    // SAFETY: just what is asked of our caller. All of `T` is cells: others may write to it while this lasts.
    unsafe { &*at }
}

/// [`lend`] for a pointer that may be null.
///
/// # Safety
/// As for [`lend`], unless it is null.
#[inline(always)]
pub(crate) unsafe fn lend_any<'a, T: Lent>(at: *const T) -> Option<&'a T> {
    // SAFETY: as asked of our caller. All of `T` is cells: others may write to it while this lasts.
    unsafe { at.as_ref() }
}

/// [`hold`] for a pointer that may be null.
///
/// # Safety
/// As for [`hold`], unless it is null.
#[inline(always)]
pub(crate) unsafe fn hold_any<T: Lent>(request: *mut T) -> Option<Held<T>> {
    // SAFETY: as asked for above.
    (!request.is_null()).then(|| unsafe { hold(request) })
}

macro_rules! completes {
    ($($request:ident.$cb:ident)*) => { $(
        impl Held<$request> {
            /// The request is the program's again, which may free it in the callback.
            #[inline(always)]
            pub(crate) fn complete(self, status: c_int) {
                if let Some(cb) = self.$cb.get() {
                    // SAFETY: the program's callback for this request. This was the last way to it.
                    unsafe { cb(self.into_raw().as_ptr(), status) };
                }
            }
        }
    )* };
}

completes!(uv_write_t.cb uv_connect_t.cb uv_shutdown_t.cb uv_udp_send_t.send_cb uv_work_t.after_work_cb);

macro_rules! owned_by_loops {
    ($($request:ident)*) => { $(
        impl Held<$request> {
            /// The loop that the request was begun with, if any.
            pub(crate) fn owner(&self) -> Option<&uv_loop_t> {
                // SAFETY: a loop that has requests is not closed.
                unsafe { self.r#loop.get().as_ref() }
            }
        }
    )* };
}

owned_by_loops!(uv_fs_t uv_getaddrinfo_t uv_getnameinfo_t uv_work_t uv_random_t);

impl Held<uv_fs_t> {
    /// The request is the program's again, which may free it in the callback.
    pub(crate) fn complete(self) {
        if let Some(cb) = self.cb.get() {
            // SAFETY: the program's callback for this request. This was the last way to it.
            unsafe { cb(self.into_raw().as_ptr()) };
        }
    }
}

impl Held<uv_getaddrinfo_t> {
    /// The same, with what was found in the request.
    pub(crate) fn complete(self) {
        if let Some(cb) = self.cb.get() {
            let (code, found) = (self.retcode.get(), self.addrinfo.get());
            // SAFETY: the program's callback for this request. This was the last way to it.
            unsafe { cb(self.into_raw().as_ptr(), code, found) };
        }
    }
}

impl Held<uv_getnameinfo_t> {
    /// The same, with the names in the request, unless there was an error.
    pub(crate) fn complete(self) {
        if let Some(cb) = self.getnameinfo_cb.get() {
            let code = self.retcode.get();
            let (mut host, mut service) = (std::ptr::null(), std::ptr::null());
            if code == 0 {
                host = self.host.as_ptr().cast();
                service = self.service.as_ptr().cast();
            }
            // SAFETY: the program's callback for this request, in which the names are. This was the last
            // way to it.
            unsafe { cb(self.into_raw().as_ptr(), code, host, service) };
        }
    }
}

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

impl Held<uv_random_t> {
    /// The memory to be filled; for the one worker that has the request.
    pub(crate) fn memory(&self) -> Option<OutBytes<'_>> {
        // SAFETY: uv_random asks for that much memory, until the callback, which consumes this.
        unsafe { lend_out_bytes(self.buf.get(), self.buflen.get()) }
    }

    /// The request is the program's again, as is the memory.
    pub(crate) fn complete(self, status: c_int) {
        if let Some(cb) = self.cb.get() {
            let (buf, buflen) = (self.buf.get(), self.buflen.get());
            // SAFETY: the program's callback for this request. This was the last way to it.
            unsafe { cb(self.into_raw().as_ptr(), status, buf, buflen) };
        }
    }
}

impl Held<uv_work_t> {
    /// Calls the program's work, which leaves the request with us.
    #[inline(always)]
    pub(crate) fn work(&self) {
        if let Some(work_cb) = self.work_cb.get() {
            // SAFETY: the program's function, for the worker thread that has the request.
            unsafe { work_cb(self.as_ptr()) };
        }
    }
}
