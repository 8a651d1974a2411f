//! Work of the user's on the pool, and cancelling what has not begun.

use libc::c_int;

use crate::abi::*;
use crate::core::queue::container_of;
use crate::core::req;
use crate::core::threadpool::{self, WorkKind};
use crate::stream;
use crate::sys::errno::{Errno, UvResult, to_status};

/// On a worker.
unsafe extern "C" fn run(w: *mut uv__work) {
    // SAFETY: `w` is in the request that `submit` was given, which stays until its callback.
    unsafe {
        let req = container_of!(w, uv_work_t, work_req);
        if let Some(work_cb) = (*req).work_cb {
            work_cb(req);
        }
    }
}

unsafe extern "C" fn done(w: *mut uv__work, status: c_int) {
    // SAFETY: as in `run`; the request is the user's again once the callback is called.
    unsafe {
        let req = container_of!(w, uv_work_t, work_req);
        req::unregister((*req).r#loop);
        if let Some(after_work_cb) = (*req).after_work_cb {
            after_work_cb(req, status);
        }
    }
}

unsafe fn queue_work(
    loop_: *mut uv_loop_t,
    req: *mut uv_work_t,
    work_cb: uv_work_cb,
    after_work_cb: uv_after_work_cb,
) -> UvResult {
    if work_cb.is_none() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: our caller's promise.
    unsafe {
        req::init(loop_, req.cast(), UV_WORK);
        (*req).r#loop = loop_;
        (*req).work_cb = work_cb;
        (*req).after_work_cb = after_work_cb;
        threadpool::submit(loop_, &raw mut (*req).work_req, WorkKind::Cpu, run, done);
    }
    Ok(())
}

unsafe fn cancel(req: *mut uv_req_t) -> UvResult {
    // SAFETY: our caller's promise; the kind tells what the request is.
    unsafe {
        if (*req).r#type == UV_WRITE {
            return stream::cancel(req.cast());
        }
        let w = match (*req).r#type {
            UV_FS => &raw mut (*req.cast::<uv_fs_t>()).work_req,
            UV_GETADDRINFO => &raw mut (*req.cast::<uv_getaddrinfo_t>()).work_req,
            UV_GETNAMEINFO => &raw mut (*req.cast::<uv_getnameinfo_t>()).work_req,
            UV_RANDOM => &raw mut (*req.cast::<uv_random_t>()).work_req,
            UV_WORK => &raw mut (*req.cast::<uv_work_t>()).work_req,
            _ => return Err(Errno::EINVAL),
        };
        threadpool::cancel(w)
    }
}

/// Has a worker thread call `work_cb`, and then the loop `after_work_cb` (which may be null).
///
/// Returns 0, or `UV_EINVAL` if `work_cb` is null. The status given to `after_work_cb` is 0, or
/// `UV_ECANCELED` after `uv_cancel`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/threadpool.html#c.uv_queue_work>.
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
    // SAFETY: our caller's promise is the one `queue_work` asks for.
    to_status(unsafe { queue_work(r#loop, req, work_cb, after_work_cb) })
}

/// Cancels a request of the kinds fs, getaddrinfo, getnameinfo, random, work and write that has not
/// begun. Its callback still comes, later, with `UV_ECANCELED` (`UV_EAI_CANCELED` for names).
///
/// Returns 0, `UV_EBUSY` if it runs or has run, or `UV_EINVAL` for other kinds. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/request.html#c.uv_cancel>.
///
/// # Safety
/// `req` was started, and its memory is still that request's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cancel(req: *mut uv_req_t) -> c_int {
    // SAFETY: our caller's promise is the one `cancel` asks for.
    to_status(unsafe { cancel(req) })
}
