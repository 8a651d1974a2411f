//! The memory of a file's watch: a timer and a stat request of the library's own, what was seen last, and
//! the path, in one block.
//!
//! A handle's `poll_ctx` is its newest watch, and each watch knows the one before. A watch ends with its
//! timer, which is closed when no stat is under way; the handle stays until the last of them is gone.

use std::cell::Cell;
use std::ffi::CStr;
use std::mem::{ManuallyDrop, offset_of};
use std::ops::Deref;
use std::ptr::NonNull;

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::files::results;
use crate::core::memory::alloc;
use crate::core::memory::lend::{Held, hold};
use crate::core::memory::queue::container_of;
use crate::core::state::handle;
use crate::core::turn::closing;
use crate::sys::errno::{Errno, UvResult};

/// What the last stat said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    Nothing,
    Success,
    Failure(c_int),
}

/// What is done when it is time for a stat, and when one has ended.
#[derive(Clone, Copy)]
pub(crate) struct Steps {
    pub(crate) due: fn(&Watch),
    pub(crate) answered: fn(&Watch),
}

/// What a program asks for in a start.
pub(crate) struct Order<'a> {
    pub(crate) cb: uv_fs_poll_cb,
    pub(crate) path: &'a CStr,
    /// Milliseconds, at least 1.
    pub(crate) interval: c_uint,
    pub(crate) steps: &'static Steps,
}

/// The large parts first, so that the path begins where the others end.
#[repr(C)]
pub(crate) struct Watch {
    handle: NonNull<uv_fs_poll_t>,
    pub(crate) cb: uv_fs_poll_cb,
    steps: &'static Steps,
    /// When the last stat was started, in the loop's time.
    pub(crate) started: Cell<u64>,
    /// The last success.
    pub(crate) stat: Cell<uv_stat_t>,
    pub(crate) timer: uv_timer_t,
    request: uv_fs_t,
    /// The one from before the last stop.
    older: Cell<*mut Watch>,
    pub(crate) last: Cell<Last>,
    pub(crate) interval: c_uint,
    /// No stat is under way.
    is_idle: Cell<bool>,
    /// The first byte of the path; the others follow it in the block.
    path: [u8; 0],
}

/// The newest watch of a handle.
pub(crate) fn newest(handle: &uv_fs_poll_t) -> Option<&Watch> {
    at(handle.poll_ctx.get().cast())
}

/// What the newest watch of a handle asks about.
pub(crate) fn path(handle: &uv_fs_poll_t) -> Option<&CStr> {
    let watch = handle.poll_ctx.get().cast::<Watch>();
    // SAFETY: where a handle has a watch, `Watch::make` has put a text with its end into the block of it, and
    // nobody changes that.
    (!watch.is_null()).then(|| unsafe { CStr::from_ptr((&raw const (*watch).path).cast()) })
}

fn at<'a>(watch: *mut Watch) -> Option<&'a Watch> {
    // SAFETY: what a handle or a watch points to is a `Made` that was linked in, and `on_closed` takes it out
    // of the chain before it frees it.
    unsafe { watch.as_ref() }
}

/// A watch that is in no chain. Dropped, it is freed.
pub(crate) struct Made(NonNull<Watch>);

impl Deref for Made {
    type Target = Watch;

    fn deref(&self) -> &Watch {
        // SAFETY: made by `Watch::make`, and freed by the drop of this alone.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // SAFETY: `Watch::make` made it; it is in no chain, so that this was the last way to it, and its timer
        // and its request are over or were never begun.
        unsafe { alloc::delete(self.0.as_ptr()) };
    }
}

impl Made {
    /// Makes it the newest watch of its handle, until [`on_closed`].
    pub(crate) fn follow<'a>(self) -> &'a Watch {
        let this = ManuallyDrop::new(self).0;
        // SAFETY: in the chain from here on, it stays until its timer is closed.
        let watch: &Watch = unsafe { this.as_ref() };
        watch.handle().poll_ctx.set(this.as_ptr().cast());
        watch
    }
}

impl Watch {
    /// A watch for the handle. Its timer is not initialised yet.
    pub(crate) fn make(handle: &uv_fs_poll_t, order: Order<'_>) -> UvResult<Made> {
        const PATH: usize = offset_of!(Watch, path);
        let path = order.path.to_bytes_with_nul();
        let size = size_of::<Watch>().max(PATH + path.len());
        let block = NonNull::new(alloc::malloc(size).cast::<Watch>()).ok_or(Errno::ENOMEM)?;
        let watch = Watch {
            handle: NonNull::from(handle),
            cb: order.cb,
            steps: order.steps,
            started: Cell::new(0),
            stat: Cell::new(uv_stat_t::NONE),
            timer: zeroed(),
            request: zeroed(),
            older: Cell::new(handle.poll_ctx.get().cast()),
            last: Cell::new(Last::Nothing),
            interval: order.interval,
            is_idle: Cell::new(true),
            path: [],
        };
        const { assert!(align_of::<Watch>() <= alloc::MALLOC_ALIGN) };
        // SAFETY: a fresh block, with room for the watch and, from its end on, for the path.
        unsafe {
            block.write(watch);
            block.cast::<u8>().add(PATH).copy_from_nonoverlapping(NonNull::from(path).cast(), path.len());
        }
        Ok(Made(block))
    }

    pub(crate) fn handle(&self) -> &uv_fs_poll_t {
        // SAFETY: a handle's close callback comes after the last of its watches is gone.
        unsafe { self.handle.as_ref() }
    }

    /// Has `start` begin a stat with the request. `EBUSY` while one is under way.
    pub(crate) fn begin(&self, start: impl FnOnce(Held<uv_fs_t>) -> UvResult) -> UvResult {
        if !self.is_idle.replace(false) {
            return Err(Errno::EBUSY);
        }
        // SAFETY: the watch's own request, which stays where it is. There is no token of it: none was made
        // yet, or it was given back, or dropped by who could not begin.
        let request = unsafe { hold(std::ptr::from_ref(&self.request).cast_mut()) };
        start(request).inspect_err(|_| self.is_idle.set(true))
    }

    /// What the stat has found: its status and, if that is 0, the answer.
    pub(crate) fn answer(&self) -> (c_int, &Cell<uv_stat_t>) {
        (self.request.result.get() as c_int, &self.request.statbuf)
    }

    /// Frees what the stat has left.
    pub(crate) fn forget_answer(&self) {
        results::cleanup(&self.request);
    }
}

/// For the timer of a watch.
pub(crate) unsafe extern "C" fn on_timer(timer: *mut uv_timer_t) {
    // SAFETY: only timers of watches have this function, and a watch stays until its timer is closed.
    let watch = unsafe { &*container_of!(timer, Watch, timer) };
    (watch.steps.due)(watch);
}

/// For the request of a watch.
pub(crate) unsafe extern "C" fn on_stat(request: *mut uv_fs_t) {
    // SAFETY: only requests of watches have this function. The callback gives the request back, and whatever
    // the program does in its own, the watch stays: its timer is closed by the step alone.
    let watch = unsafe { &*container_of!(request, Watch, request) };
    watch.is_idle.set(true);
    (watch.steps.answered)(watch);
}

/// For the end of a watch, the close callback of its timer.
pub(crate) unsafe extern "C" fn on_closed(timer: *mut uv_handle_t) {
    // SAFETY: only timers of watches have this function, as the last that is done with them.
    let made =
        unsafe { Made(NonNull::new_unchecked(container_of!(timer.cast::<uv_timer_t>(), Watch, timer))) };
    leave_chain(&made);
}

/// Takes a watch out of its handle's chain. A handle that closes goes on when the last one is out.
fn leave_chain(made: &Made) {
    let this = made.0.as_ptr();
    let (handle, older) = (made.handle(), made.older.get());
    if handle.poll_ctx.get() == this.cast() {
        handle.poll_ctx.set(older.cast());
    } else {
        let mut chain = std::iter::successors(newest(handle), |watch| at(watch.older.get()));
        if let Some(newer) = chain.find(|other| other.older.get() == this) {
            newer.older.set(older);
        }
    }
    if handle.poll_ctx.get().is_null() && handle::is_closing(handle) {
        closing::make_pending(handle);
    }
}
