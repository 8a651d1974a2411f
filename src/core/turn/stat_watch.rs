//! The memory of a file's watch: a timer and a stat request of the library's own, and what was seen last.
//!
//! A handle's `poll_ctx` is its newest watch, and each watch knows the one before. A watch ends with its
//! timer, which is closed when no stat is under way; the handle stays until the last of them is gone.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use libc::c_int;

use crate::abi::*;
use crate::core::files::results;
use crate::core::memory::alloc::{self, Place};
use crate::core::memory::lend::hold;
use crate::core::memory::queue::container_of;
use crate::core::memory::text::Text;
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
pub(crate) struct Order {
    pub(crate) cb: uv_fs_poll_cb,
    pub(crate) path: Text,
    /// Milliseconds, at least 1.
    pub(crate) interval: u64,
    pub(crate) steps: Steps,
}

pub(crate) struct Watch {
    handle: NonNull<uv_fs_poll_t>,
    pub(crate) order: Order,
    /// When the last stat was started, in the loop's time.
    pub(crate) started: Cell<u64>,
    pub(crate) last: Cell<Last>,
    /// The last success.
    pub(crate) stat: Cell<uv_stat_t>,
    pub(crate) timer: uv_timer_t,
    /// While no stat is under way.
    idle: Slot<uv_fs_t>,
    request: uv_fs_t,
    /// The one from before the last stop.
    older: Cell<*mut Watch>,
}

/// The newest watch of a handle.
pub(crate) fn newest(handle: &uv_fs_poll_t) -> Option<&Watch> {
    at(handle.poll_ctx.get().cast())
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
        // SAFETY: `alloc::new` made it; it is in no chain, so that this was the last way to it, and its timer
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
    pub(crate) fn make(handle: &uv_fs_poll_t, order: Order) -> UvResult<Made> {
        let made = Place::take()?.fill(Watch {
            handle: NonNull::from(handle),
            order,
            started: Cell::new(0),
            last: Cell::new(Last::Nothing),
            stat: Cell::new(uv_stat_t::NONE),
            timer: zeroed(),
            idle: Slot::empty(),
            request: zeroed(),
            older: Cell::new(handle.poll_ctx.get().cast()),
        });
        let made = Made(NonNull::new(made).ok_or(Errno::ENOMEM)?);
        made.idle.put(made.token());
        Ok(made)
    }

    pub(crate) fn handle(&self) -> &uv_fs_poll_t {
        // SAFETY: a handle's close callback comes after the last of its watches is gone.
        unsafe { self.handle.as_ref() }
    }

    /// Has `start` begin a stat with the request. `EBUSY` while one is under way.
    pub(crate) fn begin(&self, start: impl FnOnce(Held<uv_fs_t>) -> UvResult) -> UvResult {
        let request = self.idle.take().ok_or(Errno::EBUSY)?;
        start(request).inspect_err(|_| self.idle.put(self.token()))
    }

    /// The token of the next stat.
    fn token(&self) -> Held<uv_fs_t> {
        // SAFETY: the watch's own request, which stays where it is. There was no token of it yet, or the one
        // there was has been dropped by who could not begin.
        unsafe { hold(std::ptr::from_ref(&self.request).cast_mut()) }
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
    (watch.order.steps.due)(watch);
}

/// For the request of a watch.
pub(crate) unsafe extern "C" fn on_stat(request: *mut uv_fs_t) {
    // SAFETY: only requests of watches have this function. The callback gives the request back, and whatever
    // the program does in its own, the watch stays: its timer is closed by the step alone.
    let (watch, request) = unsafe { (&*container_of!(request, Watch, request), hold(request)) };
    watch.idle.put(request);
    (watch.order.steps.answered)(watch);
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
