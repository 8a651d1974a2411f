//! Random bytes. <https://docs.libuv.org/en/v1.x/misc.html>

use libc::{c_int, c_uint, c_void, size_t};

use crate::abi::*;
use crate::core::memory::lend::{hold, lend};
use crate::core::memory::out::lend_out_bytes;
use crate::requests::random;
use crate::sys::errno::to_status;

/// Fills `buf` with `buflen` bytes fit for cryptography: at once if `cb` is null, else on the pool.
///
/// Returns 0, `UV_E2BIG` for more than 0x7FFFFFFF bytes, `UV_EINVAL` for flags other than 0,
/// `UV_EFAULT` without a buffer, `UV_EAGAIN` where there can be no thread, or the system's error. Any thread without a callback, loop thread only with one.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_random>, since 1.33.
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
    if let Err(error) = random::check(buflen, flags) {
        return error.code();
    }
    if cb.is_none() {
        // SAFETY: `buf` has `buflen` bytes, as documented.
        return to_status(random::fill(unsafe { lend_out_bytes(buf, buflen) }, buflen));
    }
    // SAFETY: an initialised loop, and a request that is not under way and stays, as documented.
    let (r#loop, req) = unsafe { (lend(r#loop), hold(req)) };
    to_status(random::start(r#loop, req, buf, buflen, cb))
}
