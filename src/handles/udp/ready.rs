//! What the poller reports of a UDP socket.

use std::sync::atomic::Ordering::Relaxed;

use libc::c_uint;

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle};
use crate::core::queue::{container_of, raw as queue};
use crate::core::{inner, watcher::raw as watcher};
use crate::handles::udp::{recv, send_queue};
use crate::sys::readiness::{self, POLLERR, POLLIN, POLLOUT};

/// Whether this is the first time in this turn of the loop that sends are looked at. Then a datagram
/// sent in a callback follows at once: one more in each turn, and one failed receive fewer.
unsafe fn is_first_of_turn(this: *mut uv_udp_t) -> bool {
    // SAFETY: an initialised handle: our caller's promise. Nobody else uses the word.
    unsafe {
        let turn = (inner(&*(*this).r#loop)).metrics.loop_count.load(Relaxed) as usize;
        (*this).u.words()[3].replace(std::ptr::without_provenance_mut(turn)).addr() != turn
    }
}

/// # Safety
/// See [`crate::api::kinds::readiness`].
pub(crate) unsafe fn on_ready(_loop: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) {
    // SAFETY: the caller's promise. The handle stays until its close callback, a later phase;
    // what callbacks may change is read after them.
    unsafe {
        let this = container_of!(w, uv_udp_t, io_watcher);
        let failed = events & POLLERR != 0;
        if (failed || events & POLLIN != 0) && (*this).recv_cb.is_some() {
            recv::receive(this, recv::From::Socket);
        }
        if failed && (*this).recv_cb.is_some() && handle::is_active(as_handle(this)) {
            recv::receive(this, recv::From::ErrorQueue);
        }
        if (failed || events & POLLOUT != 0) && !handle::is_closing(as_handle(this)) {
            send_queue::flush(this);
            let took_all = queue::is_empty(&raw const (*this).write_queue);
            send_queue::run_completed(this);
            if took_all && is_first_of_turn(this) && !handle::is_closing(as_handle(this)) {
                send_queue::flush(this); // what the callbacks have queued
                send_queue::run_completed(this);
            }
        }
        if failed {
            look_again(this);
        }
    }
}

/// After an error: keeps only the readiness that is still there. Errors and datagrams share the
/// report, and what has been read brings no further edge.
///
/// # Safety
/// `this` is initialised.
pub(super) unsafe fn look_again(this: *mut uv_udp_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let w = &raw mut (*this).io_watcher;
        if (*w).fd.get() == -1 {
            return;
        }
        let now = readiness::now((*w).fd.get(), POLLIN) & (POLLIN | POLLERR);
        watcher::clear(w, POLLIN | POLLERR);
        // An error is wanted for as long as reading is.
        (*w).events.set((*w).events.get() | (if now & POLLERR != 0 { POLLIN | POLLERR } else { now }));
    }
}
