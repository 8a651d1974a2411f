//! Watchers: a descriptor that the loop follows, the `uv__io_t` inside a handle.
//!
//! The poller is edge-triggered, so a watcher keeps what was reported in `events` until its owner
//! has used it up. `pevents` is what the owner wants at present. `watcher_queue` links a watcher
//! that has something to be told; `pending_queue` one that was fed by hand.

use libc::c_uint;

use crate::abi::{uv__io_t, uv_loop_t};
use crate::core::{inner, queue};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP};

/// Whose watcher it is: where its readiness goes (see [`crate::dispatch::readiness`]).
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
}

/// In the number of a kind whose owner is told after all others: what those do may be for the
/// callbacks of a process that has ended, or of a signal.
const LATE: usize = 4;

impl Kind {
    const ALL: [Kind; 6] = [Kind::Stream, Kind::Udp, Kind::Poll, Kind::FsEvent, Kind::Process, Kind::Signal];

    #[inline]
    fn from_bits(bits: usize) -> Kind {
        // `init` wrote a discriminant; anything else is memory that was overwritten.
        Kind::ALL.get(bits).copied().unwrap_or(Kind::Poll)
    }
}

/// # Safety
/// `w` may be written.
pub(crate) unsafe fn init(w: *mut uv__io_t, kind: Kind, fd: libc::c_int) {
    // SAFETY: the caller's promise.
    unsafe {
        (*w).bits = kind as usize;
        queue::init(&raw mut (*w).pending_queue);
        queue::init(&raw mut (*w).watcher_queue);
        (*w).pevents = 0;
        (*w).events = 0;
        (*w).fd = fd;
    }
}

/// # Safety
/// `w` is initialised.
pub(crate) unsafe fn kind(w: *const uv__io_t) -> Kind {
    // SAFETY: the caller's promise.
    Kind::from_bits(unsafe { (*w).bits })
}

/// # Safety
/// `w` is initialised.
#[inline]
pub(crate) unsafe fn is_of_stream(w: *const uv__io_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*w).bits == Kind::Stream as usize }
}

/// Watchers, looked at together: whether the owner of one is to be told late.
#[derive(Clone, Copy)]
pub(crate) struct Lateness(usize);

impl Lateness {
    pub(crate) const NONE: Lateness = Lateness(0);

    /// # Safety
    /// `w` is initialised.
    #[inline]
    pub(crate) unsafe fn add(&mut self, w: *const uv__io_t) {
        // SAFETY: the caller's promise.
        self.0 |= unsafe { (*w).bits };
    }

    #[inline]
    pub(crate) fn is_any(self) -> bool {
        self.0 & LATE != 0
    }
}

/// Makes `w` the watcher of its descriptor. One that wants nothing at present gives way.
unsafe fn claim(loop_: *mut uv_loop_t, w: *mut uv__io_t) -> UvResult {
    // SAFETY: loop and watchers are initialised: our callers' promise, and `close` for `holder`.
    unsafe {
        let poller = &raw mut (*inner(loop_)).poller;
        let fd = (*w).fd;
        let holder = (*poller).watcher_of(fd);
        if holder == w {
            return Ok(());
        }
        if !holder.is_null() {
            if (*holder).pevents != 0 {
                return Err(Errno::EEXIST);
            }
            forget(loop_, holder);
        }
        (*poller).claim(fd, w)
    }
}

/// Adds `events` to what is wanted. What was reported before and not used up is told in the next
/// poll phase.
///
/// # Safety
/// Loop and watcher are initialised.
pub(crate) unsafe fn want(loop_: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) -> UvResult {
    // SAFETY: the caller's promise; the poller does not call out.
    unsafe {
        let poller = &raw mut (*inner(loop_)).poller;
        if (*poller).watcher_of((*w).fd) != w {
            claim(loop_, w)?;
        }
        let wanted = (*w).pevents | events;
        if wanted & !(*poller).edge_interest((*w).fd) != 0 {
            (*poller).set_edge((*w).fd, wanted)?;
        }
        (*w).pevents = wanted;
        if (*w).events & events != 0 {
            make_ready(loop_, w);
        }
        Ok(())
    }
}

/// Takes `events` from what is wanted. The kernel is told only when an unwanted edge arrives.
///
/// # Safety
/// Loop and watcher are initialised.
pub(crate) unsafe fn unwant(_loop: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) {
    // SAFETY: the caller's promise.
    unsafe {
        (*w).pevents &= !events;
        if (*w).pevents == 0 {
            queue::remove(&raw mut (*w).watcher_queue);
        }
    }
}

/// # Safety
/// The watcher is initialised.
pub(crate) unsafe fn is_wanted(w: *const uv__io_t, events: c_uint) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*w).pevents & events != 0 }
}

/// Asks for exactly `events`, told in each poll for as long as they are on; 0 asks for nothing.
/// What was fetched but not told yet is dropped.
///
/// # Safety
/// Loop and watcher are initialised.
pub(crate) unsafe fn want_level(loop_: *mut uv_loop_t, w: *mut uv__io_t, events: c_uint) -> UvResult {
    // SAFETY: the caller's promise; the poller does not call out.
    unsafe {
        queue::remove(&raw mut (*w).watcher_queue);
        (*w).events = 0;
        let poller = &raw mut (*inner(loop_)).poller;
        if events == 0 {
            (*w).pevents = 0;
            if (*poller).watcher_of((*w).fd) == w {
                (*poller).release((*w).fd);
            }
            return Ok(());
        }
        claim(loop_, w)?;
        (*poller).set_level((*w).fd, events)?;
        (*w).pevents = events;
        Ok(())
    }
}

/// The owner has used up `events`: it met EAGAIN.
///
/// # Safety
/// The watcher is initialised.
pub(crate) unsafe fn clear(w: *mut uv__io_t, events: c_uint) {
    // SAFETY: the caller's promise.
    unsafe { (*w).events &= !events };
}

/// The owner has read less than it asked for. That empties a socket, but not one whose peer has
/// hung up (the end of the stream brings no further edge), nor one with urgent data, where reads end.
///
/// # Safety
/// The watcher is initialised.
pub(crate) unsafe fn clear_after_short(w: *mut uv__io_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*w).events & (POLLHUP | POLLRDHUP | POLLERR | POLLPRI) == 0 {
            (*w).events &= !POLLIN;
        }
    }
}

/// Stops following the descriptor, before it is closed.
///
/// # Safety
/// Loop and watcher are initialised.
pub(crate) unsafe fn close(loop_: *mut uv_loop_t, w: *mut uv__io_t) {
    // SAFETY: the caller's promise.
    unsafe {
        forget(loop_, w);
        queue::remove(&raw mut (*w).pending_queue);
        (*w).pevents = 0;
    }
}

unsafe fn forget(loop_: *mut uv_loop_t, w: *mut uv__io_t) {
    // SAFETY: loop and watcher are initialised: our callers' promise.
    unsafe {
        let poller = &raw mut (*inner(loop_)).poller;
        if (*w).fd >= 0 && (*poller).watcher_of((*w).fd) == w {
            (*poller).release((*w).fd);
        }
        queue::remove(&raw mut (*w).watcher_queue);
        (*w).events = 0;
    }
}

/// Has the owner told `POLLOUT` in the next pending phase, whatever the descriptor says.
///
/// # Safety
/// Loop and watcher are initialised.
pub(crate) unsafe fn feed(loop_: *mut uv_loop_t, w: *mut uv__io_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if queue::is_empty(&raw const (*w).pending_queue) {
            queue::push_back(&raw mut (*loop_).pending_queue, &raw mut (*w).pending_queue);
        }
    }
}

/// Whether a watcher of the loop follows `fd` and wants something of it.
///
/// # Safety
/// The loop is initialised.
pub(crate) unsafe fn fd_exists(loop_: *mut uv_loop_t, fd: libc::c_int) -> bool {
    // SAFETY: the caller's promise; a watcher leaves the poller before its memory goes.
    unsafe {
        let holder = (*inner(loop_)).poller.watcher_of(fd);
        !holder.is_null() && (*holder).pevents != 0
    }
}

/// Queues `w` to be told in the next poll phase.
///
/// # Safety
/// Loop and watcher are initialised.
pub(crate) unsafe fn make_ready(loop_: *mut uv_loop_t, w: *mut uv__io_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if queue::is_empty(&raw const (*w).watcher_queue) {
            queue::push_back(&raw mut (*loop_).watcher_queue, &raw mut (*w).watcher_queue);
        }
    }
}

/// What the owner is to be told now. A lone error or hang-up stands for all that is wanted, so that
/// the owner tries, and meets it.
///
/// # Safety
/// The watcher is initialised.
pub(crate) unsafe fn to_tell(w: *const uv__io_t) -> c_uint {
    // SAFETY: the caller's promise.
    let (events, wanted) = unsafe { ((*w).events, (*w).pevents) };
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
///
/// # Safety
/// The watcher is initialised.
pub(crate) unsafe fn record_edge(w: *mut uv__io_t, ready: c_uint) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        (*w).events |= ready;
        if ready & (POLLHUP | POLLERR) != 0 {
            (*w).events |= POLLIN | POLLOUT; // reading and writing will say what has happened
        }
        (*w).events & (*w).pevents != 0
    }
}

/// After an edge that nobody wants: asks the kernel for no more than is wanted.
///
/// # Safety
/// Loop and watcher are initialised.
pub(crate) unsafe fn drop_interest(loop_: *mut uv_loop_t, w: *mut uv__io_t) {
    // SAFETY: the caller's promise. A failure leaves the old registration: an edge too many.
    let _ = unsafe { (*inner(loop_)).poller.set_edge((*w).fd, (*w).pevents) };
}
