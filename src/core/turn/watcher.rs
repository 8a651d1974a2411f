//! Watchers: a descriptor that the loop follows, the `uv__io_t` inside a handle.
//!
//! The poller is edge-triggered, so a watcher keeps what was reported in `events` until its owner
//! has used it up. `pevents` is what the owner wants at present. `watcher_queue` links a watcher
//! that has something to be told; `pending_queue` one that was fed by hand.

#![forbid(unsafe_code)]

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::inner;
use crate::core::memory::queue::{self, FedLink, List, ReadyLink, finished_sends, finished_writes};
use crate::core::state::handle;
use crate::core::state::io::Registration;
pub(crate) use crate::core::state::io::{Kind, clear, clear_after_short, init, is_wanted, kind, suppose};
use crate::sys::errno::{Errno, UvResult};

/// A forced configuration (`cargo xtask profiles`): nothing is followed edge-triggered.
pub(crate) const LEVELS_ONLY: bool = cfg!(uv_level_triggered);

/// Makes `w` the watcher of its descriptor. One that wants nothing at present gives way.
fn claim(loop_: &uv_loop_t, w: &uv__io_t) -> UvResult {
    let poller = &inner(loop_).poller;
    let fd = w.fd.get();
    if let Some(holder) = poller.with(|poller| poller.watcher_of(fd)) {
        if std::ptr::eq(holder, w) {
            return Ok(());
        }
        if holder.pevents.get() != 0 {
            return Err(Errno::EEXIST);
        }
        forget(loop_, holder);
    }
    poller.with(|poller| poller.claim(fd, w))
}

fn is_following(loop_: &uv_loop_t, w: &uv__io_t) -> bool {
    inner(loop_).poller.with(|poller| poller.is_followed_by(w.fd.get(), w))
}

/// Adds `events` to what is wanted. What was reported before and not used up is told in the next
/// poll phase.
pub(crate) fn want(loop_: &uv_loop_t, w: &uv__io_t, events: c_uint) -> UvResult {
    want_before(loop_, w, events, 0)
}

/// As [`want`], where `likely` will be wanted soon: the kernel is asked for both at once. What comes of those
/// before is remembered.
pub(crate) fn want_before(loop_: &uv_loop_t, w: &uv__io_t, events: c_uint, likely: c_uint) -> UvResult {
    if LEVELS_ONLY {
        want_lasting(loop_, w, events)?;
        if w.has_events(events) {
            make_ready(loop_, w);
        }
        return Ok(());
    }
    if !is_following(loop_, w) {
        claim(loop_, w)?;
    }
    let wanted = w.pevents.get() | events;
    if wanted & !Registration::of(w).edge_interest() != 0 {
        let asked = wanted | likely;
        let set = inner(loop_).poller.with(|poller| poller.set_edge(w, asked));
        set.inspect_err(|_| leave_if_unasked(loop_, w))?;
    }
    w.pevents.set(wanted);
    if w.has_events(events) {
        make_ready(loop_, w);
    }
    Ok(())
}

/// Adds `events`, which are known to be on, to what is wanted: they are told in the next poll phase, after what the
/// kernel reports, which is not asked. Whoever wants them once more says so.
pub(crate) fn want_present(loop_: &uv_loop_t, w: &uv__io_t, events: c_uint) -> UvResult {
    claim(loop_, w)?;
    suppose(w, events);
    w.pevents.set(w.pevents.get() | events);
    make_ready(loop_, w);
    Ok(())
}

/// Takes `events` from what is wanted. The kernel is told only when an unwanted edge arrives.
pub(crate) fn unwant(w: &uv__io_t, events: c_uint) {
    w.pevents.set(w.pevents.get() & !events);
    if w.pevents.get() == 0 {
        List::<ReadyLink>::remove(w);
    }
}

/// As [`want`], told in each poll for as long as the events are on. The kernel is asked also where it was before, once
/// nothing was wanted: the program may have put another file behind the number meanwhile.
pub(crate) fn want_lasting(loop_: &uv_loop_t, w: &uv__io_t, events: c_uint) -> UvResult {
    if !is_following(loop_, w) {
        claim(loop_, w)?;
    }
    let wanted = w.pevents.get() | events;
    if w.pevents.get() == 0 || wanted & !Registration::of(w).level_interest() != 0 {
        let set = inner(loop_).poller.with(|poller| poller.set_level(w, wanted));
        set.inspect_err(|_| leave_if_unasked(loop_, w))?;
    }
    w.pevents.set(wanted);
    Ok(())
}

/// As [`unwant`], after [`want_lasting`]. What was fetched is told all the same if it is wanted again before
/// its turn; the kernel is told when it reports what nobody wants.
pub(crate) fn unwant_lasting(w: &uv__io_t, events: c_uint) {
    w.pevents.set(w.pevents.get() & !events);
}

/// Asks for exactly `events`, told in each poll for as long as they are on; 0 asks for nothing.
/// What was fetched but not told yet is dropped, unless the poller refuses: then all is as it was.
pub(crate) fn want_level(loop_: &uv_loop_t, w: &uv__io_t, events: c_uint) -> UvResult {
    if events == 0 {
        forget(loop_, w);
    } else {
        claim(loop_, w)?;
        let poller = &inner(loop_).poller;
        poller.with(|poller| poller.set_level(w, events)).inspect_err(|_| leave_if_unasked(loop_, w))?;
        List::<ReadyLink>::remove(w);
        w.events.set(0);
    }
    w.pevents.set(events);
    Ok(())
}

/// Stops following the descriptor, before it is closed.
#[inline(never)]
pub(crate) fn close(loop_: &uv_loop_t, w: &uv__io_t) {
    forget(loop_, w);
    List::<FedLink>::remove(w);
    w.pevents.set(0);
}

#[inline(never)]
fn forget(loop_: &uv_loop_t, w: &uv__io_t) {
    let fd = w.fd.get();
    inner(loop_).poller.with(|poller| {
        if fd >= 0 && poller.is_followed_by(fd, w) {
            poller.release(w);
        }
    });
    List::<ReadyLink>::remove(w);
    w.events.set(0);
}

/// The poller has refused. A watcher for which it was never asked follows its descriptor no more: its owner may
/// close that, and nobody would know. One that is to be told of something stays.
#[cold]
#[inline(never)]
fn leave_if_unasked(loop_: &uv_loop_t, w: &uv__io_t) {
    if Registration::of(w).is_none() && !List::<ReadyLink>::contains(w) {
        forget(loop_, w);
    }
}

/// Has the owner told `POLLOUT` in the next pending phase, whatever the descriptor says.
#[inline(always)]
pub(crate) fn feed(loop_: &uv_loop_t, w: &uv__io_t) {
    if !List::<FedLink>::contains(w) {
        queue::fed(loop_).push_back(w);
    }
}

/// A callback of the handle's runs the loop: what the handle has not used up is told there. Nobody would
/// report it once more.
pub(crate) fn tell_rest(loop_: &uv_loop_t, handle: &uv_handle_t) {
    let Some(w) = handle.watcher() else { return };
    if w.has_events(w.pevents.get()) && Registration::of(w).is_edge() {
        make_ready(loop_, w);
    }
    tell_finished(loop_, handle);
}

/// The handle's requests that are through are told in the next pending phase: who was about to tell them is in one of
/// their callbacks, or is not here.
pub(crate) fn tell_finished(loop_: &uv_loop_t, handle: &uv_handle_t) {
    let is_any = match handle.kind() {
        AnyHandle::Tcp(tcp) => !finished_writes(tcp).is_empty(),
        AnyHandle::Pipe(pipe) => !finished_writes(pipe).is_empty(),
        AnyHandle::Tty(tty) => !finished_writes(tty).is_empty(),
        AnyHandle::Udp(udp) => !finished_sends(udp).is_empty(),
        _ => false,
    };
    if let Some(w) = handle.watcher().filter(|_| is_any && !handle::is_closing(handle)) {
        feed(loop_, w);
    }
}

/// Whether a watcher of the loop follows `fd` and wants something of it.
pub(crate) fn fd_exists(loop_: &uv_loop_t, fd: c_int) -> bool {
    let holder = inner(loop_).poller.with(|poller| poller.watcher_of(fd));
    holder.is_some_and(|holder| holder.pevents.get() != 0)
}

/// Queues `w` to be told in the next poll phase.
pub(crate) fn make_ready(loop_: &uv_loop_t, w: &uv__io_t) {
    if !List::<ReadyLink>::contains(w) {
        queue::ready(loop_).push_back(w);
    }
}

/// After a report that nobody wants: asks the kernel for no more than is wanted. A failure leaves the
/// old registration: a report too many.
#[inline(never)]
pub(crate) fn drop_interest(loop_: &uv_loop_t, w: &uv__io_t) {
    let wanted = w.pevents.get();
    let is_edge = Registration::of(w).is_edge();
    let _ = inner(loop_)
        .poller
        .with(|poller| if is_edge { poller.set_edge(w, wanted) } else { poller.set_level(w, wanted) });
}
