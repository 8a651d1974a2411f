//! Async handles: waking the loop from any thread. <https://docs.libuv.org/en/v1.x/async.html>
//!
//! `pending` says whether a send is on its way (bit 0) and how many senders are inside the library
//! (the rest, in twos). The sender that sets bit 0 pushes the handle on the loop's stack, through
//! the first reserved word, and notifies the loop; all others have nothing to do. `queue` links a
//! handle, on the loop thread, into the list of those to be called; the second reserved word holds
//! its number, since handles are called in the order of their making.

use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicI32, AtomicPtr, Ordering};

use libc::{c_int, c_void};

use crate::abi::{UV_ASYNC, uv_async_cb, uv_async_t, uv_loop_t};
use crate::core::inner::shared;
use crate::core::lend::lend;
use crate::core::queue::{AsyncLink, List, async_handles};
use crate::core::{callback, closing, handle, inner};

const PENDING: i32 = 1;
const SENDER: i32 = 2;

/// What other threads see of a handle: this word, and those that it guards.
impl uv_async_t {
    fn word(&self) -> &AtomicI32 {
        // SAFETY: all access to the field is through this, but for `init`, before others know the handle.
        unsafe { AtomicI32::from_ptr(self.pending.as_ptr()) }
    }

    /// The link of the loop's stack of pending handles: the one queuing sender's, then the loop's.
    fn below(&self) -> &Cell<*mut c_void> {
        &self.u.words()[0]
    }

    /// Written once, by `init`.
    fn number(&self) -> usize {
        self.u.words()[1].get().addr()
    }
}

/// A chain of pending handles, linked through [`uv_async_t::below`].
#[derive(Clone, Copy)]
struct Chain<'a>(Option<&'a uv_async_t>);

impl<'a> Chain<'a> {
    const EMPTY: Chain<'static> = Chain(None);

    /// The chain that begins with what `push` put on the stack.
    fn at(first: *mut uv_async_t) -> Chain<'a> {
        // SAFETY: null, or a pending handle: `close` waits until it is off the stack.
        Chain(unsafe { first.as_ref() })
    }

    fn split(self) -> Option<(&'a uv_async_t, Chain<'a>)> {
        self.0.map(|first| (first, Chain::at(first.below().get().cast())))
    }

    fn with(self, first: &'a uv_async_t) -> Chain<'a> {
        let rest = self.0.map_or(null_mut(), |rest| std::ptr::from_ref(rest).cast_mut());
        first.below().set(rest.cast());
        Chain(Some(first))
    }
}

pub(crate) fn init(loop_: &uv_loop_t, this: &uv_async_t, cb: uv_async_cb) {
    handle::init(loop_, this, UV_ASYNC);
    let number = &inner(loop_).next_async;
    this.async_cb.set(cb);
    this.pending.set(0);
    this.u.words()[1].set(std::ptr::without_provenance_mut(number.get()));
    number.set(number.get() + 1);
    List::<AsyncLink>::init(this);
    handle::start(this);
}

/// Any thread, and signal handlers: atomics, and at most one write. `close` waits for senders that it
/// meets inside.
pub(crate) fn send(this: &uv_async_t) {
    let word = this.word();
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
    let shared = shared(this.owner());
    push(&shared.async_pending, this);
    shared.wakeup.notify();
    word.fetch_sub(SENDER, Ordering::Release);
}

fn push(stack: &AtomicPtr<uv_async_t>, this: &uv_async_t) {
    let this_ptr = std::ptr::from_ref(this).cast_mut();
    let mut top = stack.load(Ordering::Relaxed);
    loop {
        this.below().set(top.cast());
        match stack.compare_exchange_weak(top, this_ptr, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => return,
            Err(now) => top = now,
        }
    }
}

/// Moves what was sent from the stack to the loop's own list.
fn drain(loop_: &uv_loop_t) {
    let mut newest_first = Chain::at(inner(loop_).async_pending.swap(null_mut(), Ordering::Acquire));
    let mut oldest_first = Chain::EMPTY;
    let mut is_sorted = true;
    while let Some((handle, rest)) = newest_first.split() {
        is_sorted &= oldest_first.0.is_none_or(|newer| handle.number() < newer.number());
        oldest_first = oldest_first.with(handle);
        newest_first = rest;
    }
    if !is_sorted {
        oldest_first = sort(oldest_first);
    }
    while let Some((handle, rest)) = oldest_first.split() {
        oldest_first = rest;
        async_handles(loop_).push_back(handle);
    }
}

/// Sorts a chain by the handles' numbers: merges ever longer runs.
fn sort(mut chain: Chain<'_>) -> Chain<'_> {
    let mut runs = [Chain::EMPTY; usize::BITS as usize]; // `runs[i]` holds 2^i handles or none
    while let Some((handle, rest)) = chain.split() {
        chain = rest;
        let mut run = Chain::EMPTY.with(handle);
        for place in &mut runs {
            if place.0.is_none() {
                *place = run;
                break;
            }
            run = merge(std::mem::replace(place, Chain::EMPTY), run);
        }
    }
    runs.into_iter().fold(Chain::EMPTY, |all, run| merge(run, all))
}

fn merge<'a>(mut a: Chain<'a>, mut b: Chain<'a>) -> Chain<'a> {
    let mut merged = Chain::EMPTY;
    let mut last: Option<&uv_async_t> = None;
    loop {
        let least = match (a.0, b.0) {
            (Some(x), Some(y)) if x.number() <= y.number() => &mut a,
            (Some(_), Some(_)) => &mut b,
            (rest, None) | (None, rest) => {
                match last {
                    Some(last) => _ = Chain(rest).with(last),
                    None => merged = Chain(rest),
                }
                return merged;
            }
        };
        let Some((first, rest)) = least.split() else { return merged };
        *least = rest;
        match last.replace(first) {
            Some(before) => _ = Chain(Some(first)).with(before),
            None => merged = Chain(Some(first)),
        }
    }
}

/// Calls the handles that were sent to. One that is closed in a callback leaves the batch.
pub(crate) fn deliver(loop_: &uv_loop_t) {
    drain(loop_);
    async_handles(loop_).take_each_by(inner(loop_).batches.asyncs.list(), |handle| {
        handle.word().fetch_and(!PENDING, Ordering::AcqRel);
        callback::async_(handle);
    });
}

/// Those that were not called yet are called by the run that begins.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    if !inner(loop_).batches.asyncs.list().is_empty() {
        inner(loop_).batches.asyncs.list().put_before(async_handles(loop_));
        shared(loop_).wakeup.notify();
    }
}

pub(crate) fn close(this: &uv_async_t) {
    let word = this.word();
    let before = word.fetch_or(PENDING, Ordering::AcqRel); // later senders have nothing to do
    while word.load(Ordering::Acquire) >= SENDER {
        std::thread::yield_now();
    }
    if before & PENDING != 0 {
        drain(this.owner());
    }
    List::<AsyncLink>::remove(this);
    handle::stop(this);
    closing::make_pending(this);
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
    let (loop_, handle) = unsafe { (lend(loop_), lend(handle)) };
    init(loop_, handle, async_cb);
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
    let handle = unsafe { lend(handle) };
    send(handle);
    0
}
