//! The program's own work on the pool.
#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::error::{Result, check};
use crate::event_loop::LoopRef;
use crate::raw::request::{self, on_done};
use crate::raw::work::on_work;
use crate::request::Request;
use crate::sys;

/// Has a thread of the pool call `work`, and then the loop call `after` with what it has returned. That is an error,
/// [`Error::ECANCELED`](crate::Error::ECANCELED), if the request was cancelled.
///
/// A panic of `work` comes out of [`Loop::run`](crate::Loop::run) in the place of `after`.
///
/// ```
/// # let event_loop = uv::Loop::new()?;
/// uv::queue_work(&event_loop, || (1..=10).product::<u64>(), |product| assert_eq!(product, Ok(3_628_800)))?;
/// event_loop.run(uv::RunMode::Default);
/// # Ok::<(), uv::Error>(())
/// ```
pub fn queue_work<T: Send + 'static>(
    event_loop: &LoopRef,
    work: impl FnOnce() -> T + Send + 'static,
    after: impl FnOnce(Result<T>) + 'static,
) -> Result<Request> {
    queue(event_loop, work, |result| match result {
        Ok(Err(payload)) => resume_unwind(payload),
        Ok(Ok(result)) => after(Ok(result)),
        Err(error) => after(Err(error)),
    })
}

/// As [`queue_work`], which leaves panics to the caller.
pub(crate) fn queue<T: Send + 'static>(
    event_loop: &LoopRef,
    work: impl FnOnce() -> T + Send + 'static,
    after: impl FnOnce(Result<thread::Result<T>>) + 'static,
) -> Result<Request> {
    let answer = Arc::new(Mutex::new(None));
    let job: Box<dyn FnOnce() + Send> = Box::new({
        let answer = answer.clone();
        move || {
            let result = catch_unwind(AssertUnwindSafe(work));
            *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        }
    });
    let told = move |_: &_, status| {
        let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        after(check(status).map(|_| answer.expect("the worker has left its answer")));
    };
    let request =
        request::begin(event_loop, Mutex::new(Some(job)), Box::new(told), |event_loop, request| {
            sys::uv_queue_work(event_loop, request, on_work, on_done)
        })?;
    Ok(Request::new(request))
}
