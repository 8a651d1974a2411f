//! Work on the pool. <https://docs.libuv.org/en/v1.x/threadpool.html>

use libc::c_int;

use super::kinds;
use crate::abi::*;
use crate::core::memory::lend::{hold, lend};
use crate::requests::work;
use crate::sys::errno::to_status;

/// Has a worker thread call `work_cb`, and then the loop `after_work_cb` (which may be null).
///
/// Returns 0, `UV_EINVAL` if `work_cb` is null, or `UV_EAGAIN` where there can be no thread. The status given to `after_work_cb` is 0, or
/// `UV_ECANCELED` after `uv_cancel`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/threadpool.html#c.uv_queue_work>, since 1.0.
///
/// # Safety
/// The loop is initialised. `req` is not under way and stays until `after_work_cb` is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_queue_work(
    r#loop: *mut uv_loop_t,
    req: *mut uv_work_t,
    work_cb: uv_work_cb,
    after_work_cb: uv_after_work_cb,
) -> c_int {
    // SAFETY: an initialised loop, and a request that is not under way and stays, as documented.
    let (r#loop, req) = unsafe { (lend(r#loop), hold(req)) };
    to_status(work::queue_work(r#loop, req, work_cb, after_work_cb))
}

/// Cancels a request of the kinds fs, getaddrinfo, getnameinfo, random and work that has not begun, or a write that is
/// not through. Its callback still comes, later, with `UV_ECANCELED` (`UV_EAI_CANCELED` for names). Of a write a part
/// may be on its way, as `uv_write_nwritten` tells; one that was through before keeps its status.
///
/// Returns 0, `UV_EBUSY` if it runs or has run, or for a write of a stream that is closing, or `UV_EINVAL` for other
/// kinds. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/request.html#c.uv_cancel>, since 1.0.
///
/// # Safety
/// `req` was started, and its memory is still that request's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cancel(req: *mut uv_req_t) -> c_int {
    // SAFETY: a request that was started, in memory that is still that request's, as documented.
    to_status(kinds::cancel(unsafe { lend(req) }))
}
