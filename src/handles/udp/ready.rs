//! What the poller reports of a UDP socket.

use std::ptr::without_provenance_mut;
use std::sync::atomic::Ordering::Relaxed;

use libc::c_uint;

use crate::abi::*;
use crate::core::inner;
use crate::core::memory::queue::waiting_sends;
use crate::core::state::handle;
use crate::core::turn::nesting::telling;
use crate::handles::udp::{recv, send_queue};
use crate::sys::readiness::{POLLERR, POLLIN, POLLOUT};
use crate::sys::udp_socket::Source;

/// Whether this is the first time in this turn of the loop that sends are looked at. Then a datagram
/// sent in a callback follows at once: one more in each turn, and one failed receive fewer.
fn is_first_of_turn(udp: &uv_udp_t) -> bool {
    let turn = inner(udp.owner()).metrics.loop_count.load(Relaxed) as usize;
    // Nobody else uses the word.
    udp.u.words()[3].replace(without_provenance_mut(turn)).addr() != turn
}

/// The handle stays until its close callback, a later phase; what callbacks may change is read after them.
pub(crate) fn on_ready(udp: &uv_udp_t, events: c_uint) {
    telling(udp, || tell(udp, events));
}

fn tell(udp: &uv_udp_t, events: c_uint) {
    let failed = events & POLLERR != 0;
    if (failed || events & POLLIN != 0) && udp.recv_cb.get().is_some() {
        recv::receive(udp, Source::Socket);
    }
    if failed && udp.recv_cb.get().is_some() && handle::is_active(udp) {
        recv::receive(udp, Source::ErrorQueue);
    }
    if (failed || events & POLLOUT != 0) && !handle::is_closing(udp) {
        send_queue::flush(udp);
        let took_all = waiting_sends(udp).is_empty();
        send_queue::run_completed(udp);
        if took_all && is_first_of_turn(udp) && !handle::is_closing(udp) {
            send_queue::flush(udp); // what the callbacks have queued
            send_queue::run_completed(udp);
        }
    }
    if failed {
        recv::look_again(udp);
    }
}
