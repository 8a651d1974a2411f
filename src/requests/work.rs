//! Work of the program's on the pool.

#![forbid(unsafe_code)]

use libc::c_int;

use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::observe::call::{Call, CallKind};
use crate::core::state::req;
use crate::core::threadpool::{self, Work, WorkKind};
use crate::sys::errno::{Errno, UvResult};

impl Work for uv_work_t {
    fn run(request: &Held<Self>) {
        request.work();
    }

    fn describe(request: &Held<Self>) -> Call<'_> {
        let function = request.work_cb.get().map_or(0, |cb| cb as usize);
        Call::new(CallKind::Work, function, request.as_ptr().addr())
    }

    fn done(request: Held<Self>, status: c_int) {
        if let Some(loop_) = request.owner() {
            req::unregister(loop_);
        }
        request.complete(status);
    }
}

pub(crate) fn queue_work(
    loop_: &uv_loop_t,
    request: Held<uv_work_t>,
    work_cb: uv_work_cb,
    after_work_cb: uv_after_work_cb,
) -> UvResult {
    if work_cb.is_none() {
        return Err(Errno::EINVAL);
    }
    threadpool::ensure()?;
    req::init(loop_, &request, UV_WORK);
    request.r#loop.set(std::ptr::from_ref(loop_).cast_mut());
    request.work_cb.set(work_cb);
    request.after_work_cb.set(after_work_cb);
    threadpool::start(loop_, request, WorkKind::Cpu);
    Ok(())
}
