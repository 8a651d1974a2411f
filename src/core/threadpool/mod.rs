//! The worker pool: one per process, for everything that blocks.
//!
//! A job is a `uv__work` inside a request. Whoever pushes one wakes a sleeping worker, and counts it
//! as awake at that moment, so that no wake-up is spent on a worker that is on its way. A worker puts
//! a finished job on its loop's lock-free stack, and the loop calls back all that it finds there.
//!
//! The states of a job, guarded by the pool's lock: with a function it waits for a worker, without
//! one it runs or has run, and with [`cancelled`] for its function it waits for the loop to say so.

mod jobs;
mod pool;
mod workers;

use std::ptr::{NonNull, null_mut};
use std::sync::atomic::Ordering;

use libc::c_int;

use crate::abi::{Lent, uv__queue, uv__work, uv_loop_t};
use crate::core::inner::shared;
use crate::core::lend::Held;
use crate::core::queue::container_of;
use crate::core::{deferred, inner};
use crate::sys::abort;
use crate::sys::errno::{Errno, UvResult};

pub(crate) use jobs::WorkKind;
pub(crate) use workers::{has_idle_worker, has_short_jobs, shutdown};

pub(crate) type WorkFn = unsafe extern "C" fn(*mut uv__work);
pub(crate) type DoneFn = unsafe extern "C" fn(*mut uv__work, c_int);

/// Has a worker call `work`, and the loop, in a later poll phase, `done`: with 0, or with
/// `UV_ECANCELED` if [`cancel`] came first. Never blocks; the first call starts the workers.
///
/// # Safety
/// The loop is initialised, on its thread; `w` and what the functions use of its request stay until
/// `done` is called. The caller has counted the request.
pub(crate) unsafe fn submit(
    loop_: *mut uv_loop_t,
    w: *mut uv__work,
    kind: WorkKind,
    work: WorkFn,
    done: DoneFn,
) {
    // SAFETY: the caller's promise; the job is nobody else's until it is pushed.
    unsafe {
        (*w).work = Some(work);
        (*w).done = Some(done);
        (*w).r#loop = loop_;
        workers::push(w, kind);
    }
}

/// A request with a job for the pool.
///
/// # Safety
/// At `JOB` in it is its `uv__work`, which only the pool uses.
pub(crate) unsafe trait Work: Lent + Sized + 'static {
    const JOB: usize;

    /// On a worker, which has the request for itself meanwhile.
    fn run(request: &Held<Self>);

    /// On the loop's thread, which has it again: with 0, or with `UV_ECANCELED`.
    fn done(request: Held<Self>, status: c_int);
}

/// Gives the request to a worker, and then back to the loop in a later poll phase.
pub(crate) fn start<T: Work>(loop_: &uv_loop_t, request: Held<T>, kind: WorkKind) {
    /// # Safety
    /// `w` is the job of a request that `start` was given, and this thread's turn.
    unsafe fn of_job<T: Work>(w: *mut uv__work) -> Held<T> {
        // SAFETY: the caller's promise; whoever has the job has what `start` gave up for it.
        unsafe { Held::from_raw(NonNull::new_unchecked(w.byte_sub(T::JOB).cast())) }
    }

    unsafe extern "C" fn run<T: Work>(w: *mut uv__work) {
        // SAFETY: the pool gives the job to one worker.
        T::run(&unsafe { of_job(w) });
    }

    unsafe extern "C" fn done<T: Work>(w: *mut uv__work, status: c_int) {
        // SAFETY: the pool gives the job back once.
        T::done(unsafe { of_job(w) }, status);
    }

    let loop_ = std::ptr::from_ref(loop_).cast_mut();
    // SAFETY: the job is in the request, which nobody else has now and which stays until its callback.
    unsafe { submit(loop_, request.into_raw().as_ptr().byte_add(T::JOB).cast(), kind, run::<T>, done::<T>) };
}

/// Takes a job back that no worker has begun; `done` is called with `UV_ECANCELED` in a later poll
/// phase. `UV_EBUSY` if it runs or has run.
///
/// # Safety
/// `w` was given to [`submit`] or [`complete_later`], and its `done` has not been
/// called; on the loop's thread.
pub(crate) unsafe fn cancel(w: *mut uv__work) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        match workers::take_back(w) {
            Some(work) if is_cancelled(work) => Ok(()),
            Some(_) => {
                (*w).work = Some(cancelled);
                complete(w);
                Ok(())
            }
            None => Err(Errno::EBUSY),
        }
    }
}

/// For work that was done on the loop's thread: has `done(w, 0)` called in the next poll phase.
///
/// # Safety
/// As for [`submit`].
pub(crate) unsafe fn complete_later(loop_: *mut uv_loop_t, w: *mut uv__work, done: DoneFn) {
    // SAFETY: the caller's promise.
    unsafe {
        (*w).work = None;
        (*w).done = Some(done);
        (*w).r#loop = loop_;
        deferred::push(loop_, w);
    }
}

/// Calls back what has finished, in the order in which it did; returns how many that were.
pub(crate) fn drain(loop_: &uv_loop_t) -> u64 {
    // SAFETY: what is on the stack is the loop's alone once it is off it. A callback may free its own job:
    // the next one is read before.
    unsafe {
        let mut newest = inner(loop_).completions.swap(null_mut(), Ordering::Acquire);
        let mut oldest: *mut uv__work = null_mut();
        while !newest.is_null() {
            let before = below(newest);
            set_below(newest, oldest);
            oldest = newest;
            newest = before;
        }
        let mut count = 0;
        while !oldest.is_null() {
            let w = oldest;
            oldest = below(w);
            count += 1;
            let status = (*w).work.take().map_or(0, |_| Errno::ECANCELED.code());
            if let Some(done) = (*w).done {
                done(w, status);
            }
        }
        count
    }
}

/// Puts a finished job on its loop's stack and tells the loop, unless someone else just does.
///
/// # Safety
/// The job's loop is initialised, and the job's request keeps it so until `done` is called.
unsafe fn complete(w: *mut uv__work) {
    // SAFETY: as long as the job is not on the stack, it keeps the loop; afterwards the hold does,
    // which is taken if this is the job that tells the loop.
    unsafe {
        let this = shared(&*(*w).r#loop);
        let stack = &raw const this.completions;
        let mut held = None;
        let mut top = (*stack).load(Ordering::Relaxed);
        loop {
            if top.is_null() && held.is_none() {
                held = Some(this.wakeup.hold());
            }
            set_below(w, top);
            match (*stack).compare_exchange_weak(top, w, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => break,
                Err(now) => top = now,
            }
        }
        if held.is_some() && top.is_null() {
            this.wakeup.notify();
        }
    }
}

/// Stands for the function of a job that was cancelled.
unsafe extern "C" fn cancelled(_work: *mut uv__work) {
    abort::fatal("a cancelled job was given to a worker");
}

fn is_cancelled(work: WorkFn) -> bool {
    std::ptr::fn_addr_eq(work, cancelled as WorkFn)
}

/// The job that a finished one lies upon.
unsafe fn below(w: *mut uv__work) -> *mut uv__work {
    // SAFETY: the caller's; `next` is null or what `set_below` wrote.
    unsafe {
        let node = (*w).wq.next.get();
        if node.is_null() { null_mut() } else { container_of!(node, uv__work, wq) }
    }
}

unsafe fn set_below(w: *mut uv__work, other: *mut uv__work) {
    // SAFETY: the caller's; the job is not shared at this moment.
    unsafe {
        let node: *mut uv__queue = if other.is_null() { null_mut() } else { &raw mut (*other).wq };
        (*w).wq.next.set(node);
    }
}
