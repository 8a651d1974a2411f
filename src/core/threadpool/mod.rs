//! The worker pool: one per process, for everything that blocks.
//!
//! A job is a `uv__work` inside a request (see [`crate::core::state::job`]). Whoever gives one wakes a
//! sleeping worker unless one attends, and counts it as awake at that moment, so that no wake-up is spent on a worker
//! that is on its way. A worker puts a finished job on its loop's lock-free stack, and the loop calls back
//! all that it finds there.

mod crowding;
pub(crate) mod deferred;
mod finish;
mod givers;
mod inbox;
mod jobs;
mod members;
mod pool;
mod rest;
#[cfg(uv_thread_sanitizer)]
mod seen_locks;
mod start;
mod workers;

pub(crate) use crate::core::state::job::Work;
pub(crate) use finish::{drain, give_back};
pub(crate) use jobs::WorkKind;
pub(crate) use start::{cancel, complete_later, start};
pub(crate) use workers::{
    end_with_process, ensure, has_idle_worker, has_short_jobs, is_one_coming, shutdown, take_over, tell,
    threads,
};
