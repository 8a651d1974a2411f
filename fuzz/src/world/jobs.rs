//! Requests of the pool: work of the program's, random bytes, names; and taking them back.

use std::ffi::{c_char, c_int, c_void};
use std::ptr::null;
use std::sync::atomic::Ordering::SeqCst;

use libc::size_t;
use uv::abi::*;

use super::udp::loopback;
use super::{Request, World};
use crate::memory::Exact;

impl World {
    pub(super) fn new_job(&self) {
        if self.jobs.borrow().len() >= 8 {
            return;
        }
        // SAFETY: requests that are not begun, and what they work with stays as long as they do.
        unsafe {
            match self.below(5) {
                0..2 => {
                    let request = Request::<uv_work_t>::new(self, Vec::new());
                    let at = Request::begin(request);
                    let status = (self.api.uv_queue_work)(self.loop_, at, Some(work), Some(after_work));
                    self.job_begun(at.cast(), status);
                    Request::begun(request, status);
                }
                2 => {
                    let request = Request::<uv_random_t>::new(self, vec![Exact::filled(16)]);
                    let buffer = (&(*request).bytes)[0].as_ptr().cast();
                    let at = Request::begin(request);
                    let status = (self.api.uv_random)(self.loop_, at, buffer, 16, 0, Some(on_random));
                    self.job_begun(at.cast(), status);
                    Request::begun(request, status);
                }
                3 => {
                    let request = Request::<uv_getaddrinfo_t>::new(self, Vec::new());
                    let at = Request::begin(request);
                    let host = c"127.0.0.1".as_ptr();
                    let status =
                        (self.api.uv_getaddrinfo)(self.loop_, at, Some(on_found), host, null(), null());
                    self.job_begun(at.cast(), status);
                    Request::begun(request, status);
                }
                _ => {
                    let request = Request::<uv_getnameinfo_t>::new(self, Vec::new());
                    let at = Request::begin(request);
                    let address = loopback(80);
                    let flags = libc::NI_NUMERICHOST | libc::NI_NUMERICSERV;
                    let address = (&raw const address).cast();
                    let status = (self.api.uv_getnameinfo)(self.loop_, at, Some(on_named), address, flags);
                    self.job_begun(at.cast(), status);
                    Request::begun(request, status);
                }
            }
        }
    }

    pub(super) fn job_begun(&self, request: *mut uv_req_t, status: c_int) {
        if status == 0 {
            self.jobs.borrow_mut().push(request);
        }
    }

    pub(super) fn cancel(&self) {
        let request = {
            let jobs = self.jobs.borrow();
            let place = self.below(jobs.len());
            jobs.get(place).copied()
        };
        let Some(request) = request else { return };
        // SAFETY: a request under way.
        let status = unsafe { (self.api.uv_cancel)(request) };
        assert!(status == 0 || status == UV_EBUSY, "uv_cancel: {status}");
    }
}

/// On another thread: it touches nothing but its own counter.
unsafe extern "C" fn work(request: *mut uv_work_t) {
    // SAFETY: a request of `new_job`.
    unsafe {
        let this = (*request).data.get().cast::<Request<uv_work_t>>();
        (*this).runs.fetch_add(1, SeqCst);
    }
}

unsafe extern "C" fn after_work(request: *mut uv_work_t, status: c_int) {
    // SAFETY: a request of `new_job`, called back once.
    unsafe {
        let this = (*request).data.get().cast::<Request<uv_work_t>>();
        let times = (*this).runs.load(SeqCst);
        let expected = match status {
            0 => 1,
            UV_ECANCELED => 0,
            _ => panic!("work ends with {status}"),
        };
        assert_eq!(times, expected, "carried out {times} times, told {status}");
        Request::end(request).in_callback();
    }
}

unsafe extern "C" fn on_random(request: *mut uv_random_t, status: c_int, _buf: *mut c_void, _len: size_t) {
    assert!(status == 0 || status == UV_ECANCELED, "uv_random: {status}");
    // SAFETY: the request of a `begin`.
    unsafe { Request::end(request) }.in_callback();
}

unsafe extern "C" fn on_found(request: *mut uv_getaddrinfo_t, status: c_int, list: *mut libc::addrinfo) {
    // SAFETY: the request of a `begin`, and its list, which is ours.
    unsafe {
        let this = (*request).data.get().cast::<Request<uv_getaddrinfo_t>>();
        let world = &*(*this).world;
        assert!(status == 0 || status == UV_EAI_CANCELED, "uv_getaddrinfo: {status}");
        assert_eq!(status == 0, !list.is_null());
        (world.api.uv_freeaddrinfo)(list);
        Request::end(request).in_callback();
    }
}

unsafe extern "C" fn on_named(
    request: *mut uv_getnameinfo_t,
    status: c_int,
    _host: *const c_char,
    _service: *const c_char,
) {
    assert!(status == 0 || status == UV_EAI_CANCELED, "uv_getnameinfo: {status}");
    // SAFETY: the request of a `begin`.
    unsafe { Request::end(request) }.in_callback();
}
