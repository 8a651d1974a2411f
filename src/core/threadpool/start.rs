//! Giving requests to the pool, and taking them back.

#![forbid(unsafe_code)]

use super::jobs::WorkKind;
use super::{finish, workers};
use crate::abi::uv_loop_t;
use crate::core::memory::lend::Held;
use crate::core::state::job::{HasJob, Job, State, Work};
use crate::core::threadpool::deferred;
use crate::sys::errno::{Errno, UvResult};

/// Gives the request to a worker, and then back to the loop in a later poll phase. Never blocks.
/// The caller has made sure that there are workers, and counted the request.
pub(crate) fn start<T: Work>(loop_: &uv_loop_t, request: Held<T>, kind: WorkKind) {
    workers::push(Job::waiting(loop_, request), kind);
}

/// For a request whose work was done on the loop's thread: has `done` called with 0 in the next poll
/// phase. The caller has counted the request.
pub(crate) fn complete_later<T: Work>(loop_: &uv_loop_t, request: Held<T>) {
    deferred::push(loop_, Job::begun(loop_, request));
}

/// Takes a request back that no worker has begun; it is told `UV_ECANCELED` in a later poll phase.
/// `UV_EBUSY` if it is under way or has been.
pub(crate) fn cancel<T: HasJob>(request: &T) -> UvResult {
    let job = request.job();
    match workers::take_back(job) {
        Some(job) => {
            job.cancel();
            finish::complete(job);
            Ok(())
        }
        None if matches!(State::of(job), State::Cancelled) => Ok(()),
        None => Err(Errno::EBUSY),
    }
}
