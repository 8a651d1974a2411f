//! `uv/ext.h`: what the program itself asks for, which others ask for in the environment.

#![forbid(unsafe_code)]

use crate::abi::*;
use crate::core::inner;
use crate::core::memory::callback::ToldOfBlocked;
use crate::core::observe::histogram::Histogram;
use crate::core::observe::loop_sums::LoopSums;
use crate::core::observe::seat::Role;
use crate::core::observe::watched::Wish;
use crate::core::observe::{blocked, calling, named, observer, queued, seats};
use crate::core::state::clock;
use crate::core::state::names::Name;
use crate::sys::errno::{Errno, UvResult};
use std::sync::atomic::Ordering::Relaxed;

/// Begins to measure, or ends it, unless the environment asks for that, too. Any thread.
pub(crate) fn measure(is_on: bool) -> UvResult {
    observer::begin();
    if !is_on {
        Wish::MEASURE.turn_off();
        return Ok(());
    }
    observer::prepare()?;
    Wish::MEASURE.turn_on();
    Ok(())
}

/// What a loop has done while it was looked at. One that is not, is so from now on, if anything is measured.
pub(crate) fn loop_metrics(loop_: &uv_loop_t) -> UvResult<uv_ext_loop_metrics_s> {
    calling::follow(loop_);
    let seat = calling::seat_of(loop_).ok_or(Errno::ENODATA)?;
    let lag = &seat.figures.turns;
    let is_run = inner(loop_).runs.get() > 0;
    let sums = LoopSums::of(seat, is_run, clock::hrtime());
    if !Wish::TIMES.is_on() && sums.callbacks == 0 && lag.count() == 0 {
        return Err(Errno::ENODATA); // and nothing was
    }
    Ok(uv_ext_loop_metrics_s {
        size: size_of::<uv_ext_loop_metrics_s>(),
        iterations: inner(loop_).metrics.loop_count.load(Relaxed),
        idle_ns: sums.idle_ns,
        calling_ns: sums.calling_ns,
        own_ns: sums.own_ns,
        callbacks: sums.callbacks,
        longest_callback_ns: sums.worst_ns,
        lag_p50_ns: lag.percentile(500),
        lag_p90_ns: lag.percentile(900),
        lag_p99_ns: lag.percentile(990),
        lag_max_ns: lag.max(),
    })
}

/// What the workers, of which there are so many, do and have done while they were looked at. Any thread.
pub(crate) fn pool_metrics(threads: usize, busy: usize) -> UvResult<uv_ext_pool_metrics_s> {
    let (wait, run) = (Histogram::new(), Histogram::new());
    let workers = seats::all().map(|(_, seat)| seat).filter(|seat| seat.role() == Role::Worker);
    for work in workers.flat_map(|seat| &seat.figures.work) {
        wait.take(&work.wait);
        run.take(&work.run);
    }
    if !Wish::TIMES.is_on() && run.count() == 0 {
        return Err(Errno::ENODATA);
    }
    let (queued, longest_wait_ns) = queued::waiting(clock::hrtime());
    Ok(uv_ext_pool_metrics_s {
        size: size_of::<uv_ext_pool_metrics_s>(),
        threads: threads as u64,
        busy: busy as u64,
        queued: queued as u64,
        longest_wait_ns,
        done: run.count(),
        wait_p50_ns: wait.percentile(500),
        wait_p90_ns: wait.percentile(900),
        wait_p99_ns: wait.percentile(990),
        wait_max_ns: wait.max(),
        run_p50_ns: run.percentile(500),
        run_p90_ns: run.percentile(900),
        run_p99_ns: run.percentile(990),
        run_max_ns: run.max(),
    })
}

/// Has somebody told of what is blocked, or nobody any more. Any thread but the one that tells.
pub(crate) fn on_blocked(limit_ms: u64, who: Option<ToldOfBlocked>) -> UvResult {
    observer::begin();
    if who.is_none() {
        return blocked::ask(0, None);
    }
    observer::prepare()?;
    blocked::ask(limit_ms, who)?;
    observer::ensure().inspect_err(|_| blocked::forget())
}

/// Names the loop, or takes its name away. It is looked at from now on, if anything is.
pub(crate) fn set_loop_name(loop_: &uv_loop_t, name: Option<Name>) -> UvResult {
    named::set_for_loop(loop_, name)?;
    calling::follow(loop_);
    calling::rename(loop_);
    Ok(())
}
