//! The loop's time.

#![forbid(unsafe_code)]

use crate::abi::uv_loop_t;
use crate::core::inner;
use crate::core::state::clock;

pub(crate) fn update_time(loop_: &uv_loop_t) {
    let now = clock::hrtime();
    inner(loop_).now_ns.set(now);
    loop_.time.set(now / 1_000_000);
}
