//! Work on the pool: what a worker thread does for a request.

use std::sync::{Mutex, PoisonError};

use crate::raw::request::{self, Kind};
use crate::sys::uv_work_t;

/// What a worker is to do. It does not panic.
pub type Job = Mutex<Option<Box<dyn FnOnce() + Send>>>;

// SAFETY: it is a request of uv.h.
unsafe impl Kind for uv_work_t {
    type Answer = i32;
    type Shared = Job;
}

pub extern "C" fn on_work(request: &uv_work_t) {
    let job = request::shared(request).lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(job) = job {
        job();
    }
}
