//! The start of threads.

use std::cell::Cell;

use crate::abi::{UV_THREAD_HAS_STACK_SIZE, uv_thread_options_t, uv_thread_t};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::thread::{self, Start};

pub(crate) fn create(
    tid: &Cell<uv_thread_t>,
    options: Option<&uv_thread_options_t>,
    start: Option<Start>,
) -> UvResult {
    let start = start.ok_or(Errno::EINVAL)?;
    thread::create(tid, stack_size(options), start)
}

fn stack_size(options: Option<&uv_thread_options_t>) -> usize {
    match options {
        Some(options) if options.flags & UV_THREAD_HAS_STACK_SIZE != 0 && options.stack_size != 0 => {
            thread::stack_size_for(options.stack_size)
        }
        _ => thread::default_stack_size(),
    }
}
