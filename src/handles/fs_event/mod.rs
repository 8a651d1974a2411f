//! Watching files and directories. <https://docs.libuv.org/en/v1.x/fs_event.html>
//!
//! A loop has one inotify descriptor. The kernel gives a file one watch however often it is asked to
//! watch it, so the handles of a file share a [`watches::Watch`].

mod deliver;
mod watches;

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use libc::{c_int, c_uint, size_t};

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle};
use crate::core::{closing::raw as closing, out_text, queue::raw as queue};
use crate::standalone::text::c_string;
use crate::sys::errno::{Errno, UvResult, to_status};

pub(crate) use deliver::on_ready;
use watches::{attach, detached, free_if_unused, watches};
pub(crate) use watches::{loop_close, loop_fork};

unsafe fn start(handle: *mut uv_fs_event_t, cb: uv_fs_event_cb, path: *const c_char) -> UvResult {
    // SAFETY: an initialised handle and a C string: the export's promise.
    unsafe {
        let busy = handle::is_active(as_handle(handle)) || handle::is_closing(as_handle(handle));
        if busy || path.is_null() {
            return Err(Errno::EINVAL);
        }
        (*handle).path = c_string::copy(CStr::from_ptr(path).to_bytes())?;
        (*handle).cb = cb;
        if let Err(error) = attach(handle) {
            detached(handle);
            return Err(error);
        }
        handle::start(as_handle(handle));
        Ok(())
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
/// See [`crate::api::kinds::close`].
pub(crate) unsafe fn close(handle: *mut uv_fs_event_t) {
    // SAFETY: the caller's promise.
    unsafe {
        stop(handle);
        closing::make_pending(as_handle(handle));
    }
}

/// Copies the path of a handle, or null if it is not active, out to the program.
///
/// # Safety
/// `path` is null or a C string, `buffer` null or of `*size` bytes.
pub(crate) unsafe fn give_path(path: *const c_char, buffer: *mut c_char, size: *mut size_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        out_text::room(buffer, size)?;
        if path.is_null() {
            *size = 0;
            return Err(Errno::EINVAL);
        }
        out_text::write(CStr::from_ptr(path).to_bytes(), buffer, size)
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
