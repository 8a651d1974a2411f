//! Which job comes next: the pool's queues, and who must be woken for them.
//!
//! Slow jobs wait in a queue of their own. A ticket in the main queue stands for its first one, so
//! that slow and other jobs take turns; there is no ticket while the slow jobs hold all the workers
//! they may. Nothing here locks or blocks: the pool's lock guards a [`Jobs`].

#![forbid(unsafe_code)]

use std::cell::Cell;

use crate::abi::uv__work;
use crate::core::memory::queue::{Head, JobLink};
use crate::core::state::job::{Begun, Blank, Job};
use crate::core::state::job_stack::JobStack;

/// What a job mostly does. Slow jobs may hold at most half of the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkKind {
    Cpu,
    FastIo,
    SlowIo,
}

/// A job on its way to a worker.
pub(super) struct Taken {
    pub(super) job: Begun,
    pub(super) slow: bool,
}

pub(super) struct Jobs {
    ready: Head<JobLink>,
    slow: Head<JobLink>,
    ticket: Blank,
    is_open: Cell<bool>,
    is_ticket_out: Cell<bool>,
    slow_running: Cell<usize>,
    slow_limit: Cell<usize>,
}

impl Jobs {
    /// To be readied with [`open`](Jobs::open) at the address where it stays.
    pub(super) const fn new() -> Jobs {
        Jobs {
            ready: Head::new(),
            slow: Head::new(),
            ticket: Blank::new(),
            is_open: Cell::new(false),
            is_ticket_out: Cell::new(false),
            slow_running: Cell::new(0),
            slow_limit: Cell::new(0),
        }
    }

    /// Readies the queues for a pool of `workers`. Slow jobs that waited are forgotten: the end of the last pool did not
    /// wait for them.
    pub(super) fn open(&self, workers: usize) {
        if !self.is_open.replace(true) {
            self.ready.init();
        }
        self.slow.init();
        self.slow_running.set(0);
        self.slow_limit.set(workers.div_ceil(2));
    }

    /// Appends a job; returns whether one more worker has something to do.
    pub(super) fn push(&self, job: Job, kind: WorkKind) -> bool {
        if kind == WorkKind::SlowIo {
            self.slow.list().push_job(job);
            self.issue_ticket()
        } else {
            self.ready.list().push_job(job);
            true
        }
    }

    /// Appends the jobs of a stack, in the order in which they were given.
    pub(super) fn take_in(&self, given: &JobStack) {
        given.take_all(self.ready.list());
    }

    /// Whether slow jobs and others take turns.
    pub(super) fn has_turns(&self) -> bool {
        self.is_ticket_out.get()
    }

    /// Takes the next job.
    pub(super) fn take(&self) -> Option<Taken> {
        while let Some(mut job) = self.ready.list().pop_job() {
            let slow = self.ticket.is(&job);
            if slow {
                self.is_ticket_out.set(false);
                // None is left if it was cancelled.
                let Some(first) = self.slow.list().pop_job() else { continue };
                job = first;
                self.slow_running.set(self.slow_running.get() + 1);
                self.issue_ticket();
            }
            if let Some(job) = job.begin() {
                return Some(Taken { job, slow });
            }
        }
        None
    }

    /// Takes out that job, if it is here.
    #[cold]
    #[inline(never)]
    pub(super) fn find(&self, job: &uv__work) -> Option<Job> {
        if !self.is_open.get() {
            return None;
        }
        self.ready.list().find_job(job).or_else(|| self.slow.list().find_job(job))
    }

    /// Whether a worker has something to do.
    pub(super) fn any(&self) -> bool {
        !self.ready.list().is_empty()
    }

    /// A slow job that [`take`](Jobs::take) gave has ended, and another may begin.
    pub(super) fn end_slow(&self) {
        self.slow_running.set(self.slow_running.get().saturating_sub(1));
        self.issue_ticket();
    }

    /// From now on slow jobs are not taken any more, but for the one whose ticket stands.
    pub(super) fn stop_slow(&self) {
        self.slow_limit.set(0);
    }

    fn issue_ticket(&self) -> bool {
        let due = self.slow_running.get() < self.slow_limit.get()
            && !self.slow.list().is_empty()
            && !self.is_ticket_out.get();
        if due {
            self.is_ticket_out.set(true);
            self.ready.list().push_job(self.ticket.job());
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{uv_loop_t, uv_work_t, zeroed};
    use crate::core::state::job::{HasJob, State, take_waiting};

    fn works(count: usize) -> (uv_loop_t, Vec<uv_work_t>) {
        (zeroed(), (0..count).map(|_| zeroed()).collect())
    }

    #[test]
    fn slow_jobs_hold_half_of_the_workers_and_take_turns() {
        let (loop_, works) = works(5);
        let jobs = Jobs::new();
        jobs.open(3);
        assert!(jobs.push(Job::test(&loop_, &works[0]), WorkKind::SlowIo));
        assert!(!jobs.push(Job::test(&loop_, &works[1]), WorkKind::SlowIo), "its ticket stands already");
        assert!(!jobs.push(Job::test(&loop_, &works[2]), WorkKind::SlowIo));
        assert!(jobs.push(Job::test(&loop_, &works[3]), WorkKind::Cpu));
        assert!(jobs.push(Job::test(&loop_, &works[4]), WorkKind::FastIo));

        let next = || {
            let taken = jobs.take()?;
            works.iter().position(|work| std::ptr::eq(work.job(), taken.job.job()))
        };
        assert_eq!(next(), Some(0));
        assert_eq!(next(), Some(3));
        assert_eq!(next(), Some(4));
        assert_eq!(next(), Some(1));
        assert!(!jobs.any(), "two of three workers: no ticket for the third");
        assert_eq!(next(), None);
        jobs.end_slow();
        assert!(jobs.any());
        assert_eq!(next(), Some(2));
        jobs.end_slow();
        assert!(!jobs.any());
    }

    #[test]
    fn jobs_that_were_taken_back_are_not_taken() {
        let (loop_, works) = works(2);
        let jobs = Jobs::new();
        jobs.open(1);
        jobs.push(Job::test(&loop_, &works[0]), WorkKind::SlowIo);
        jobs.push(Job::test(&loop_, &works[1]), WorkKind::Cpu);
        let taken_back = take_waiting(works[0].job()).unwrap();
        taken_back.cancel();
        assert!(matches!(State::of(works[0].job()), State::Cancelled));
        assert!(take_waiting(works[0].job()).is_none(), "it waits no more");
        let taken = jobs.take().unwrap();
        assert!(std::ptr::eq(taken.job.job(), works[1].job()) && !taken.slow);
        assert!(take_waiting(works[1].job()).is_none(), "a worker has it");
        assert!(jobs.take().is_none());
    }
}
