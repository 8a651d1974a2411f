//! Jobs on their way from one thread to another, to the pool or back to a loop: a lock-free stack, to which any thread
//! adds, and which one takes as a whole.

use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::abi::uv__work;
use crate::core::memory::lend::Held;
use crate::core::memory::queue::{JobLink, List};
use crate::core::state::job::Job;

/// Newest first, linked through the jobs' `wq.next`.
pub(crate) struct JobStack(AtomicPtr<uv__work>);

impl JobStack {
    pub(crate) const fn new() -> JobStack {
        JobStack(AtomicPtr::new(null_mut()))
    }

    /// If what was there was taken, what its taker did before is seen from now on.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Acquire).is_null()
    }

    /// Adds a job.
    pub(crate) fn add(&self, job: Job) {
        // SAFETY: the stack is borrowed for as long as this takes.
        unsafe { JobStack::push(NonNull::from(self), job, || ()) };
    }

    /// Adds a job. Returns what `hold` gave if it is the first one there, so that whoever takes them is to be told.
    ///
    /// # Safety
    /// The stack is there until the job is on it, and then for as long as what `hold` gives.
    pub(crate) unsafe fn push<H>(this: NonNull<JobStack>, job: Job, hold: impl Fn() -> H) -> Option<H> {
        let job = job.into_token();
        let mut held = None;
        // SAFETY: the job is not on the stack until the exchange succeeds, which is the last use; the word itself may go
        // while that returns.
        let stack = unsafe { &this.as_ref().0 };
        let mut top = stack.load(Ordering::Relaxed);
        loop {
            if top.is_null() && held.is_none() {
                held = Some(hold());
            }
            job.wq.next.set(top.cast());
            match stack.compare_exchange_weak(top, job.as_ptr(), Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return held.filter(|_| top.is_null()),
                Err(now) => top = now,
            }
        }
    }

    /// Moves all jobs to the end of a list, the oldest first. One thread at a time.
    pub(crate) fn take_all(&self, list: List<'_, JobLink>) {
        let mut newest = NonNull::new(self.0.swap(null_mut(), Ordering::AcqRel));
        let mut oldest: Option<NonNull<uv__work>> = None;
        while let Some(job) = newest {
            // SAFETY: `push` ended the token of a job that is there until it is told.
            let link = unsafe { &job.as_ref().wq.next };
            let below = link.replace(oldest.map_or(null_mut(), |job| job.as_ptr().cast()));
            newest = NonNull::new(below.cast());
            oldest = Some(job);
        }
        while let Some(job) = oldest {
            // SAFETY: `push` ended the token, and the exchange took the whole chain, in which a job stands
            // once.
            let job = unsafe { Held::from_raw(job) };
            oldest = NonNull::new(job.wq.next.get().cast());
            list.push_held(job);
        }
    }
}
