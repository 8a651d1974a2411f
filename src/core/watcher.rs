//! Watchers: a descriptor that the loop follows, the `uv__io_t` inside a handle.
//!
//! The poller is edge-triggered, so a watcher keeps what was reported in `events` until its owner
//! has used it up. `pevents` is what the owner wants at present. `watcher_queue` links a watcher
//! that has something to be told; `pending_queue` one that was fed by hand.

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::inner;
use crate::core::queue::{self, FedLink, List, ReadyLink};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP};

/// Whose watcher it is: where its readiness goes (see [`Kinds`](crate::core::kinds::Kinds)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Kind {
    Stream = 0,
    Udp = 1,
    Poll = 2,
    FsEvent = 3,
    Process = LATE,
    /// The loop's end of the signal pipe: always told last.
    Signal = LATE + 1,
    /// The loop's own mark in a batch, where the kernel reported the waker.
    Waker = 4,
}

/// In the number of a kind whose owner is told after all others: what those do may be for the
/// callbacks of a process that has ended, or of a signal.
const LATE: usize = 0b1000;

impl Kind {
    const ALL: [Kind; 7] =
        [Kind::Stream, Kind::Udp, Kind::Poll, Kind::FsEvent, Kind::Waker, Kind::Process, Kind::Signal];

    #[inline]
    fn from_bits(bits: usize) -> Kind {
        // `init` wrote a discriminant; anything else is memory that was overwritten.
        Kind::ALL.into_iter().find(|kind| *kind as usize == bits).unwrap_or(Kind::Poll)
    }
}

impl uv__io_t {
    #[inline(always)]
    fn has(&self, events: c_uint) -> bool {
        self.events.get() & events != 0
    }

    #[inline(always)]
    fn mark(&self, events: c_uint) {
        self.events.set(self.events.get() | events);
    }

    /// The stream whose watcher this is, if it is one's.
    #[inline(always)]
    pub(crate) fn stream(&self) -> Option<&uv_stream_t> {
        if self.bits.get() != Kind::Stream as usize {
            return None;
        }
        let offset = std::mem::offset_of!(uv_stream_t, io_watcher);
        // SAFETY: `init` makes watchers of this kind in streams only.
        Some(unsafe { &*std::ptr::from_ref(self).byte_sub(offset).cast() })
    }
}

pub(crate) fn init(w: &uv__io_t, kind: Kind, fd: c_int) {
    w.bits.set(kind as usize);
    List::<FedLink>::init(w);
    List::<ReadyLink>::init(w);
    w.pevents.set(0);
    w.events.set(0);
    w.fd.set(fd);
}

pub(crate) fn kind(w: &uv__io_t) -> Kind {
    Kind::from_bits(w.bits.get())
}

/// Watchers, looked at together: whether the owner of one is to be told late.
#[derive(Clone, Copy)]
pub(crate) struct Lateness(usize);

impl Lateness {
    pub(crate) const NONE: Lateness = Lateness(0);

    #[inline]
    pub(crate) fn add(&mut self, w: &uv__io_t) {
        self.0 |= w.bits.get();
    }

    #[inline]
    pub(crate) fn is_any(self) -> bool {
        self.0 & LATE != 0
    }
}

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

/// Adds `events` to what is wanted. What was reported before and not used up is told in the next
/// poll phase.
pub(crate) fn want(loop_: &uv_loop_t, w: &uv__io_t, events: c_uint) -> UvResult {
    let poller = &inner(loop_).poller;
    let fd = w.fd.get();
    if !poller.with(|poller| poller.is_followed_by(fd, w)) {
        claim(loop_, w)?;
    }
    let wanted = w.pevents.get() | events;
    poller.with(|poller| {
        if wanted & !poller.edge_interest(fd) != 0 { poller.set_edge(fd, wanted) } else { Ok(()) }
    })?;
    w.pevents.set(wanted);
    if w.has(events) {
        make_ready(loop_, w);
    }
    Ok(())
}

/// Takes `events` from what is wanted. The kernel is told only when an unwanted edge arrives.
pub(crate) fn unwant(w: &uv__io_t, events: c_uint) {
    w.pevents.set(w.pevents.get() & !events);
    if w.pevents.get() == 0 {
        List::<ReadyLink>::remove(w);
    }
}

pub(crate) fn is_wanted(w: &uv__io_t, events: c_uint) -> bool {
    w.pevents.get() & events != 0
}

/// Asks for exactly `events`, told in each poll for as long as they are on; 0 asks for nothing.
/// What was fetched but not told yet is dropped.
pub(crate) fn want_level(loop_: &uv_loop_t, w: &uv__io_t, events: c_uint) -> UvResult {
    List::<ReadyLink>::remove(w);
    w.events.set(0);
    let poller = &inner(loop_).poller;
    let fd = w.fd.get();
    if events == 0 {
        w.pevents.set(0);
        poller.with(|poller| {
            if poller.is_followed_by(fd, w) {
                poller.release(fd);
            }
        });
        return Ok(());
    }
    claim(loop_, w)?;
    poller.with(|poller| poller.set_level(fd, events))?;
    w.pevents.set(events);
    Ok(())
}

/// The owner has used up `events`: it met EAGAIN.
#[inline(always)]
pub(crate) fn clear(w: &uv__io_t, events: c_uint) {
    w.events.set(w.events.get() & !events);
}

/// The owner has read less than it asked for. That empties a socket, but not one whose peer has
/// hung up (the end of the stream brings no further edge), nor one with urgent data, where reads end.
pub(crate) fn clear_after_short(w: &uv__io_t) {
    if !w.has(POLLHUP | POLLRDHUP | POLLERR | POLLPRI) {
        clear(w, POLLIN);
    }
}

/// Stops following the descriptor, before it is closed.
pub(crate) fn close(loop_: &uv_loop_t, w: &uv__io_t) {
    forget(loop_, w);
    List::<FedLink>::remove(w);
    w.pevents.set(0);
}

fn forget(loop_: &uv_loop_t, w: &uv__io_t) {
    let fd = w.fd.get();
    inner(loop_).poller.with(|poller| {
        if fd >= 0 && poller.is_followed_by(fd, w) {
            poller.release(fd);
        }
    });
    List::<ReadyLink>::remove(w);
    w.events.set(0);
}

/// Has the owner told `POLLOUT` in the next pending phase, whatever the descriptor says.
#[inline(always)]
pub(crate) fn feed(loop_: &uv_loop_t, w: &uv__io_t) {
    if !List::<FedLink>::contains(w) {
        queue::fed(loop_).push_back(w);
    }
}

/// The descriptor of a handle that can have one; -1 if it is not open.
pub(crate) fn descriptor(handle: &uv_handle_t) -> Option<c_int> {
    match handle.kind() {
        AnyHandle::Tcp(handle) => Some(handle.io_watcher.fd.get()),
        AnyHandle::Pipe(handle) => Some(handle.io_watcher.fd.get()),
        AnyHandle::Tty(handle) => Some(handle.io_watcher.fd.get()),
        // SAFETY: not converted: initialised handles of their kinds.
        AnyHandle::Udp(handle) => Some(unsafe { (*handle).io_watcher.fd.get() }),
        // SAFETY: as above.
        AnyHandle::Poll(handle) => Some(unsafe { (*handle).io_watcher.fd.get() }),
        _ => None,
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

/// What the owner is to be told now. A lone error or hang-up stands for all that is wanted, so that
/// the owner tries, and meets it.
pub(crate) fn to_tell(w: &uv__io_t) -> c_uint {
    let (events, wanted) = (w.events.get(), w.pevents.get());
    let trouble = events & (POLLERR | POLLHUP);
    if events & wanted != 0 {
        events & wanted | trouble
    } else if wanted != 0 && trouble != 0 {
        wanted | trouble
    } else {
        0
    }
}

/// Records an edge; says whether the owner wants some of it.
pub(crate) fn record_edge(w: &uv__io_t, ready: c_uint) -> bool {
    w.mark(ready);
    if ready & (POLLHUP | POLLERR) != 0 {
        w.mark(POLLIN | POLLOUT); // reading and writing will say what has happened
    }
    w.has(w.pevents.get())
}

/// After an edge that nobody wants: asks the kernel for no more than is wanted. A failure leaves the
/// old registration: an edge too many.
pub(crate) fn drop_interest(loop_: &uv_loop_t, w: &uv__io_t) {
    let _ = inner(loop_).poller.with(|poller| poller.set_edge(w.fd.get(), w.pevents.get()));
}

/// For what is not converted yet.
pub(crate) mod raw {
    use super::*;

    pub(crate) use super::Kind;

    pub(crate) unsafe fn init(w: *mut uv__io_t, kind: Kind, fd: c_int) {
        // SAFETY: the caller's promise.
        unsafe { super::init(&*w, kind, fd) };
    }

    pub(crate) unsafe fn want(loop_: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) -> UvResult {
        // SAFETY: the caller's promise.
        unsafe { super::want(&*loop_, &*w, events) }
    }

    pub(crate) unsafe fn unwant(_loop: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) {
        // SAFETY: the caller's promise.
        unsafe { super::unwant(&*w, events) };
    }

    pub(crate) unsafe fn is_wanted(w: *const uv__io_t, events: c_uint) -> bool {
        // SAFETY: the caller's promise.
        unsafe { super::is_wanted(&*w, events) }
    }

    pub(crate) unsafe fn want_level(loop_: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) -> UvResult {
        // SAFETY: the caller's promise.
        unsafe { super::want_level(&*loop_, &*w, events) }
    }

    pub(crate) unsafe fn clear(w: *mut uv__io_t, events: c_uint) {
        // SAFETY: the caller's promise.
        unsafe { super::clear(&*w, events) };
    }

    pub(crate) unsafe fn close(loop_: *mut uv_loop_t, w: *mut uv__io_t) {
        // SAFETY: the caller's promise.
        unsafe { super::close(&*loop_, &*w) };
    }

    pub(crate) unsafe fn feed(loop_: *mut uv_loop_t, w: *mut uv__io_t) {
        // SAFETY: the caller's promise.
        unsafe { super::feed(&*loop_, &*w) };
    }

    pub(crate) unsafe fn fd_exists(loop_: *mut uv_loop_t, fd: c_int) -> bool {
        // SAFETY: the caller's promise.
        unsafe { super::fd_exists(&*loop_, fd) }
    }
}
