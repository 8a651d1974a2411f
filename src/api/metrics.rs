//! Metrics. <https://docs.libuv.org/en/v1.x/metrics.html>

use std::sync::atomic::Ordering::Relaxed;

use libc::c_int;

use crate::abi::{uv_loop_t, uv_metrics_t};
use crate::core::inner;

/// Nanoseconds that the loop spent waiting for events; 0 unless `UV_METRICS_IDLE_TIME` was configured. Cannot
/// fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/metrics.html#c.uv_metrics_idle_time>, since 1.39.
///
/// # Safety
/// `loop_` is initialised and not closed during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_metrics_idle_time(loop_: *mut uv_loop_t) -> u64 {
    // SAFETY: `loop_` is initialised and not closed during the call, as documented.
    unsafe { (inner(&*loop_)).metrics.idle_time() }
}

/// Copies the loop's counts of iterations and events to `metrics`. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/metrics.html#c.uv_metrics_info>, since 1.45.
///
/// # Safety
/// `loop_` is initialised; `metrics` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_metrics_info(loop_: *mut uv_loop_t, metrics: *mut uv_metrics_t) -> c_int {
    // SAFETY: `loop_` is initialised; `metrics` is writable, as documented.
    unsafe {
        let counts = &raw const (inner(&*loop_)).metrics;
        (*metrics).loop_count = (*counts).loop_count.load(Relaxed);
        (*metrics).events = (*counts).events.load(Relaxed);
        (*metrics).events_waiting = (*counts).events_waiting.load(Relaxed);
    }
    0
}
