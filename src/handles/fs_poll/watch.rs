//! The memory of a watch: a timer and a stat request of the library's own, and what was seen last.
//!
//! A handle's `poll_ctx` is its newest watch, and each watch knows the one before. A watch ends with its
//! timer, which is closed when no stat is under way; the handle stays until the last of them is gone.

use std::cell::Cell;
use std::ffi::CStr;
use std::ptr::NonNull;

use libc::c_int;

use crate::abi::*;
use crate::core::files::results;
use crate::core::memory::alloc;
use crate::core::memory::lend::hold;
use crate::core::memory::queue::container_of;
use crate::core::memory::text::Text;
use crate::core::state::handle::{self, flags};
use crate::core::turn::closing;
use crate::handles::timer;
use crate::requests::fs::request;
use crate::sys::errno::UvResult;

/// What the last stat said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    Nothing,
    Success,
    Failure(c_int),
}

/// What is done when it is time for a stat, and when one has ended.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    pub(super) due: fn(&Watch),
    pub(super) answered: fn(&Watch),
}

/// What a program asks for in a start.
pub(super) struct Order {
    pub(super) cb: uv_fs_poll_cb,
    pub(super) path: Text,
    /// Milliseconds, at least 1.
    pub(super) interval: u64,
    pub(super) steps: Steps,
}

pub(super) struct Watch {
    handle: NonNull<uv_fs_poll_t>,
    pub(super) order: Order,
    /// When the last stat was started, in the loop's time.
    pub(super) started: Cell<u64>,
    pub(super) last: Cell<Last>,
    /// The last success.
    pub(super) stat: Cell<uv_stat_t>,
    timer: uv_timer_t,
    request: uv_fs_t,
    /// The one from before the last stop.
    older: Cell<*mut Watch>,
}

/// The newest watch of a handle.
pub(super) fn newest(handle: &uv_fs_poll_t) -> Option<&Watch> {
    at(handle.poll_ctx.get().cast())
}

fn at<'a>(watch: *mut Watch) -> Option<&'a Watch> {
    // SAFETY: what a handle or a watch points to was made by `make`, and `on_closed` takes it out of the
    // chain before it frees it.
    unsafe { watch.as_ref() }
}

impl Watch {
    /// Makes the newest watch of the handle. Its timer does not run.
    pub(super) fn make(handle: &uv_fs_poll_t, order: Order) -> UvResult<&Watch> {
        let made = alloc::new(Watch {
            handle: NonNull::from(handle),
            order,
            started: Cell::new(0),
            last: Cell::new(Last::Nothing),
            stat: Cell::new(uv_stat_t::NONE),
            timer: zeroed(),
            request: zeroed(),
            older: Cell::new(handle.poll_ctx.get().cast()),
        })?;
        // SAFETY: just made, and nobody else has it.
        let this: &Watch = unsafe { &*made };
        if let Err(error) = timer::init(handle.owner(), &this.timer) {
            // SAFETY: `alloc::new` made it, and a timer whose init failed is in no list: nothing refers to
            // it but `this`, which is not used again.
            unsafe { alloc::delete(made) };
            return Err(error);
        }
        this.timer.set(flags::INTERNAL);
        handle::unref(&this.timer);
        handle.poll_ctx.set(made.cast());
        Ok(this)
    }

    pub(super) fn handle(&self) -> &uv_fs_poll_t {
        // SAFETY: a handle's close callback comes after the last of its watches is gone.
        unsafe { self.handle.as_ref() }
    }

    /// Whether this is the newest watch of an active handle.
    pub(super) fn is_current(&self) -> bool {
        let handle = self.handle();
        let is_newest = newest(handle).is_some_and(|newest| std::ptr::eq(newest, self));
        is_newest && handle::is_active(handle) && !handle::is_closing(handle)
    }

    /// Whether it waits for the time of the next stat: otherwise one is under way.
    pub(super) fn is_waiting(&self) -> bool {
        handle::is_active(&self.timer)
    }

    /// Has the next stat made in so many milliseconds.
    pub(super) fn wait(&self, milliseconds: u64) -> UvResult {
        timer::start(&self.timer, Some(on_timer), milliseconds, 0)
    }

    /// Starts a stat. None is under way.
    pub(super) fn ask(&self) -> UvResult {
        let request = std::ptr::from_ref(&self.request).cast_mut();
        // SAFETY: the watch stays until the stat has ended, and there is one at a time.
        let request = unsafe { hold(request) };
        request::stat(self.handle().owner(), request, &self.order.path, Some(on_stat))
    }

    /// What the stat has found: its status and, if that is 0, the answer.
    pub(super) fn answer(&self) -> (c_int, &Cell<uv_stat_t>) {
        (self.request.result.get() as c_int, &self.request.statbuf)
    }

    /// Ends the watch, with no stat under way: it is gone after the next closing phase.
    pub(super) fn end(&self) {
        closing::mark(&self.timer, Some(on_closed));
        timer::close(&self.timer);
    }

    pub(super) fn path(&self) -> &CStr {
        &self.order.path
    }
}

unsafe extern "C" fn on_timer(timer: *mut uv_timer_t) {
    // SAFETY: only `Watch::wait` gives this function, to the timer of a watch, which the timer ends.
    let watch = unsafe { &*container_of!(timer, Watch, timer) };
    (watch.order.steps.due)(watch);
}

unsafe extern "C" fn on_stat(request: *mut uv_fs_t) {
    // SAFETY: only `Watch::ask` gives this function, to the request of a watch. Whatever the program does
    // in its callback, the watch stays: its timer is not closed while it does not run, but by this.
    let watch = unsafe { &*container_of!(request, Watch, request) };
    (watch.order.steps.answered)(watch);
}

/// Frees what the stat has left.
pub(super) fn forget_answer(watch: &Watch) {
    results::cleanup(&watch.request);
}

unsafe extern "C" fn on_closed(timer: *mut uv_handle_t) {
    // SAFETY: only `Watch::end` gives this function, to the timer of a watch.
    let made = unsafe { container_of!(timer.cast::<uv_timer_t>(), Watch, timer) };
    if let Some(watch) = at(made) {
        leave_chain(watch, made);
    }
    // SAFETY: `make` made it, the timer was the last that used it, and it has left the chain.
    unsafe { alloc::delete(made) };
}

/// Takes a watch out of its handle's chain. A handle that closes goes on when the last one is out.
fn leave_chain(watch: &Watch, made: *mut Watch) {
    let handle = watch.handle();
    let older = watch.older.get();
    if handle.poll_ctx.get() == made.cast() {
        handle.poll_ctx.set(older.cast());
    } else {
        let chain = std::iter::successors(newest(handle), |watch| at(watch.older.get()));
        if let Some(newer) = chain.into_iter().find(|other| other.older.get() == made) {
            newer.older.set(older);
        }
    }
    if handle.poll_ctx.get().is_null() && handle::is_closing(handle) {
        closing::make_pending(handle);
    }
}
