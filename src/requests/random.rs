//! Random bytes, at once or from the pool.

#![forbid(unsafe_code)]

use libc::{c_int, c_uint, c_void, size_t};

use crate::abi::{UV_RANDOM, uv_loop_t, uv_random_cb, uv_random_t};
use crate::core::memory::lend::Held;
use crate::core::memory::out::OutBytes;
use crate::core::observe::call::{Call, CallKind};
use crate::core::state::req;
use crate::core::threadpool::{self, Work, WorkKind};
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::random;

const MAX_LENGTH: size_t = 0x7FFF_FFFF;

/// Fills memory of the program's. `UV_EFAULT` if there is none, for so many bytes.
pub(crate) fn fill(memory: Option<OutBytes<'_>>, size: size_t) -> UvResult {
    match memory {
        Some(memory) => random::fill(memory.into_memory()),
        None if size == 0 => Ok(()),
        None => Err(Errno::EFAULT),
    }
}

impl Work for uv_random_t {
    fn run(request: &Held<Self>) {
        request.status.set(to_status(fill(request.memory(), request.buflen.get())));
    }

    fn describe(request: &Held<Self>) -> Call<'_> {
        let function = request.cb.get().map_or(0, |cb| cb as usize);
        Call::new(CallKind::RandomWork, function, request.as_ptr().addr())
    }

    fn done(request: Held<Self>, status: c_int) {
        if let Some(loop_) = request.owner() {
            req::unregister(loop_);
        }
        let status = if status == 0 { request.status.get() } else { status };
        request.complete(status);
    }
}

pub(crate) fn check(buflen: size_t, flags: c_uint) -> UvResult {
    if buflen > MAX_LENGTH {
        return Err(Errno::E2BIG);
    }
    if flags != 0 { Err(Errno::EINVAL) } else { Ok(()) }
}

pub(crate) fn start(
    loop_: &uv_loop_t,
    request: Held<uv_random_t>,
    buf: *mut c_void,
    buflen: size_t,
    cb: uv_random_cb,
) -> UvResult {
    threadpool::ensure()?;
    req::init(loop_, &request, UV_RANDOM);
    request.r#loop.set(std::ptr::from_ref(loop_).cast_mut());
    request.status.set(0);
    request.buf.set(buf);
    request.buflen.set(buflen);
    request.cb.set(cb);
    threadpool::start(loop_, request, WorkKind::Cpu);
    Ok(())
}
