//! Jobs on their way to the pool's queues: given without its lock, and brought in by a worker that has it.
//!
//! Loops that give jobs and workers that take them would wait for the lock, and for the memory it guards, at each job.
//! Who gives a job here looks afterwards whether a worker attends; who ceases to attend (it is about to sleep, has looked
//! for long enough, or is no longer on its way) says so first and looks in here afterwards. So one of the two sees the
//! other.

#![forbid(unsafe_code)]

use std::sync::atomic::{Ordering::SeqCst, fence};

use super::jobs::Jobs;
use crate::core::state::job::Job;
use crate::core::state::job_stack::JobStack;

/// In memory of its own: loops write it while workers write what stands beside.
#[repr(align(64))]
pub(super) struct Inbox(JobStack);

impl Inbox {
    pub(super) const fn new() -> Inbox {
        Inbox(JobStack::new())
    }

    /// Adds a job. What the caller reads next tells of workers that do not see it.
    pub(super) fn give(&self, job: Job) {
        self.0.add(job);
        fence(SeqCst);
    }

    /// Whether nothing lies here. For those who count on it that somebody attends.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The caller has said that it does not attend any more: whether nothing was given by those who have not seen that.
    pub(super) fn is_empty_at_last(&self) -> bool {
        fence(SeqCst);
        self.0.is_empty()
    }

    /// As [`is_empty_at_last`](Inbox::is_empty_at_last), and what there is goes to the queues.
    pub(super) fn bring_in_at_last(&self, jobs: &Jobs) {
        fence(SeqCst);
        self.bring_in(jobs);
    }

    /// Under the pool's lock: moves all to the queues.
    pub(super) fn bring_in(&self, jobs: &Jobs) {
        if !self.is_empty() {
            jobs.take_in(&self.0);
        }
    }
}
