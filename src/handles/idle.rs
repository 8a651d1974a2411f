//! Prepare, check and idle handles: one callback an iteration, each in its phase.
//!
//! <https://docs.libuv.org/en/v1.x/prepare.html>, <https://docs.libuv.org/en/v1.x/check.html>,
//! <https://docs.libuv.org/en/v1.x/idle.html>

use libc::c_int;

use crate::abi::{
    UV_CHECK, UV_IDLE, UV_PREPARE, uv_check_cb, uv_check_t, uv_idle_cb, uv_idle_t, uv_loop_t, uv_prepare_cb,
    uv_prepare_t,
};
use crate::core::lend::lend;
use crate::core::queue::{
    CheckLink, IdleLink, List, PrepareLink, check_handles, idle_handles, prepare_handles,
};
use crate::core::{callback, closing, handle, inner};
use crate::sys::errno::{Errno, UvResult, to_status};

/// The three kinds differ in names only: their type, their callback's field and the loop's list.
macro_rules! phase_handle {
    ($type:ty, $cb_type:ty, $kind:ident, $cb:ident, $call:ident, $link:ident, $list:ident, $init:ident, $start:ident, $stop:ident, $close:ident, $run:ident) => {
        fn $init(loop_: &uv_loop_t, this: &$type) {
            handle::init(loop_, this, $kind);
            this.$cb.set(None);
            List::<$link>::init(this);
        }

        /// The last one started is the first one called, as in libuv.
        fn $start(this: &$type, cb: $cb_type) -> UvResult {
            if handle::is_active(this) {
                return Ok(());
            }
            if cb.is_none() {
                return Err(Errno::EINVAL);
            }
            $list(this.owner()).push_front(this);
            this.$cb.set(cb);
            handle::start(this);
            Ok(())
        }

        fn $stop(this: &$type) {
            if handle::is_active(this) {
                List::<$link>::remove(this);
                handle::stop(this);
            }
        }

        pub(crate) fn $close(this: &$type) {
            $stop(this);
            closing::make_pending(this);
        }

        /// Calls each active handle once.
        pub(crate) fn $run(loop_: &uv_loop_t) {
            $list(loop_).take_each_by(inner(loop_).batches.$call.list(), |this| {
                $list(loop_).push_back(this);
                callback::$call(this);
            });
        }
    };
}

phase_handle!(
    uv_prepare_t,
    uv_prepare_cb,
    UV_PREPARE,
    prepare_cb,
    prepare,
    PrepareLink,
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
    check,
    CheckLink,
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
    idle,
    IdleLink,
    idle_handles,
    init_idle,
    start_idle,
    stop_idle,
    close_idle,
    run_idle
);

/// What was not called yet in a phase that has begun waits for the next one.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    inner(loop_).batches.prepare.list().put_before(prepare_handles(loop_));
    inner(loop_).batches.check.list().put_before(check_handles(loop_));
    inner(loop_).batches.idle.list().put_before(idle_handles(loop_));
}

/// Initialises `handle` as a prepare handle of `loop_`, not started. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/prepare.html#c.uv_prepare_init>.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_prepare_init(loop_: *mut uv_loop_t, handle: *mut uv_prepare_t) -> c_int {
    // SAFETY: our caller's promise.
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    init_prepare(loop_, handle);
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
    let handle = unsafe { lend(handle) };
    to_status(start_prepare(handle, cb))
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
    let handle = unsafe { lend(handle) };
    stop_prepare(handle);
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
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    init_check(loop_, handle);
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
    let handle = unsafe { lend(handle) };
    to_status(start_check(handle, cb))
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
    let handle = unsafe { lend(handle) };
    stop_check(handle);
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
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    init_idle(loop_, handle);
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
    let handle = unsafe { lend(handle) };
    to_status(start_idle(handle, cb))
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
    let handle = unsafe { lend(handle) };
    stop_idle(handle);
    0
}
