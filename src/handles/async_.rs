//! Async handles: waking the loop from any thread. <https://docs.libuv.org/en/v1.x/async.html>
//!
//! Sending is in [`sends`]. On the loop's thread, `queue` links a handle into the list of those to be called.

#![forbid(unsafe_code)]

use crate::abi::{AnyHandle, UV_ASYNC, uv_async_cb, uv_async_t, uv_loop_t};
use crate::core::inner;
use crate::core::memory::callback;
use crate::core::memory::queue::{AsyncLink, List, async_handles, handles};
use crate::core::state::handle;
use crate::core::state::inner::shared;
use crate::core::state::sends::{self, Chain, Top};
use crate::core::turn::closing;
use crate::core::turn::sender;

pub(crate) fn init(loop_: &uv_loop_t, this: &uv_async_t, cb: uv_async_cb) {
    handle::init(loop_, this, UV_ASYNC);
    let number = &inner(loop_).next_async;
    this.async_cb.set(cb);
    sends::init(this, number.get());
    number.set(number.get() + 1);
    List::<AsyncLink>::init(this);
    handle::start(this);
}

/// Calls the handles that were sent to, in the order of their making. One that is sent to meanwhile, and
/// whose turn has not come yet, is called as well; one that is closed is not.
pub(crate) fn deliver(loop_: &uv_loop_t) {
    let this = inner(loop_);
    let batch = this.batches.asyncs.list();
    let end = this.next_async.get();
    let (mut told, mut seen) = (0, Top::NONE);
    let mut steps = Steps(ENOUGH_STEPS);
    loop {
        if this.async_pending.top() != seen && steps.are_left() {
            seen = if told == 0 { start(loop_, batch) } else { fill(loop_, batch, told, end, &mut steps) };
        }
        let Some(handle) = batch.pop_front() else { return };
        told = handle.number();
        sends::begin(handle);
        callback::async_(handle);
    }
}

/// What may be spent in a pass on those that are sent to meanwhile; what comes later waits for the next pass. Threads
/// that send all the time to many handles would have each of them looked at after each callback.
const ENOUGH_STEPS: usize = 4096;

struct Steps(usize);

impl Steps {
    fn take(&mut self) {
        self.0 = self.0.saturating_sub(1);
    }

    fn are_left(&self) -> bool {
        self.0 > 0
    }
}

/// Moves what was sent to into the batch, at the beginning of a pass.
#[inline(always)]
fn start(loop_: &uv_loop_t, batch: List<'_, AsyncLink>) -> Top {
    let mut all = take(loop_);
    while let Some((handle, others)) = all.split() {
        all = others;
        batch.push_back(handle);
    }
    Top::NONE
}

/// Moves what was sent to since into the batch, if its number lies between. The rest is called in the next pass:
/// its senders have notified the loop, or are about to.
#[cold]
#[inline(never)]
fn fill(loop_: &uv_loop_t, batch: List<'_, AsyncLink>, told: usize, end: usize, steps: &mut Steps) -> Top {
    let sent = &shared(loop_).async_pending;
    let mut rest = take(loop_);
    let mut place = batch.first();
    let mut top = Top::NONE;
    while let Some((handle, others)) = rest.split() {
        rest = others;
        steps.take();
        let number = handle.number();
        if number <= told || number >= end {
            top = sent.put_back(handle);
            continue;
        }
        while let Some(at) = place.filter(|at| at.number() < number) {
            place = batch.after(at);
            steps.take();
        }
        batch.insert(handle, place);
    }
    top
}

/// All that were sent to and are not in a batch, by their numbers.
fn take(loop_: &uv_loop_t) -> Chain<'_> {
    let mut newest_first = shared(loop_).async_pending.take();
    while let Some(handle) = async_handles(loop_).pop_front() {
        newest_first = newest_first.with(handle);
    }
    let mut oldest_first = Chain::EMPTY;
    let mut is_sorted = true;
    while let Some((handle, rest)) = newest_first.split() {
        is_sorted &= oldest_first.first().is_none_or(|newer| handle.number() < newer.number());
        oldest_first = oldest_first.with(handle);
        newest_first = rest;
    }
    if is_sorted { oldest_first } else { put_in_order(oldest_first) }
}

/// Sorts a chain by the handles' numbers. Many of them lie far apart: then it is their numbers that are sorted, if there
/// is memory for them.
#[cold]
#[inline(never)]
fn put_in_order(chain: Chain<'_>) -> Chain<'_> {
    const MANY: usize = 1024;
    let mut all = Vec::new();
    if chain.iter().nth(MANY).is_none() {
        return sort(chain);
    }
    for handle in chain.iter() {
        if all.try_reserve(1).is_err() {
            return sort(chain);
        }
        all.push((handle.number(), handle));
    }
    all.sort_unstable_by_key(|(number, _)| *number);
    all.iter().rfold(Chain::EMPTY, |sorted, (_, handle)| sorted.with(handle))
}

/// Sorts a chain by the handles' numbers: merges ever longer runs.
fn sort(mut chain: Chain<'_>) -> Chain<'_> {
    let mut runs = [Chain::EMPTY; usize::BITS as usize]; // `runs[i]` holds 2^i handles or none
    while let Some((handle, rest)) = chain.split() {
        chain = rest;
        let mut run = Chain::EMPTY.with(handle);
        for place in &mut runs {
            if place.first().is_none() {
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
        let least = match (a.first(), b.first()) {
            (Some(x), Some(y)) if x.number() <= y.number() => &mut a,
            (Some(_), Some(_)) => &mut b,
            (rest, None) | (None, rest) => {
                match last {
                    Some(last) => _ = Chain::of(rest).with(last),
                    None => merged = Chain::of(rest),
                }
                return merged;
            }
        };
        let Some((first, rest)) = least.split() else { return merged };
        *least = rest;
        match last.replace(first) {
            Some(before) => _ = Chain::of(Some(first)).with(before),
            None => merged = Chain::of(Some(first)),
        }
    }
}

/// Those that were not called yet are called by the run that begins, which may know nothing of them: the outer one was
/// told.
pub(crate) fn give_back(loop_: &uv_loop_t) {
    let batch = inner(loop_).batches.asyncs.list();
    if !batch.is_empty() {
        batch.put_before(async_handles(loop_));
        show(loop_);
    }
    if shared(loop_).async_pending.top() != Top::NONE {
        shared(loop_).wakeup.notify();
    }
}

/// Where handles stand in the loop's list, at least one is on the stack, so that [`deliver`] looks for them.
fn show(loop_: &uv_loop_t) {
    if let Some(handle) = async_handles(loop_).pop_front() {
        shared(loop_).async_pending.put_back(handle);
    }
}

pub(crate) fn close(this: &uv_async_t) {
    let loop_ = this.owner();
    if sender::shut(this) {
        // It is on the stack, from where single ones cannot be taken, or in a list.
        let mut sent = shared(loop_).async_pending.take();
        while let Some((handle, rest)) = sent.split() {
            sent = rest;
            async_handles(loop_).push_back(handle);
        }
        List::<AsyncLink>::remove(this);
        show(loop_);
    }
    handle::stop(this);
    closing::make_pending(this);
}

/// In the child of a fork: threads that were sending are not here. What was sent is told.
pub(crate) fn fork(loop_: &uv_loop_t) {
    let sent = &shared(loop_).async_pending;
    sent.take();
    for handle in handles(loop_).iter() {
        let AnyHandle::Async(this) = handle.kind() else { continue };
        if sends::forget_senders(this) && !handle::is_closing(this) {
            List::<AsyncLink>::remove(this);
            sent.put_back(this);
            shared(loop_).wakeup.notify();
        }
    }
}
