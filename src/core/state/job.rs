//! A job of the worker pool: a request that is under way, whatever its kind, and how far it is.
//!
//! `uv__work` is a part of such a request, and its fields are only used here. `work` says how far the
//! job is (see [`State`]): the pool's lock guards it while the job is with the pool. Whoever has the
//! [`Job`] has the request: the pool while it waits, a worker, and at last the loop.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::{NonNull, fn_addr_eq, null_mut};

use libc::c_int;

use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::memory::queue::{JobLink, List};
use crate::core::observe::call::Call;
use crate::core::observe::working::working;
use crate::sys::errno::Errno;
use crate::sys::{abort, probes};

/// A request with a job for the pool.
///
/// # Safety
/// At `JOB` in it is its `uv__work`.
pub(crate) unsafe trait HasJob: Sized + 'static {
    const JOB: usize;

    fn job(&self) -> &uv__work;
}

macro_rules! have_jobs {
    ($($request:ident)*) => { $(
        // SAFETY: the field has that type, as `job` shows.
        unsafe impl HasJob for $request {
            const JOB: usize = std::mem::offset_of!($request, work_req);

            #[inline(always)]
            fn job(&self) -> &uv__work {
                &self.work_req
            }
        }
    )* };
}

have_jobs!(uv_work_t uv_random_t uv_fs_t uv_getaddrinfo_t uv_getnameinfo_t);

/// What is to be done for a request.
pub(crate) trait Work: HasJob {
    /// On a worker, which has the request for itself meanwhile.
    fn run(request: &Held<Self>);

    /// What is to be done, for those who look.
    fn describe(request: &Held<Self>) -> Call<'_>;

    /// On the loop's thread, which has it again: with 0, or with `UV_ECANCELED`.
    fn done(request: Held<Self>, status: c_int);
}

type RunFn = unsafe extern "C" fn(*mut uv__work);

/// How far a job is.
#[derive(Clone, Copy)]
pub(crate) enum State {
    /// It waits for a worker, in a list of the pool's.
    Waiting,
    /// It is taken back, and waits for the loop to say so.
    Cancelled,
    /// A worker has taken it, or it needed none.
    Begun,
}

impl State {
    #[inline(always)]
    pub(crate) fn of(job: &uv__work) -> State {
        match job.work.get() {
            None => State::Begun,
            Some(run) if fn_addr_eq(run, cancelled as RunFn) => State::Cancelled,
            Some(_) => State::Waiting,
        }
    }
}

/// Stands for the function of a job that was cancelled.
unsafe extern "C" fn cancelled(_job: *mut uv__work) {
    abort::fatal("a cancelled job was given to a worker");
}

/// The token of some request, seen as its job.
pub(crate) struct Job(Held<uv__work>);

impl Deref for Job {
    type Target = uv__work;

    #[inline(always)]
    fn deref(&self) -> &uv__work {
        &self.0
    }
}

impl Job {
    /// A job that waits for a worker.
    #[inline(always)]
    pub(crate) fn waiting<T: Work>(loop_: &uv_loop_t, request: Held<T>) -> Job {
        /// # Safety
        /// `job` was a `Job`, made of a request of this type, and is a worker's turn.
        unsafe extern "C" fn run<T: Work>(job: *mut uv__work) {
            // SAFETY: `job` is in the request, and not null. The token is still the job's: it is not dropped.
            let request = ManuallyDrop::new(unsafe {
                Held::<T>::from_raw(NonNull::new_unchecked(job.byte_sub(T::JOB).cast()))
            });
            let request = &*request;
            working(move || T::describe(request), move || T::run(request));
        }

        let job = Job::begun(loop_, request);
        job.work.set(Some(run::<T>));
        job
    }

    /// A job that needs no worker.
    #[inline(always)]
    pub(crate) fn begun<T: Work>(loop_: &uv_loop_t, request: Held<T>) -> Job {
        /// # Safety
        /// `job` was a `Job`, made of a request of this type.
        unsafe extern "C" fn done<T: Work>(job: *mut uv__work, status: c_int) {
            // SAFETY: `job` is in the request, and not null; `Job::end` gave up its token.
            T::done(unsafe { Held::from_raw(NonNull::new_unchecked(job.byte_sub(T::JOB).cast())) }, status);
        }

        // SAFETY: the place is in the request, as `HasJob` says.
        let job = Job(unsafe { Held::from_raw(request.into_raw().byte_add(T::JOB).cast()) });
        job.work.set(None);
        job.done.set(Some(done::<T>));
        job.r#loop.set(std::ptr::from_ref(loop_).cast_mut());
        job
    }

    #[cfg(test)]
    pub(crate) fn test(loop_: &uv_loop_t, work: &uv_work_t) -> Job {
        // SAFETY: the tests make one job of a request, and keep it.
        Job::waiting(loop_, unsafe { hold(std::ptr::from_ref(work).cast_mut()) })
    }

    #[inline(always)]
    pub(crate) fn into_token(self) -> Held<uv__work> {
        self.0
    }

    /// The loop that is told, which the job keeps open.
    #[inline(always)]
    pub(crate) fn owner(&self) -> &uv_loop_t {
        // SAFETY: set when the job was made; a loop that has requests is not closed.
        unsafe { &*self.r#loop.get() }
    }

    /// A worker takes it on, under the pool's lock: it cannot be cancelled any more. None if it is not
    /// waiting.
    #[inline(always)]
    pub(crate) fn begin(self) -> Option<Begun> {
        self.work.take().map(|run| Begun { job: self, run })
    }

    /// It was taken back before a worker had it.
    pub(crate) fn cancel(&self) {
        self.work.set(Some(cancelled));
    }

    /// On the loop's thread: the request is told, which is the end of it.
    #[inline(always)]
    pub(crate) fn end(self) {
        let status = if self.work.take().is_some() { Errno::ECANCELED.code() } else { 0 };
        if let Some(done) = self.done.get() {
            // SAFETY: the function goes with the request that the job was made of, and gets its token.
            unsafe { done(self.0.into_raw().as_ptr(), status) };
        }
    }
}

/// A job with a worker.
pub(crate) struct Begun {
    job: Job,
    run: RunFn,
}

impl Begun {
    pub(crate) fn job(&self) -> &uv__work {
        &self.job
    }

    /// Does what is to be done.
    #[inline(always)]
    pub(crate) fn carry_out(self) -> Job {
        let job = self.job.0.as_ptr();
        probes::work_begin(job.addr());
        // SAFETY: the function goes with the request that the job was made of, which is this worker's now.
        unsafe { (self.run)(job) };
        probes::work_done(job.addr());
        self.job
    }
}

/// A job with nothing to do, of no request: it only has its place in a list.
pub(crate) struct Blank(uv__work);

impl Blank {
    pub(crate) const fn new() -> Blank {
        Blank(uv__work {
            work: Cell::new(None),
            done: Cell::new(None),
            r#loop: Cell::new(null_mut()),
            wq: uv__queue::new(),
        })
    }

    /// To be put into a list, of which there is no other at the time, and which does not outlast this.
    pub(crate) fn job(&self) -> Job {
        // SAFETY: the functions of a blank are empty, so its job gives nothing back.
        Job(unsafe { Held::from_raw(NonNull::from(&self.0)) })
    }

    pub(crate) fn is(&self, job: &Job) -> bool {
        std::ptr::eq(&self.0, &**job)
    }
}

impl List<'_, JobLink> {
    #[inline(always)]
    pub(crate) fn push_job(self, job: Job) {
        self.push_held(job.0);
    }

    #[inline(always)]
    pub(crate) fn pop_job(self) -> Option<Job> {
        self.pop_held().map(Job)
    }

    pub(crate) fn find_job(self, job: &uv__work) -> Option<Job> {
        self.find_held(job).map(Job)
    }
}

/// Takes a job out of the list in which it waits for a worker; under the pool's lock.
pub(crate) fn take_waiting(job: &uv__work) -> Option<Job> {
    take(job, true)
}

/// Takes over a job that waits, and is in no list of this process's: it waited in the parent. Under the pool's lock.
pub(crate) fn take_parents(job: &uv__work) -> Option<Job> {
    take(job, false)
}

fn take(job: &uv__work, is_linked: bool) -> Option<Job> {
    match State::of(job) {
        // SAFETY: a job is made waiting to be put into a list, and begun when it is taken out of that. If that list is
        // not in this process, who has the token is not either.
        State::Waiting => Some(Job(unsafe { List::<JobLink>::take_out(job, is_linked) })),
        State::Cancelled | State::Begun => None,
    }
}
