//! What every request has: its kind, and a place in the loop's count while it is under way.

use crate::abi::{uv_loop_t, uv_req_t, uv_req_type};

/// Gives `req` its kind and counts it.
///
/// # Safety
/// The loop is initialised; `req` is the caller's memory, of the size of its kind.
pub(crate) unsafe fn init(loop_: *mut uv_loop_t, req: *mut uv_req_t, kind: uv_req_type) {
    // SAFETY: the caller's promise.
    unsafe {
        (*req).r#type = kind;
        register(loop_);
    }
}

/// One more request keeps the loop alive.
///
/// # Safety
/// The loop is initialised.
pub(crate) unsafe fn register(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise.
    unsafe { (*loop_).active_reqs.count += 1 };
}

/// One request has ended, or did not begin.
///
/// # Safety
/// The loop is initialised and the request was counted.
pub(crate) unsafe fn unregister(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise.
    unsafe { (*loop_).active_reqs.count -= 1 };
}

/// # Safety
/// The loop is initialised.
pub(crate) unsafe fn has_active(loop_: *const uv_loop_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*loop_).active_reqs.count > 0 }
}
