//! `uv/ext.h`: looking inside, for the program itself.
//!
//! None of it is exported: the library has libuv's symbols and no others. Programs find the functions by name with
//! [`uv_dlsym`](super::dl::uv_dlsym), which on another libuv finds nothing.

use std::cell::Cell;
use std::ffi::CStr;

use libc::{c_char, c_int, c_void, size_t};

use crate::abi::*;
use crate::core::memory::callback::ToldOfBlocked;
use crate::core::memory::lend::{lend_any, lend_any_cell, lend_any_text};
use crate::core::memory::out::{OutBytes, lend_out_chars};
use crate::core::memory::sized::lend_sized;
use crate::core::observe::{for_program, named};
use crate::core::state::inner;
use crate::core::state::names::{Name, name};
use crate::core::threadpool;
use crate::sys::errno::{Errno, UvResult, to_status};

macro_rules! functions {
    ($($name:ident: $kind:ident;)*) => {
        /// The function of that name.
        pub(super) fn find(name: &CStr) -> Option<*mut c_void> {
            $(
                const _: $kind = Some($name);
                if name.to_bytes() == stringify!($name).as_bytes() {
                    return Some($name as *mut c_void);
                }
            )*
            None
        }
    };
}

functions! {
    uv_ext_measure: uv_ext_measure_fn;
    uv_ext_loop_metrics: uv_ext_loop_metrics_fn;
    uv_ext_pool_metrics: uv_ext_pool_metrics_fn;
    uv_ext_on_blocked: uv_ext_on_blocked_fn;
    uv_ext_loop_set_name: uv_ext_loop_set_name_fn;
    uv_ext_loop_get_name: uv_ext_loop_get_name_fn;
    uv_ext_handle_set_name: uv_ext_handle_set_name_fn;
    uv_ext_handle_get_name: uv_ext_handle_get_name_fn;
}

/// A loop that was not closed.
fn open(loop_: Option<&uv_loop_t>) -> UvResult<&uv_loop_t> {
    loop_.filter(|loop_| inner::is_open(loop_)).ok_or(Errno::EINVAL)
}

/// A name that is given, or taken away.
fn given(text: Option<&CStr>) -> UvResult<Option<Name>> {
    text.map_or(Ok(None), name)
}

/// Where a name goes, and its length.
struct Room<'a> {
    memory: OutBytes<'a>,
    size: &'a Cell<size_t>,
}

impl<'a> Room<'a> {
    /// None if either is null.
    ///
    /// # Safety
    /// `size` is null or readable and writable, and `buffer` is null or writable for so many bytes, for the call.
    unsafe fn lend(buffer: *mut c_char, size: *mut size_t) -> Option<Room<'a>> {
        // SAFETY: a size or null, and as much memory or null, as is asked of the caller.
        unsafe {
            let size = lend_any_cell(size)?;
            Some(Room { memory: lend_out_chars(buffer, size.get())?, size })
        }
    }
}

/// Copies a name as libuv's functions do: `UV_ENOENT` if there is none, `UV_ENOBUFS` with the size that is needed.
fn copy(name: Option<Name>, room: Option<Room<'_>>) -> UvResult {
    let mut room = room.ok_or(Errno::EINVAL)?;
    let name = name.ok_or(Errno::ENOENT)?;
    let text = name.get().to_bytes();
    let is_written = room.memory.text(text);
    room.size.set(if is_written { text.len() } else { text.len() + 1 });
    if is_written { Ok(()) } else { Err(Errno::ENOBUFS) }
}

/// Begins to measure what loops and workers do (1), or ends it (0). Any thread.
///
/// # Safety
/// None; unsafe for uniformity.
unsafe extern "C" fn uv_ext_measure(on: c_int) -> c_int {
    to_status(for_program::measure(on != 0))
}

/// Writes down what the loop has done since it is looked at. Loop thread only.
///
/// # Safety
/// `loop_` is null, or was initialised; `metrics` is null, or begins with its size and is writable as far.
unsafe extern "C" fn uv_ext_loop_metrics(
    loop_: *mut uv_loop_t,
    metrics: *mut uv_ext_loop_metrics_t,
) -> c_int {
    // SAFETY: a loop or null, and a structure that begins with its size or null, as documented.
    let (loop_, metrics) = unsafe { (lend_any(loop_), lend_sized(metrics.cast())) };
    to_status(metrics.and_then(|metrics| {
        metrics.set(&for_program::loop_metrics(open(loop_)?)?.figures());
        Ok(())
    }))
}

/// Writes down what the workers do, and have done while they were looked at. Any thread.
///
/// # Safety
/// `metrics` is null, or begins with its size and is writable as far.
unsafe extern "C" fn uv_ext_pool_metrics(metrics: *mut uv_ext_pool_metrics_t) -> c_int {
    // SAFETY: a structure that begins with its size, or null, as documented.
    let metrics = unsafe { lend_sized(metrics.cast()) };
    to_status(metrics.and_then(|metrics| {
        let (threads, busy) = threadpool::threads();
        metrics.set(&for_program::pool_metrics(threads, busy)?.figures());
        Ok(())
    }))
}

/// Has `cb` called, on a thread of the library's, when a loop is held or the pool is short of workers for longer
/// than `threshold_ms`, and once more when that ends; NULL takes it back. Any thread but from `cb`.
///
/// # Safety
/// `cb` may be called with `data`, on another thread, until another one or NULL is given.
unsafe extern "C" fn uv_ext_on_blocked(threshold_ms: u64, cb: uv_ext_blocked_cb, data: *mut c_void) -> c_int {
    to_status(for_program::on_blocked(threshold_ms, ToldOfBlocked::new(cb, data)))
}

/// Gives the loop a name, or takes it away (NULL). Loop thread only.
///
/// # Safety
/// `loop_` is null, or was initialised; `name` is null or NUL-terminated.
unsafe extern "C" fn uv_ext_loop_set_name(loop_: *mut uv_loop_t, name: *const c_char) -> c_int {
    // SAFETY: a loop or null, and a text or null, as documented.
    let (loop_, name) = unsafe { (lend_any(loop_), lend_any_text(name)) };
    to_status(open(loop_).and_then(|loop_| for_program::set_loop_name(loop_, given(name)?)))
}

/// Copies the loop's name; `size` is that of `buffer`, and then the name's. Loop thread only.
///
/// # Safety
/// `loop_` is null, or was initialised; `size` is null or readable and writable, and `buffer` is null or writable for
/// so many bytes.
unsafe extern "C" fn uv_ext_loop_get_name(
    loop_: *const uv_loop_t,
    buffer: *mut c_char,
    size: *mut size_t,
) -> c_int {
    // SAFETY: a loop or null, and room of that size or null, as documented.
    let (loop_, room) = unsafe { (lend_any(loop_), Room::lend(buffer, size)) };
    to_status(open(loop_).and_then(|loop_| copy(named::of_loop(loop_), room)))
}

/// Gives the handle a name, or takes it away (NULL), until it is closed. Loop thread only.
///
/// # Safety
/// `handle` is null, or initialised; `name` is null or NUL-terminated.
unsafe extern "C" fn uv_ext_handle_set_name(handle: *mut uv_handle_t, name: *const c_char) -> c_int {
    // SAFETY: a handle or null, and a text or null, as documented.
    let (handle, name) = unsafe { (lend_any(handle), lend_any_text(name)) };
    let handle = handle.ok_or(Errno::EINVAL);
    to_status(handle.and_then(|handle| named::set_for_handle(handle, given(name)?)))
}

/// Copies the handle's name; `size` is that of `buffer`, and then the name's. Loop thread only.
///
/// # Safety
/// `handle` is null, or initialised; `size` is null or readable and writable, and `buffer` is null or writable for so
/// many bytes.
unsafe extern "C" fn uv_ext_handle_get_name(
    handle: *const uv_handle_t,
    buffer: *mut c_char,
    size: *mut size_t,
) -> c_int {
    // SAFETY: a handle or null, and room of that size or null, as documented.
    let (handle, room) = unsafe { (lend_any(handle), Room::lend(buffer, size)) };
    to_status(handle.ok_or(Errno::EINVAL).and_then(|handle| copy(named::of_handle(handle), room)))
}
