//! Async handles: waking the loop from any thread. <https://docs.libuv.org/en/v1.x/async.html>
//!
//! `pending` says whether a send is on its way (bit 0) and how many senders are inside the library
//! (the rest, in twos). The sender that sets bit 0 pushes the handle on the loop's stack, through
//! the first reserved word, and notifies the loop; all others have nothing to do. `queue` links a
//! handle, on the loop thread, into the list of those to be called; the second reserved word holds
//! its number, since handles are called in the order of their making.

use std::ptr::null_mut;
use std::sync::atomic::{AtomicI32, AtomicPtr, Ordering};

use libc::{c_int, c_void};

use crate::abi::{UV_ASYNC, uv__queue, uv_async_cb, uv_async_t, uv_loop_t};
use crate::core::handle::{self, as_handle};
use crate::core::queue::{self, container_of};
use crate::core::{closing, inner, wakeup};

const PENDING: i32 = 1;
const SENDER: i32 = 2;

unsafe fn pending<'a>(handle: *mut uv_async_t) -> &'a AtomicI32 {
    // SAFETY: an initialised handle, our callers' promise; all access to the field is atomic.
    unsafe { AtomicI32::from_ptr(&raw mut (*handle).pending) }
}

/// The link of the loop's stack of pending handles.
unsafe fn next(handle: *mut uv_async_t) -> *mut *mut uv_async_t {
    // SAFETY: as in `pending`; only the handle's one queuing sender and the loop thread use it.
    unsafe { (&raw mut (*handle).u.reserved[0]).cast() }
}

unsafe fn number(handle: *mut uv_async_t) -> usize {
    // SAFETY: as in `pending`; written once, by `init`.
    unsafe { (*handle).u.reserved[1].addr() }
}

unsafe fn init(loop_: *mut uv_loop_t, this: *mut uv_async_t, cb: uv_async_cb) {
    // SAFETY: the loop is initialised and the memory the caller's: the export's promise.
    unsafe {
        handle::init(loop_, as_handle(this), UV_ASYNC);
        let number = &raw mut (*inner(loop_)).next_async;
        (*this).async_cb = cb;
        (*this).pending = 0;
        (*this).u.reserved[1] = std::ptr::without_provenance_mut::<c_void>(*number);
        *number += 1;
        queue::init(&raw mut (*this).queue);
        handle::start(as_handle(this));
    }
}

/// Any thread, and signal handlers: atomics, and at most one write.
unsafe fn send(this: *mut uv_async_t) {
    // SAFETY: the handle is not closed, the export's promise; `close` waits for senders that it
    // meets inside.
    unsafe {
        let word = pending(this);
        let mut seen = word.load(Ordering::Relaxed);
        loop {
            // Also an unchanged word is written: what the sender did before is seen by the
            // callback, which takes bit 0 away first.
            let wanted = if seen & PENDING != 0 { seen } else { (seen | PENDING) + SENDER };
            match word.compare_exchange_weak(seen, wanted, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) if seen & PENDING != 0 => return,
                Ok(_) => break,
                Err(now) => seen = now,
            }
        }
        let inner = inner((*this).r#loop);
        push(&raw const (*inner).async_pending, this);
        wakeup::notify(inner);
        word.fetch_sub(SENDER, Ordering::Release);
    }
}

unsafe fn push(stack: *const AtomicPtr<uv_async_t>, this: *mut uv_async_t) {
    // SAFETY: the loop, with its stack, outlives its handles.
    unsafe {
        let mut top = (*stack).load(Ordering::Relaxed);
        loop {
            *next(this) = top;
            match (*stack).compare_exchange_weak(top, this, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => top = now,
            }
        }
    }
}

/// Moves what was sent from the stack to the loop's own list.
unsafe fn drain(loop_: *mut uv_loop_t) {
    // SAFETY: on the loop thread; a pending handle is in the stack once and not closed.
    unsafe {
        let mut handle = (*inner(loop_)).async_pending.swap(null_mut(), Ordering::Acquire);
        let mut oldest_first: *mut uv_async_t = null_mut();
        let mut is_sorted = true;
        while !handle.is_null() {
            let below = *next(handle);
            is_sorted &= oldest_first.is_null() || number(handle) < number(oldest_first);
            *next(handle) = oldest_first;
            oldest_first = handle;
            handle = below;
        }
        if !is_sorted {
            oldest_first = sort(oldest_first);
        }
        while !oldest_first.is_null() {
            let handle = oldest_first;
            oldest_first = *next(handle);
            queue::push_back(&raw mut (*loop_).async_handles, &raw mut (*handle).queue);
        }
    }
}

/// Sorts a chain by the handles' numbers: merges ever longer runs.
unsafe fn sort(mut chain: *mut uv_async_t) -> *mut uv_async_t {
    // SAFETY: the chain is the loop thread's own; `runs[i]` holds 2^i handles or none.
    unsafe {
        let mut runs: [*mut uv_async_t; usize::BITS as usize] = [null_mut(); usize::BITS as usize];
        while !chain.is_null() {
            let mut run = chain;
            chain = *next(run);
            *next(run) = null_mut();
            for place in &mut runs {
                if place.is_null() {
                    *place = run;
                    break;
                }
                run = merge(std::mem::replace(place, null_mut()), run);
            }
        }
        runs.into_iter().fold(null_mut(), |all, run| merge(run, all))
    }
}

unsafe fn merge(mut a: *mut uv_async_t, mut b: *mut uv_async_t) -> *mut uv_async_t {
    // SAFETY: as in `sort`.
    unsafe {
        let mut merged: *mut uv_async_t = null_mut();
        let mut tail = &raw mut merged;
        while !a.is_null() && !b.is_null() {
            let least = if number(a) <= number(b) { &mut a } else { &mut b };
            *tail = *least;
            *least = *next(*tail);
            tail = next(*tail);
        }
        *tail = if a.is_null() { b } else { a };
        merged
    }
}

/// Calls the handles that were sent to.
///
/// # Safety
/// The loop is initialised; on its thread, in the poll phase.
pub(crate) unsafe fn deliver(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise. A handle that is closed in a callback leaves `batch`.
    unsafe {
        drain(loop_);
        let mut batch = uv__queue { next: null_mut(), prev: null_mut() };
        let batch = &raw mut batch;
        queue::move_all(&raw mut (*loop_).async_handles, batch);
        while let Some(node) = queue::pop_front(batch) {
            let handle = container_of!(node, uv_async_t, queue);
            pending(handle).fetch_and(!PENDING, Ordering::AcqRel);
            if let Some(cb) = (*handle).async_cb {
                cb(handle);
            }
        }
    }
}

/// # Safety
/// See [`crate::dispatch::close`].
pub(crate) unsafe fn close(this: *mut uv_async_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let word = pending(this);
        let before = word.fetch_or(PENDING, Ordering::AcqRel); // later senders have nothing to do
        while word.load(Ordering::Acquire) >= SENDER {
            std::thread::yield_now();
        }
        if before & PENDING != 0 {
            drain((*this).r#loop);
        }
        queue::remove(&raw mut (*this).queue);
        handle::stop(as_handle(this));
        closing::make_pending(as_handle(this));
    }
}

/// Initialises `handle` as an async handle of `loop_`; it is active at once. `cb` may be NULL.
///
/// Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/async.html#c.uv_async_init>.
///
/// # Safety
/// `loop_` is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_async_init(
    loop_: *mut uv_loop_t,
    handle: *mut uv_async_t,
    async_cb: uv_async_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { init(loop_, handle, async_cb) };
    0
}

/// Has the handle's callback called on the loop thread: at least once after this call, and once
/// for any number of calls before it.
///
/// Always 0. Any thread and signal handlers. It makes no system call while the loop is awake.
///
/// Implements <https://docs.libuv.org/en/v1.x/async.html#c.uv_async_send>.
///
/// # Safety
/// `handle` is an initialised async handle whose close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_async_send(handle: *mut uv_async_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { send(handle) };
    0
}
