//! Prepare, check and idle handles: one callback an iteration, each in its phase.
//!
//! <https://docs.libuv.org/en/v1.x/prepare.html>, <https://docs.libuv.org/en/v1.x/check.html>,
//! <https://docs.libuv.org/en/v1.x/idle.html>

use libc::c_int;

use crate::abi::{
    UV_CHECK, UV_IDLE, UV_PREPARE, uv__queue, uv_check_cb, uv_check_t, uv_idle_cb, uv_idle_t, uv_loop_t,
    uv_prepare_cb, uv_prepare_t,
};
use crate::core::closing;
use crate::core::handle::{self, as_handle};
use crate::core::queue::{self, container_of};
use crate::sys::errno::{Errno, UvResult, to_status};

/// The three kinds differ in names only: their type, their callback's field and the loop's list.
macro_rules! phase_handle {
    ($type:ty, $cb_type:ty, $kind:ident, $cb:ident, $list:ident, $init:ident, $start:ident, $stop:ident, $close:ident, $run:ident) => {
        unsafe fn $init(loop_: *mut uv_loop_t, this: *mut $type) {
            // SAFETY: the loop is initialised, the memory the caller's: the exports' promise.
            unsafe {
                handle::init(loop_, as_handle(this), $kind);
                (*this).$cb = None;
                queue::init(&raw mut (*this).queue);
            }
        }

        unsafe fn $start(this: *mut $type, cb: $cb_type) -> UvResult {
            // SAFETY: an initialised handle: the exports' promise. The last one started is the first
            // one called, as in libuv.
            unsafe {
                if handle::is_active(as_handle(this)) {
                    return Ok(());
                }
                if cb.is_none() {
                    return Err(Errno::EINVAL);
                }
                queue::push_front(&raw mut (*(*this).r#loop).$list, &raw mut (*this).queue);
                (*this).$cb = cb;
                handle::start(as_handle(this));
                Ok(())
            }
        }

        unsafe fn $stop(this: *mut $type) {
            // SAFETY: an initialised handle: the exports' promise.
            unsafe {
                if handle::is_active(as_handle(this)) {
                    queue::remove(&raw mut (*this).queue);
                    handle::stop(as_handle(this));
                }
            }
        }

        /// # Safety
        /// See [`crate::dispatch::close`].
        pub(crate) unsafe fn $close(this: *mut $type) {
            // SAFETY: the caller's promise.
            unsafe {
                $stop(this);
                closing::make_pending(as_handle(this));
            }
        }

        /// Calls each active handle once.
        ///
        /// # Safety
        /// The loop is initialised; on its thread.
        pub(crate) unsafe fn $run(loop_: *mut uv_loop_t) {
            // SAFETY: handles stay until their close callback, a later phase; one that is stopped
            // in a callback leaves `batch`, which outlives its links.
            unsafe {
                let list = &raw mut (*loop_).$list;
                if queue::is_empty(list) {
                    return;
                }
                let mut batch = uv__queue { next: std::ptr::null_mut(), prev: std::ptr::null_mut() };
                let batch = &raw mut batch;
                queue::move_all(list, batch);
                while let Some(node) = queue::pop_front(batch) {
                    queue::push_back(list, node);
                    let this = container_of!(node, $type, queue);
                    if let Some(cb) = (*this).$cb {
                        cb(this);
                    }
                }
            }
        }
    };
}

phase_handle!(
    uv_prepare_t,
    uv_prepare_cb,
    UV_PREPARE,
    prepare_cb,
    prepare_handles,
    init_prepare,
    start_prepare,
    stop_prepare,
    close_prepare,
    run_prepare
);
phase_handle!(
    uv_check_t,
    uv_check_cb,
    UV_CHECK,
    check_cb,
    check_handles,
    init_check,
    start_check,
    stop_check,
    close_check,
    run_check
);
phase_handle!(
    uv_idle_t,
    uv_idle_cb,
    UV_IDLE,
    idle_cb,
    idle_handles,
    init_idle,
    start_idle,
    stop_idle,
    close_idle,
    run_idle
);

/// Initialises `handle` as a prepare handle of `loop_`, not started. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/prepare.html#c.uv_prepare_init>.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_prepare_init(loop_: *mut uv_loop_t, handle: *mut uv_prepare_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { init_prepare(loop_, handle) };
    0
}

/// Has `cb` called before the loop waits for events. Does nothing for a handle that is active.
///
/// Returns 0, or `UV_EINVAL` if `cb` is NULL. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/prepare.html#c.uv_prepare_start>.
///
/// # Safety
/// `handle` is an initialised prepare handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_prepare_start(handle: *mut uv_prepare_t, cb: uv_prepare_cb) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { start_prepare(handle, cb) })
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/prepare.html#c.uv_prepare_stop>.
///
/// # Safety
/// `handle` is an initialised prepare handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_prepare_stop(handle: *mut uv_prepare_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { stop_prepare(handle) };
    0
}

/// Initialises `handle` as a check handle of `loop_`, not started. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/check.html#c.uv_check_init>.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_check_init(loop_: *mut uv_loop_t, handle: *mut uv_check_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { init_check(loop_, handle) };
    0
}

/// Has `cb` called after the loop has waited for events. Does nothing for a handle that is active.
///
/// Returns 0, or `UV_EINVAL` if `cb` is NULL. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/check.html#c.uv_check_start>.
///
/// # Safety
/// `handle` is an initialised check handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_check_start(handle: *mut uv_check_t, cb: uv_check_cb) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { start_check(handle, cb) })
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/check.html#c.uv_check_stop>.
///
/// # Safety
/// `handle` is an initialised check handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_check_stop(handle: *mut uv_check_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { stop_check(handle) };
    0
}

/// Initialises `handle` as a idle handle of `loop_`, not started. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/idle.html#c.uv_idle_init>.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_idle_init(loop_: *mut uv_loop_t, handle: *mut uv_idle_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { init_idle(loop_, handle) };
    0
}

/// Has `cb` called in every iteration; while one is active the loop does not wait. Does nothing for a handle that is active.
///
/// Returns 0, or `UV_EINVAL` if `cb` is NULL. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/idle.html#c.uv_idle_start>.
///
/// # Safety
/// `handle` is an initialised idle handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_idle_start(handle: *mut uv_idle_t, cb: uv_idle_cb) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { start_idle(handle, cb) })
}

/// Stops the handle: its callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/idle.html#c.uv_idle_stop>.
///
/// # Safety
/// `handle` is an initialised idle handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_idle_stop(handle: *mut uv_idle_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { stop_idle(handle) };
    0
}
