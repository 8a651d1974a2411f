//! What every request has: its kind, and a place in the loop's count while it is under way.

#![forbid(unsafe_code)]

use crate::abi::{uv_loop_t, uv_req_t, uv_req_type};

/// Gives `req` its kind and counts it.
#[inline(always)]
pub(crate) fn init(loop_: &uv_loop_t, req: &uv_req_t, kind: uv_req_type) {
    req.r#type.set(kind);
    register(loop_);
}

/// One more request keeps the loop alive.
#[inline(always)]
pub(crate) fn register(loop_: &uv_loop_t) {
    let count = loop_.active_reqs.count();
    count.set(count.get() + 1);
}

/// One request has ended, or did not begin.
#[inline(always)]
pub(crate) fn unregister(loop_: &uv_loop_t) {
    let count = loop_.active_reqs.count();
    count.set(count.get() - 1);
}

pub(crate) fn count(loop_: &uv_loop_t) -> libc::c_uint {
    loop_.active_reqs.count().get()
}

pub(crate) fn has_active(loop_: &uv_loop_t) -> bool {
    count(loop_) > 0
}
