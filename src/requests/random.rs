//! Random bytes, at once or from the pool.

use libc::{c_int, c_uint, c_void, size_t};

use crate::abi::{UV_RANDOM, uv_loop_t, uv_random_cb, uv_random_t};
use crate::core::lend::{Held, hold, lend};
use crate::core::req;
use crate::core::threadpool::{self, Work, WorkKind};
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::random;

const MAX_LENGTH: size_t = 0x7FFF_FFFF;

/// Memory of the program's for the bytes.
fn fill(room: Option<&mut [u8]>) -> UvResult {
    room.map_or(Ok(()), random::fill)
}

/// # Safety
/// `buf` has `length` bytes that nobody else uses; it may be null if there are none.
unsafe fn room<'a>(buf: *mut c_void, length: size_t) -> Option<&'a mut [u8]> {
    // SAFETY: the caller's promise.
    (length != 0).then(|| unsafe { std::slice::from_raw_parts_mut(buf.cast(), length) })
}

impl Work for uv_random_t {
    fn run(request: &Held<Self>) {
        // SAFETY: uv_random's caller's promise, until the callback.
        let room = unsafe { room(request.buf.get(), request.buflen.get()) };
        request.status.set(to_status(fill(room)));
    }

    fn done(request: Held<Self>, status: c_int) {
        // SAFETY: set by `random`; a loop is not closed while it has requests.
        req::unregister(unsafe { &*request.r#loop.get() });
        let status = if status == 0 { request.status.get() } else { status };
        if let Some(cb) = request.cb.get() {
            let (buf, buflen) = (request.buf.get(), request.buflen.get());
            // SAFETY: the program's callback for this request. This was the last way to it.
            unsafe { cb(request.into_raw().as_ptr(), status, buf, buflen) };
        }
    }
}

fn check(buflen: size_t, flags: c_uint) -> UvResult {
    if buflen > MAX_LENGTH {
        return Err(Errno::E2BIG);
    }
    if flags != 0 { Err(Errno::EINVAL) } else { Ok(()) }
}

fn start(loop_: &uv_loop_t, request: Held<uv_random_t>, buf: *mut c_void, buflen: size_t, cb: uv_random_cb) {
    req::init(loop_, &request, UV_RANDOM);
    request.r#loop.set(std::ptr::from_ref(loop_).cast_mut());
    request.status.set(0);
    request.buf.set(buf);
    request.buflen.set(buflen);
    request.cb.set(cb);
    threadpool::start(loop_, request, WorkKind::Cpu);
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
    if let Err(error) = check(buflen, flags) {
        return error.code();
    }
    if cb.is_none() {
        // SAFETY: our caller's promise.
        return to_status(fill(unsafe { room(buf, buflen) }));
    }
    // SAFETY: our caller's promise.
    let (r#loop, req) = unsafe { (lend(r#loop), hold(req)) };
    start(r#loop, req, buf, buflen, cb);
    0
}
