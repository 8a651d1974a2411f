//! Reading the kernel's reports and calling back.

use std::ffi::{CStr, c_char};

use libc::{c_int, c_uint};

use super::watches::{free_if_unused, watches};
use crate::abi::*;
use crate::core::queue::{container_of, raw as queue};
use crate::core::watcher::raw as watcher;
use crate::sys::inotify;
use crate::sys::readiness::POLLIN;

/// Reads in one dispatch, so that a busy directory starves nothing else.
const READS: usize = 32;

/// A name without its path fits, with some room.
type Name = [c_char; 1024];

/// # Safety
/// See [`crate::api::kinds::readiness`].
pub(crate) unsafe fn on_ready(loop_: *mut uv_loop_t, w: *mut uv__io_t, _events: c_uint) {
    let mut buf: inotify::Buffer = [0; 512];
    for _ in 0..READS {
        // SAFETY: the caller's promise; the callbacks leave the descriptor open, or renewed.
        unsafe {
            let Ok(length) = inotify::read((*loop_).inotify_fd.get(), &mut buf) else {
                watcher::clear(w, POLLIN);
                return;
            };
            let last = inotify::was_last(length);
            if last {
                watcher::clear(w, POLLIN);
            }
            let mut offset = 0;
            while let Some((report, next)) = inotify::report(&buf, length, offset) {
                offset = next;
                deliver(loop_, &report);
            }
            if last {
                return;
            }
        }
    }
}

/// Calls back the handles of the watch that a report is for. One for a watch that is gone is dropped.
unsafe fn deliver(loop_: *mut uv_loop_t, report: &inotify::Report) {
    let mut events = 0;
    if report.is_change {
        events |= UV_CHANGE as c_int;
    }
    if report.is_rename {
        events |= UV_RENAME as c_int;
    }
    // SAFETY: an initialised loop: our caller's promise. The count keeps the watch; handles that a
    // callback stops leave whichever list they are in, and ones that it starts wait for the next report.
    unsafe {
        let Some(watch) = (*watches(loop_)).get(&report.watch).copied() else { return };
        let mut batch = uv__queue::new();
        let batch = &raw mut batch;
        let mut base: Name = [0; 1024];
        (*watch).deliveries += 1;
        queue::move_all(&raw mut (*watch).handles, batch);
        while let Some(node) = queue::pop_front(batch) {
            queue::push_back(&raw mut (*watch).handles, node);
            let handle = container_of!(node, uv_fs_event_t, watchers);
            let name = if report.name.is_null() {
                copy_base((*handle).path, &mut base); // the callback may free the path
                base.as_ptr()
            } else {
                report.name
            };
            if let Some(cb) = (*handle).cb {
                cb(handle, name, events, 0);
            }
        }
        (*watch).deliveries -= 1;
        free_if_unused(loop_, watch);
    }
}

/// The part of a path after its last slash.
unsafe fn copy_base(path: *const c_char, to: &mut Name) {
    // SAFETY: a C string: our caller's promise.
    let bytes = unsafe { CStr::from_ptr(path) }.to_bytes();
    let base = bytes.rsplit(|&byte| byte == b'/').next().unwrap_or(bytes);
    to.fill(0);
    let room = to.len() - 1;
    for (to, &from) in to.iter_mut().take(room).zip(base) {
        *to = from as c_char;
    }
}
