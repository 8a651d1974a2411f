//! Which job comes next: the pool's queues, and who must be woken for them.
//!
//! Slow jobs wait in a queue of their own. A ticket in the main queue stands for its first one, so
//! that slow and other jobs take turns; there is no ticket while the slow jobs hold all the workers
//! they may. Nothing here locks or blocks: the pool's lock guards a [`Jobs`].

use crate::abi::{uv__queue, uv__work};
use crate::core::queue::{container_of, raw as queue};

/// What a job mostly does. Slow jobs may hold at most half of the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WorkKind {
    Cpu,
    FastIo,
    SlowIo,
}

/// A job on its way to a worker.
pub(super) struct Taken {
    pub(super) work: *mut uv__work,
    pub(super) run: unsafe extern "C" fn(*mut uv__work),
    pub(super) slow: bool,
}

pub(super) struct Jobs {
    ready: uv__queue,
    slow: uv__queue,
    ticket: uv__queue,
    slow_running: usize,
    slow_limit: usize,
}

const UNLINKED: uv__queue = uv__queue::new();

impl Jobs {
    /// To be readied with [`open`](Jobs::open) at the address where it stays.
    pub(super) const fn new() -> Jobs {
        Jobs { ready: UNLINKED, slow: UNLINKED, ticket: UNLINKED, slow_running: 0, slow_limit: 0 }
    }

    /// Makes the queues empty, for a pool of `workers`.
    ///
    /// # Safety
    /// `this` stays where it is from here on; what it held is forgotten.
    pub(super) unsafe fn open(this: *mut Jobs, workers: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            queue::init(&raw mut (*this).ready);
            queue::init(&raw mut (*this).slow);
            queue::init(&raw mut (*this).ticket);
            (*this).slow_running = 0;
            (*this).slow_limit = workers.div_ceil(2);
        }
    }

    /// Appends a job; returns whether one more worker has something to do.
    ///
    /// # Safety
    /// `this` is open; `work` has its function and stays until it is taken or removed.
    pub(super) unsafe fn push(this: *mut Jobs, work: *mut uv__work, kind: WorkKind) -> bool {
        // SAFETY: the caller's promise.
        unsafe {
            let node = &raw mut (*work).wq;
            if kind == WorkKind::SlowIo {
                queue::push_back(&raw mut (*this).slow, node);
                Jobs::issue_ticket(this)
            } else {
                queue::push_back(&raw mut (*this).ready, node);
                true
            }
        }
    }

    /// Takes the next job.
    ///
    /// # Safety
    /// `this` is open.
    pub(super) unsafe fn take(this: *mut Jobs) -> Option<Taken> {
        // SAFETY: the caller's promise; what stands in the queues are jobs and the ticket.
        unsafe {
            while let Some(mut node) = queue::pop_front(&raw mut (*this).ready) {
                let slow = node == &raw mut (*this).ticket;
                if slow {
                    // None is left if it was cancelled.
                    let Some(first) = queue::pop_front(&raw mut (*this).slow) else { continue };
                    node = first;
                    (*this).slow_running += 1;
                    Jobs::issue_ticket(this);
                }
                let work = container_of!(node, uv__work, wq);
                // Without its function a job can no longer be cancelled.
                if let Some(run) = (*work).work.take() {
                    return Some(Taken { work, run, slow });
                }
            }
            None
        }
    }

    /// Whether a worker has something to do.
    ///
    /// # Safety
    /// `this` is open.
    pub(super) unsafe fn any(this: *const Jobs) -> bool {
        // SAFETY: the caller's promise.
        unsafe { !queue::is_empty(&raw const (*this).ready) }
    }

    /// A slow job has ended, and another may begin.
    ///
    /// # Safety
    /// `this` is open, and [`take`](Jobs::take) gave the job.
    pub(super) unsafe fn end_slow(this: *mut Jobs) {
        // SAFETY: the caller's promise.
        unsafe {
            (*this).slow_running = (*this).slow_running.saturating_sub(1);
            Jobs::issue_ticket(this);
        }
    }

    /// Takes a waiting job out and leaves it without its function.
    ///
    /// # Safety
    /// `work` stands in the queues.
    pub(super) unsafe fn remove(work: *mut uv__work) {
        // SAFETY: the caller's promise.
        unsafe {
            (*work).work = None;
            queue::remove(&raw mut (*work).wq);
        }
    }

    /// From now on slow jobs are not taken any more, but for the one whose ticket stands.
    pub(super) fn stop_slow(&mut self) {
        self.slow_limit = 0;
    }

    unsafe fn issue_ticket(this: *mut Jobs) -> bool {
        // SAFETY: the callers' promise.
        unsafe {
            let ticket = &raw mut (*this).ticket;
            let due = (*this).slow_running < (*this).slow_limit
                && !queue::is_empty(&raw const (*this).slow)
                && queue::is_empty(ticket);
            if due {
                queue::push_back(&raw mut (*this).ready, ticket);
            }
            due
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    unsafe extern "C" fn nothing(_work: *mut uv__work) {}

    fn job() -> uv__work {
        uv__work { work: Some(nothing), done: None, r#loop: std::ptr::null_mut(), wq: uv__queue::new() }
    }

    #[test]
    fn slow_jobs_hold_half_of_the_workers_and_take_turns() {
        let mut works = [job(), job(), job(), job(), job()];
        let work = works.as_mut_ptr();
        let mut jobs = Jobs::new();
        let this = &raw mut jobs;
        // SAFETY: `jobs` and `works` stay in place until the end of the test.
        unsafe {
            Jobs::open(this, 3);
            assert!(Jobs::push(this, work, WorkKind::SlowIo));
            assert!(!Jobs::push(this, work.add(1), WorkKind::SlowIo), "its ticket stands already");
            assert!(!Jobs::push(this, work.add(2), WorkKind::SlowIo));
            assert!(Jobs::push(this, work.add(3), WorkKind::Cpu));
            assert!(Jobs::push(this, work.add(4), WorkKind::FastIo));

            let next = || Jobs::take(this).map(|taken| taken.work.offset_from(work));
            assert_eq!(next(), Some(0));
            assert_eq!(next(), Some(3));
            assert_eq!(next(), Some(4));
            assert_eq!(next(), Some(1));
            assert!(!Jobs::any(this), "two of three workers: no ticket for the third");
            assert_eq!(next(), None);
            Jobs::end_slow(this);
            assert!(Jobs::any(this));
            assert_eq!(next(), Some(2));
            Jobs::end_slow(this);
            assert!(!Jobs::any(this));
        }
    }

    #[test]
    fn removed_jobs_are_not_taken() {
        let mut works = [job(), job()];
        let work = works.as_mut_ptr();
        let mut jobs = Jobs::new();
        let this = &raw mut jobs;
        // SAFETY: as above.
        unsafe {
            Jobs::open(this, 1);
            Jobs::push(this, work, WorkKind::SlowIo);
            Jobs::push(this, work.add(1), WorkKind::Cpu);
            Jobs::remove(work);
            assert!((*work).work.is_none());
            let taken = Jobs::take(this).map(|taken| (taken.work, taken.slow));
            assert_eq!(taken, Some((work.add(1), false)));
            assert!((*work.add(1)).work.is_none(), "it is running");
            assert!(Jobs::take(this).is_none());
        }
    }
}
