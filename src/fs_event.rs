//! Watching files and directories. <https://docs.libuv.org/en/v1.x/fs_event.html>
//!
//! A loop has one inotify descriptor. The kernel gives a file one watch however often it is asked to
//! watch it, so the handles of a file share a [`Watch`].

use std::collections::HashMap;
use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use libc::{c_int, c_uint, size_t};

use crate::abi::*;
use crate::core::handle::{self, as_handle};
use crate::core::queue::{self, container_of};
use crate::core::watcher::{self, Kind};
use crate::core::{alloc, closing};
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::readiness::POLLIN;
use crate::sys::{fd, inotify};

/// Reads in one dispatch, so that a busy directory starves nothing else.
const READS: usize = 32;

/// A name without its path fits, with some room.
type Name = [c_char; 1024];

/// What `loop.inotify_watchers` points to while there is an inotify descriptor.
type Watches = HashMap<c_int, *mut Watch>;

struct Watch {
    number: c_int,
    /// The handles of the file, by their field `watchers`.
    handles: uv__queue,
    /// How many deliveries are going through the handles; the watch stays for them.
    deliveries: usize,
}

/// The watches of a loop that has an inotify descriptor.
unsafe fn watches(loop_: *mut uv_loop_t) -> *mut Watches {
    // SAFETY: an initialised loop: our callers' promise.
    unsafe { (*loop_).inotify_watchers.cast() }
}

/// Makes the loop's inotify descriptor.
unsafe fn open(loop_: *mut uv_loop_t) -> UvResult {
    // SAFETY: an initialised loop: our callers' promise.
    unsafe {
        if (*loop_).inotify_fd >= 0 {
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
                (*loop_).inotify_fd = (*w).fd;
                (*loop_).inotify_watchers = made.cast();
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
        if (*loop_).inotify_fd < 0 {
            return;
        }
        watcher::close(loop_, &raw mut (*loop_).inotify_read_watcher);
        fd::close((*loop_).inotify_fd);
        (*loop_).inotify_fd = -1;
        alloc::delete(watches(loop_));
        (*loop_).inotify_watchers = null_mut();
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
        if (*loop_).inotify_fd < 0 {
            return Ok(());
        }
        let mut handles = uv__queue { next: null_mut(), prev: null_mut() };
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
unsafe fn attach(handle: *mut uv_fs_event_t) -> UvResult {
    // SAFETY: our callers' promise: an initialised handle with its path, on no watch.
    unsafe {
        let loop_ = (*handle).r#loop;
        open(loop_)?;
        let all = watches(loop_);
        (*all).try_reserve(1).map_err(|_| Errno::ENOMEM)?;
        let number = inotify::add((*loop_).inotify_fd, CStr::from_ptr((*handle).path))?;
        let known = (*all).get(&number).copied();
        let watch = match known {
            Some(watch) => watch,
            None => {
                let handles = uv__queue { next: null_mut(), prev: null_mut() };
                let made = alloc::new(Watch { number, handles, deliveries: 0 }).inspect_err(|_| {
                    inotify::remove((*loop_).inotify_fd, number);
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
unsafe fn free_if_unused(loop_: *mut uv_loop_t, watch: *mut Watch) {
    // SAFETY: a watch of the loop: our callers' promise.
    unsafe {
        if (*watch).deliveries == 0 && queue::is_empty(&raw const (*watch).handles) {
            (*watches(loop_)).remove(&(*watch).number);
            inotify::remove((*loop_).inotify_fd, (*watch).number);
            alloc::delete(watch);
        }
    }
}

unsafe fn start(handle: *mut uv_fs_event_t, cb: uv_fs_event_cb, path: *const c_char) -> UvResult {
    // SAFETY: an initialised handle and a C string: the export's promise.
    unsafe {
        let busy = handle::is_active(as_handle(handle)) || handle::is_closing(as_handle(handle));
        if busy || path.is_null() {
            return Err(Errno::EINVAL);
        }
        let text = CStr::from_ptr(path).to_bytes_with_nul();
        let copy = alloc::malloc(text.len()).cast::<u8>();
        if copy.is_null() {
            return Err(Errno::ENOMEM);
        }
        copy.copy_from_nonoverlapping(text.as_ptr(), text.len());
        (*handle).path = copy.cast();
        (*handle).cb = cb;
        if let Err(error) = attach(handle) {
            detached(handle);
            return Err(error);
        }
        handle::start(as_handle(handle));
        Ok(())
    }
}

/// The handle is on no watch any more.
unsafe fn detached(handle: *mut uv_fs_event_t) {
    // SAFETY: an initialised handle: our callers' promise; the path came from `start`.
    unsafe {
        alloc::free((*handle).path.cast());
        (*handle).path = null_mut();
        (*handle).wd = -1;
        handle::stop(as_handle(handle));
    }
}

unsafe fn stop(handle: *mut uv_fs_event_t) {
    // SAFETY: an initialised handle: our callers' promise. An active one is on a watch.
    unsafe {
        if !handle::is_active(as_handle(handle)) {
            return;
        }
        let loop_ = (*handle).r#loop;
        let watch = (*watches(loop_)).get(&(*handle).wd).copied();
        queue::remove(&raw mut (*handle).watchers);
        detached(handle);
        if let Some(watch) = watch {
            free_if_unused(loop_, watch);
        }
    }
}

/// # Safety
/// See [`crate::dispatch::close`].
pub(crate) unsafe fn close(handle: *mut uv_fs_event_t) {
    // SAFETY: the caller's promise.
    unsafe {
        stop(handle);
        closing::make_pending(as_handle(handle));
    }
}

/// # Safety
/// See [`crate::dispatch::readiness`].
pub(crate) unsafe fn on_ready(loop_: *mut uv_loop_t, w: *mut uv__io_t, _events: c_uint) {
    let mut buf: inotify::Buffer = [0; 512];
    for _ in 0..READS {
        // SAFETY: the caller's promise; the callbacks leave the descriptor open, or renewed.
        unsafe {
            let Ok(length) = inotify::read((*loop_).inotify_fd, &mut buf) else {
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
        let mut batch = uv__queue { next: null_mut(), prev: null_mut() };
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

/// Copies the path of a handle, or null if it is not active, out to the program.
///
/// # Safety
/// `path` is null or a C string, `buffer` null or of `*size` bytes.
pub(crate) unsafe fn give_path(path: *const c_char, buffer: *mut c_char, size: *mut size_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if buffer.is_null() || size.is_null() || *size == 0 {
            return Err(Errno::EINVAL);
        }
        if path.is_null() {
            *size = 0;
            return Err(Errno::EINVAL);
        }
        let length = CStr::from_ptr(path).count_bytes();
        if length >= *size {
            *size = length + 1;
            return Err(Errno::ENOBUFS);
        }
        buffer.copy_from_nonoverlapping(path, length + 1);
        *size = length;
        Ok(())
    }
}

/// Initialises the handle. Returns 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_event.html#c.uv_fs_event_init>.
///
/// # Safety
/// The loop is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_event_init(r#loop: *mut uv_loop_t, handle: *mut uv_fs_event_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe {
        handle::init(r#loop, as_handle(handle), UV_FS_EVENT);
        (*handle).path = null_mut();
        (*handle).cb = None;
        (*handle).wd = -1;
    }
    0
}

/// Watches the file or directory at `path`: `cb` gets the name and `UV_RENAME`, `UV_CHANGE` or both.
/// The flags are not used here.
///
/// Returns 0, `UV_EINVAL` if the handle is active or closing, or what the system answers, such as
/// `UV_ENOENT`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_event.html#c.uv_fs_event_start>.
///
/// # Safety
/// `handle` is initialised and its close callback has not run; `path` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_event_start(
    handle: *mut uv_fs_event_t,
    cb: uv_fs_event_cb,
    path: *const c_char,
    flags: c_uint,
) -> c_int {
    let _ = flags;
    // SAFETY: our caller's promise is the one `start` asks for.
    to_status(unsafe { start(handle, cb, path) })
}

/// Stops watching; the callback is not called any more. Returns 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_event.html#c.uv_fs_event_stop>.
///
/// # Safety
/// `handle` is initialised and its close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_event_stop(handle: *mut uv_fs_event_t) -> c_int {
    // SAFETY: our caller's promise is the one `stop` asks for.
    unsafe { stop(handle) };
    0
}

/// Copies the watched path, as it was given, and sets `size` to its length.
///
/// Returns 0, `UV_EINVAL` if the handle is not active or there is no room at all, `UV_ENOBUFS` with
/// the size needed if there is too little. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_event.html#c.uv_fs_event_getpath>.
///
/// # Safety
/// `handle` is initialised; `buffer` has `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_event_getpath(
    handle: *mut uv_fs_event_t,
    buffer: *mut c_char,
    size: *mut size_t,
) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe {
        let path = if handle::is_active(as_handle(handle)) { (*handle).path } else { null_mut() };
        give_path(path, buffer, size)
    })
}
