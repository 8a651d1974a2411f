//! The closing queue: from uv_close to the close callback, which always comes in a later phase.

use std::ptr::NonNull;

use crate::abi::{uv_close_cb, uv_handle_t, uv_loop_t};
use crate::api::kinds;
use crate::core::handle::{self, flags};
use crate::core::queue::{HandleLink, List};
use crate::sys::abort::fatal;

/// Starts to close `handle`.
pub(crate) fn close(handle: &uv_handle_t, cb: uv_close_cb) {
    if handle::is_closing(handle) {
        fatal("uv_close: the handle is closing or closed already");
    }
    handle.set(flags::CLOSING);
    handle.close_cb.set(cb);
    kinds::close(handle);
}

/// Queues a handle that needs nothing more for the closing phase.
pub(crate) fn make_pending(handle: &uv_handle_t) {
    let waiting = &handle.owner().closing_handles;
    handle.next_closing.set(waiting.replace(handle.as_ptr()));
}

/// The closing phase. The last one queued is the first one called, as in libuv.
pub(crate) fn run(loop_: &uv_loop_t) {
    let mut next = Closing::take(loop_.closing_handles.take_ptr());
    while let Some(closing) = next {
        next = Closing::take(closing.handle().next_closing.get());
        closing.finish();
    }
}

/// A handle that nothing but the closing queue knows any more.
struct Closing(NonNull<uv_handle_t>);

impl Closing {
    fn take(first: *mut uv_handle_t) -> Option<Closing> {
        NonNull::new(first).map(Closing)
    }

    fn handle(&self) -> &uv_handle_t {
        // SAFETY: the program has lent it until its close callback, which consumes this.
        unsafe { self.0.as_ref() }
    }

    fn finish(self) {
        let handle = self.handle();
        handle.set(flags::CLOSED);
        if !kinds::finish_close(handle) {
            handle.clear(flags::CLOSED);
            make_pending(handle); // it still has something on the way
            return;
        }
        handle::unref(handle);
        List::<HandleLink>::remove(handle);
        if let Some(cb) = handle.close_cb.get() {
            // SAFETY: the program's function for this handle, which is the program's again: its kind has
            // taken it out of everything in `close` and `finish_close`, and this was the last list.
            unsafe { cb(self.0.as_ptr()) };
        }
    }
}

trait TakePtr<T> {
    fn take_ptr(&self) -> *mut T;
}

impl<T> TakePtr<T> for std::cell::Cell<*mut T> {
    fn take_ptr(&self) -> *mut T {
        self.replace(std::ptr::null_mut())
    }
}

/// For what is not converted yet.
pub(crate) mod raw {
    use super::*;

    pub(crate) unsafe fn close(handle: *mut uv_handle_t, cb: uv_close_cb) {
        // SAFETY: the caller's promise.
        unsafe { super::close(&*handle, cb) };
    }

    pub(crate) unsafe fn make_pending(handle: *mut uv_handle_t) {
        // SAFETY: the caller's promise.
        unsafe { super::make_pending(&*handle) };
    }
}
