//! Barriers.

use libc::c_uint;

use crate::sys::abort::{fatal, must};
use crate::sys::errno::UvResult;
use crate::sys::locks::Barrier;

pub(crate) fn init(barrier: &Barrier, count: c_uint) -> UvResult {
    barrier.init(count)
}

/// Whether the calling thread is the one that is chosen among those that waited.
pub(crate) fn wait(barrier: &Barrier) -> bool {
    match barrier.wait() {
        0 => false,
        libc::PTHREAD_BARRIER_SERIAL_THREAD => true,
        _ => fatal("uv_barrier_wait: wrong use"),
    }
}

pub(crate) fn destroy(barrier: &Barrier) {
    must("uv_barrier_destroy: wrong use", barrier.destroy());
}
