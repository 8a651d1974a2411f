//! Work of the user's on the pool, and cancelling what has not begun.

use libc::c_int;

use crate::abi::*;
use crate::core::lend::{Held, hold, lend};
use crate::core::req;
use crate::core::threadpool::{self, Work, WorkKind};
use crate::handles::stream;
use crate::sys::errno::{Errno, UvResult, to_status};

impl Work for uv_work_t {
    fn run(request: &Held<Self>) {
        if let Some(work_cb) = request.work_cb.get() {
            // SAFETY: the program's function, for a worker thread.
            unsafe { work_cb(request.as_ptr()) };
        }
    }

    fn done(request: Held<Self>, status: c_int) {
        req::unregister(request.owner());
        request.complete(status);
    }
}

impl uv_work_t {
    fn owner(&self) -> &uv_loop_t {
        // SAFETY: set by `queue_work`; a loop is not closed while it has requests.
        unsafe { &*self.r#loop.get() }
    }
}

fn queue_work(
    loop_: &uv_loop_t,
    request: Held<uv_work_t>,
    work_cb: uv_work_cb,
    after_work_cb: uv_after_work_cb,
) -> UvResult {
    if work_cb.is_none() {
        return Err(Errno::EINVAL);
    }
    req::init(loop_, &request, UV_WORK);
    request.r#loop.set(std::ptr::from_ref(loop_).cast_mut());
    request.work_cb.set(work_cb);
    request.after_work_cb.set(after_work_cb);
    threadpool::start(loop_, request, WorkKind::Cpu);
    Ok(())
}

unsafe fn cancel(req: *mut uv_req_t) -> UvResult {
    // SAFETY: our caller's promise; the kind tells what the request is.
    unsafe {
        if (*req).r#type.get() == UV_WRITE {
            return stream::cancel(&*req.cast());
        }
        match (*req).r#type.get() {
            UV_FS => threadpool::cancel(&*req.cast::<uv_fs_t>()),
            UV_GETADDRINFO => threadpool::cancel(&*req.cast::<uv_getaddrinfo_t>()),
            UV_GETNAMEINFO => threadpool::cancel(&*req.cast::<uv_getnameinfo_t>()),
            UV_RANDOM => threadpool::cancel(&*req.cast::<uv_random_t>()),
            UV_WORK => threadpool::cancel(&*req.cast::<uv_work_t>()),
            _ => Err(Errno::EINVAL),
        }
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
    // SAFETY: our caller's promise.
    let (r#loop, req) = unsafe { (lend(r#loop), hold(req)) };
    to_status(queue_work(r#loop, req, work_cb, after_work_cb))
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
