//! The watches of a loop, and the inotify descriptor that they are on.

use std::collections::HashMap;
use std::ffi::CStr;
use std::ptr::null_mut;

use libc::c_int;

use crate::abi::*;
use crate::core::alloc;
use crate::core::handle::raw::{self as handle, as_handle};
use crate::core::queue::{container_of, raw as queue};
use crate::core::watcher::raw::{self as watcher, Kind};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::POLLIN;
use crate::sys::{fd, inotify};

/// What `loop.inotify_watchers` points to while there is an inotify descriptor.
pub(super) type Watches = HashMap<c_int, *mut Watch>;

pub(super) struct Watch {
    number: c_int,
    /// The handles of the file, by their field `watchers`.
    pub(super) handles: uv__queue,
    /// How many deliveries are going through the handles; the watch stays for them.
    pub(super) deliveries: usize,
}

/// The watches of a loop that has an inotify descriptor.
pub(super) unsafe fn watches(loop_: *mut uv_loop_t) -> *mut Watches {
    // SAFETY: an initialised loop: our callers' promise.
    unsafe { (*loop_).inotify_watchers.get().cast() }
}

/// Makes the loop's inotify descriptor.
unsafe fn open(loop_: *mut uv_loop_t) -> UvResult {
    // SAFETY: an initialised loop: our callers' promise.
    unsafe {
        if (*loop_).inotify_fd.get() >= 0 {
            return Ok(());
        }
        let made = alloc::new(Watches::new())?;
        let opened = inotify::create();
        let w = &raw mut (*loop_).inotify_read_watcher;
        let followed = opened.and_then(|number| {
            watcher::init(w, Kind::FsEvent, number);
            watcher::want(loop_, w, POLLIN)
        });
        match followed {
            Ok(()) => {
                (*loop_).inotify_fd.set((*w).fd.get());
                (*loop_).inotify_watchers.set(made.cast());
            }
            Err(_) => {
                alloc::delete(made);
                if let Ok(number) = opened {
                    fd::close(number);
                }
            }
        }
        followed
    }
}

/// Closes the loop's inotify descriptor, if it has one. No handle is active.
///
/// # Safety
/// The loop is initialised; on its thread.
pub(crate) unsafe fn loop_close(loop_: *mut uv_loop_t) {
    // SAFETY: the caller's promise; without active handles there are no watches.
    unsafe {
        if (*loop_).inotify_fd.get() < 0 {
            return;
        }
        watcher::close(loop_, &raw mut (*loop_).inotify_read_watcher);
        fd::close((*loop_).inotify_fd.get());
        (*loop_).inotify_fd.set(-1);
        alloc::delete(watches(loop_));
        (*loop_).inotify_watchers.set(null_mut());
    }
}

/// In the child of a fork: watches the same paths with a descriptor of the child's own. A handle whose
/// path is gone stops; the first error is returned.
///
/// # Safety
/// The loop's poller is the child's; on the loop's thread.
pub(crate) unsafe fn loop_fork(loop_: *mut uv_loop_t) -> UvResult {
    // SAFETY: the caller's promise. All handles are in one list before their watches are freed.
    unsafe {
        if (*loop_).inotify_fd.get() < 0 {
            return Ok(());
        }
        let mut handles = uv__queue::new();
        let handles = &raw mut handles;
        queue::init(handles);
        for (_, watch) in (*watches(loop_)).drain() {
            while let Some(node) = queue::pop_front(&raw mut (*watch).handles) {
                queue::push_back(handles, node);
            }
            alloc::delete(watch);
        }
        loop_close(loop_);
        let mut outcome = Ok(());
        while let Some(node) = queue::pop_front(handles) {
            let handle = container_of!(node, uv_fs_event_t, watchers);
            if let Err(error) = attach(handle) {
                detached(handle);
                outcome = outcome.and(Err(error));
            }
        }
        outcome
    }
}

/// Puts a handle that has its path on the watch of the file there.
pub(super) unsafe fn attach(handle: *mut uv_fs_event_t) -> UvResult {
    // SAFETY: our callers' promise: an initialised handle with its path, on no watch.
    unsafe {
        let loop_ = (*handle).r#loop;
        open(loop_)?;
        let all = watches(loop_);
        (*all).try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        let number = inotify::add((*loop_).inotify_fd.get(), CStr::from_ptr((*handle).path))?;
        let known = (*all).get(&number).copied();
        let watch = match known {
            Some(watch) => watch,
            None => {
                let handles = uv__queue::new();
                let made = alloc::new(Watch { number, handles, deliveries: 0 }).inspect_err(|_| {
                    inotify::remove((*loop_).inotify_fd.get(), number);
                })?;
                queue::init(&raw mut (*made).handles);
                (*all).insert(number, made); // there is room
                made
            }
        };
        queue::push_back(&raw mut (*watch).handles, &raw mut (*handle).watchers);
        (*handle).wd = number;
    }
    Ok(())
}

/// Ends a watch that has no handles left and is not being delivered.
pub(super) unsafe fn free_if_unused(loop_: *mut uv_loop_t, watch: *mut Watch) {
    // SAFETY: a watch of the loop: our callers' promise.
    unsafe {
        if (*watch).deliveries == 0 && queue::is_empty(&raw const (*watch).handles) {
            (*watches(loop_)).remove(&(*watch).number);
            inotify::remove((*loop_).inotify_fd.get(), (*watch).number);
            alloc::delete(watch);
        }
    }
}

/// The handle is on no watch any more.
pub(super) unsafe fn detached(handle: *mut uv_fs_event_t) {
    // SAFETY: an initialised handle: our callers' promise; the path came from `start`.
    unsafe {
        alloc::free((*handle).path.cast());
        (*handle).path = null_mut();
        (*handle).wd = -1;
        handle::stop(as_handle(handle));
    }
}
