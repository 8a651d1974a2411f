//! The closing queue: from uv_close to the close callback, which always comes in a later phase.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::abi::{uv_close_cb, uv_handle_t, uv_loop_t};
use crate::core::inner;
use crate::core::memory::queue::{HandleLink, List};
use crate::core::observe::call::{Call, CallKind};
use crate::core::observe::calling::calling;
use crate::core::observe::named;
use crate::core::state::handle::{self, flags};
use crate::core::turn::kinds::Kinds;
use crate::sys::abort::fatal;

/// Marks a handle whose kind is about to close it.
pub(crate) fn mark(handle: &uv_handle_t, cb: uv_close_cb) {
    if handle::is_closing(handle) {
        fatal("uv_close: the handle is closing or closed already");
    }
    handle.set(flags::CLOSING);
    handle.close_cb.set(cb);
}

/// Queues a handle that needs nothing more for the closing phase.
pub(crate) fn make_pending(handle: &uv_handle_t) {
    push(&handle.owner().closing_handles, handle);
}

fn push(chain: &Cell<*mut uv_handle_t>, handle: &uv_handle_t) {
    handle.next_closing.set(chain.replace(handle.as_ptr()));
}

/// Takes the handle that was put last out of a chain.
fn pop(chain: &Cell<*mut uv_handle_t>) -> Option<Closing> {
    let first = Closing(NonNull::new(chain.get())?);
    chain.set(first.handle().next_closing.get());
    Some(first)
}

/// The closing phase. The last one queued is the first one called, as in libuv.
#[inline]
pub(crate) fn run<K: Kinds>(loop_: &uv_loop_t) {
    if !loop_.closing_handles.get().is_null() {
        run_some::<K>(loop_);
    }
}

#[inline(never)]
fn run_some<K: Kinds>(loop_: &uv_loop_t) {
    let batch = &inner(loop_).batches.closing;
    batch.set(loop_.closing_handles.replace(null_mut()));
    while let Some(closing) = pop(batch) {
        closing.finish::<K>();
    }
}

/// A nested run begins: what the outer one was about to finish is the first in the nested one's phase.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    let batch = &inner(loop_).batches.closing;
    move_to(batch, &loop_.closing_handles);
}

/// A run inside of a handle's callback has ended: the handle may be given back now.
pub(crate) fn allow_told(loop_: &uv_loop_t) {
    move_to(&inner(loop_).closing_later, &loop_.closing_handles);
}

/// Puts a chain before another one, in its order.
fn move_to(from: &Cell<*mut uv_handle_t>, to: &Cell<*mut uv_handle_t>) {
    let reversed = Cell::new(null_mut());
    while let Some(closing) = pop(from) {
        push(&reversed, closing.handle());
    }
    while let Some(closing) = pop(&reversed) {
        push(to, closing.handle());
    }
}

#[cold]
#[inline(never)]
fn about(handle: &uv_handle_t, cb: usize) -> Call<'static> {
    Call::new(CallKind::Close, cb, handle.as_ptr().addr()).about(handle)
}

/// Whether the handle can only be given back later. Its name, if it has one, is of no use any more.
#[cold]
#[inline(never)]
fn is_kept(handle: &uv_handle_t) -> bool {
    named::forget(handle);
    let is_told = handle.has(flags::TOLD);
    if is_told {
        push(&inner(handle.owner()).closing_later, handle); // see `told::kept`
    }
    is_told
}

/// A handle that nothing but the closing queue knows any more.
struct Closing(NonNull<uv_handle_t>);

impl Closing {
    fn handle(&self) -> &uv_handle_t {
        // SAFETY: the program has lent it until its close callback, which consumes this.
        unsafe { self.0.as_ref() }
    }

    fn finish<K: Kinds>(self) {
        let handle = self.handle();
        if handle.has(flags::TOLD | flags::NAMED) && is_kept(handle) {
            return;
        }
        handle.set(flags::CLOSED);
        if !K::finish_close(handle) {
            handle.clear(flags::CLOSED);
            make_pending(handle); // it still has something on the way
            return;
        }
        handle::unref(handle);
        List::<HandleLink>::remove(handle);
        if let Some(cb) = handle.close_cb.get() {
            // SAFETY: the program's function for this handle, which is the program's again: its kind has
            // taken it out of everything in `close` and `finish_close`, and this was the last list.
            let call = move || unsafe { cb(self.0.as_ptr()) };
            calling(move || handle.owner(), move || about(handle, cb as usize), call);
        }
    }
}
