//! Random bytes, at once or from the pool.

use libc::{c_int, c_uint, c_void, size_t};

use crate::abi::{UV_RANDOM, uv__work, uv_loop_t, uv_random_cb, uv_random_t};
use crate::core::queue::container_of;
use crate::core::req;
use crate::core::threadpool::{self, WorkKind};
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::random;

const MAX_LENGTH: size_t = 0x7FFF_FFFF;

/// Fills `length` bytes at `buf`, which may be null if there are none.
unsafe fn fill(buf: *mut c_void, length: size_t) -> UvResult {
    if length == 0 {
        return Ok(());
    }
    // SAFETY: the callers': it is memory of the user's, for us alone until the request is over.
    random::fill(unsafe { std::slice::from_raw_parts_mut(buf.cast::<u8>(), length) })
}

/// On a worker.
unsafe extern "C" fn run(w: *mut uv__work) {
    // SAFETY: `w` is in the request that `submit` was given; request and buffer stay until its callback.
    unsafe {
        let req = container_of!(w, uv_random_t, work_req);
        (*req).status = to_status(fill((*req).buf, (*req).buflen));
    }
}

unsafe extern "C" fn done(w: *mut uv__work, status: c_int) {
    // SAFETY: as in `run`; the request is the user's again once the callback is called.
    unsafe {
        let req = container_of!(w, uv_random_t, work_req);
        req::unregister((*req).r#loop);
        let status = if status == 0 { (*req).status } else { status };
        if let Some(cb) = (*req).cb {
            cb(req, status, (*req).buf, (*req).buflen);
        }
    }
}

unsafe fn random(
    loop_: *mut uv_loop_t,
    req: *mut uv_random_t,
    buf: *mut c_void,
    buflen: size_t,
    flags: c_uint,
    cb: uv_random_cb,
) -> UvResult {
    if buflen > MAX_LENGTH {
        return Err(Errno::E2BIG);
    }
    if flags != 0 {
        return Err(Errno::EINVAL);
    }
    // SAFETY: our caller's promise; loop and request matter only with a callback.
    unsafe {
        if cb.is_none() {
            return fill(buf, buflen);
        }
        req::init(loop_, req.cast(), UV_RANDOM);
        (*req).r#loop = loop_;
        (*req).status = 0;
        (*req).buf = buf;
        (*req).buflen = buflen;
        (*req).cb = cb;
        threadpool::submit(loop_, &raw mut (*req).work_req, WorkKind::Cpu, run, done);
    }
    Ok(())
}

/// Fills `buf` with `buflen` bytes fit for cryptography: at once if `cb` is null, else on the pool.
///
/// Returns 0, `UV_E2BIG` for more than 0x7FFFFFFF bytes, `UV_EINVAL` for flags other than 0, or the
/// system's error. Any thread without a callback, loop thread only with one.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_random>.
///
/// # Safety
/// `buf` has `buflen` bytes. With a callback the loop is initialised, and `req` and `buf` stay until
/// it is called; without one `loop` and `req` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_random(
    r#loop: *mut uv_loop_t,
    req: *mut uv_random_t,
    buf: *mut c_void,
    buflen: size_t,
    flags: c_uint,
    cb: uv_random_cb,
) -> c_int {
    // SAFETY: our caller's promise is the one `random` asks for.
    to_status(unsafe { random(r#loop, req, buf, buflen, flags, cb) })
}
