//! Requests go back to the program: their callbacks, which consume the token.

use libc::c_int;

use crate::abi::*;
use crate::core::memory::out::{OutBytes, lend_out_bytes};
use crate::core::observe::call::{Call, CallKind};
use crate::core::observe::calling::calling;

macro_rules! completes {
    ($($request:ident.$cb:ident)*) => { $(
        impl Held<$request> {
            /// The request is the program's again, which may free it in the callback. Who tells of a handle's
            /// readiness says so to those who look.
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

completes!(uv_write_t.cb uv_connect_t.cb uv_shutdown_t.cb uv_udp_send_t.send_cb);

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

/// Calls the callback of a request that was begun with a loop.
#[inline(always)]
fn tell(loop_: *mut uv_loop_t, call: Call<'_>, callback: impl FnOnce()) {
    if loop_.is_null() {
        return callback();
    }
    // SAFETY: a loop that tells of a request is not closed.
    calling(move || unsafe { &*loop_ }, move || call, callback);
}

impl Held<uv_work_t> {
    /// The request is the program's again, which may free it in the callback.
    #[inline(always)]
    pub(crate) fn complete(self, status: c_int) {
        if let Some(cb) = self.after_work_cb.get() {
            let (loop_, request) = (self.r#loop.get(), self.into_raw());
            let call = Call::new(CallKind::AfterWork, cb as usize, request.addr().get());
            // SAFETY: the program's callback for this request. This was the last way to it.
            tell(loop_, call, move || unsafe { cb(request.as_ptr(), status) });
        }
    }
}

impl Held<uv_fs_t> {
    /// The request is the program's again, which may free it in the callback.
    pub(crate) fn complete(self) {
        if let Some(cb) = self.cb.get() {
            let call = Call::new(CallKind::Fs, cb as usize, self.as_ptr().addr());
            let call = call.with_operation(self.fs_type.get());
            let (loop_, request) = (self.r#loop.get(), self.into_raw());
            // SAFETY: the program's callback for this request. This was the last way to it.
            tell(loop_, call, move || unsafe { cb(request.as_ptr()) });
        }
    }
}

impl Held<uv_getaddrinfo_t> {
    /// The same, with what was found in the request.
    pub(crate) fn complete(self) {
        if let Some(cb) = self.cb.get() {
            let (code, found) = (self.retcode.get(), self.addrinfo.get());
            let (loop_, request) = (self.r#loop.get(), self.into_raw());
            let call = Call::new(CallKind::GetAddrInfo, cb as usize, request.addr().get());
            // SAFETY: the program's callback for this request. This was the last way to it.
            tell(loop_, call, move || unsafe { cb(request.as_ptr(), code, found) });
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
            let (loop_, request) = (self.r#loop.get(), self.into_raw());
            let call = Call::new(CallKind::GetNameInfo, cb as usize, request.addr().get());
            // SAFETY: the program's callback for this request, in which the names are. This was the last
            // way to it.
            tell(loop_, call, move || unsafe { cb(request.as_ptr(), code, host, service) });
        }
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
            let (loop_, request) = (self.r#loop.get(), self.into_raw());
            let call = Call::new(CallKind::Random, cb as usize, request.addr().get());
            // SAFETY: the program's callback for this request. This was the last way to it.
            tell(loop_, call, move || unsafe { cb(request.as_ptr(), status, buf, buflen) });
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
