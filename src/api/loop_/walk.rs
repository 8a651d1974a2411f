//! Looking at the handles of a loop.

use libc::{c_int, c_uint, c_void};

use super::default::default_loop;
use crate::abi::*;
use crate::core::memory::lend::{lend, lend_any};
use crate::core::memory::queue::handles;
use crate::core::state::handle::flags;
use crate::sys::lines;

/// Calls `visit` for each handle of the program; handles added meanwhile are not visited.
fn walk(loop_: &uv_loop_t, visit: uv_walk_cb, argument: *mut c_void) {
    let Some(visit) = visit else { return };
    // Each is back in the loop's list before it is visited.
    handles(loop_).take_each(|handle| {
        handles(loop_).push_back(handle);
        if !handle.has(flags::INTERNAL) {
            // SAFETY: the program's function; the handle stays until its close callback.
            unsafe { visit(handle.as_ptr(), argument) };
        }
    });
}

/// One line a handle: `[RAI]` for referenced, active, internal; its type; its address.
///
/// # Safety
/// `loop_` is initialised, or null for the default one; `stream` is open, or null for the standard error.
unsafe fn print_handles(loop_: *mut uv_loop_t, only_active: bool, stream: *mut libc::FILE) {
    let stream = if stream.is_null() { lines::standard_error() } else { stream };
    // SAFETY: the default loop is static, and initialised if it is not null; another was initialised by the
    // program and is not closed. The stream is open, as documented.
    let loop_ = unsafe {
        match lend_any(if loop_.is_null() { default_loop() } else { loop_ }) {
            Some(loop_) => loop_,
            None => {
                libc::fprintf(stream, c"there is no default loop\n".as_ptr());
                return;
            }
        }
    };
    for handle in handles(loop_).iter().filter(|handle| !only_active || handle.has(flags::ACTIVE)) {
        let mark = |flag: c_uint, letter: u8| c_int::from(if handle.has(flag) { letter } else { b'-' });
        let name = crate::api::handle::type_name(handle.r#type.get()).unwrap_or(c"<unknown>");
        // SAFETY: `uv_print_*_handles` get an open stream, as documented; the arguments are those that the
        // format names, and the name outlives the call.
        unsafe {
            libc::fprintf(
                stream,
                c"[%c%c%c] %-8s %p\n".as_ptr(),
                mark(flags::REF, b'R'),
                mark(flags::ACTIVE, b'A'),
                mark(flags::INTERNAL, b'I'),
                name.as_ptr(),
                handle.as_ptr().cast::<c_void>(),
            );
        }
    }
}

/// Calls `walk_cb` with each handle of the loop and `arg`. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_walk>, since 1.0.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_walk(loop_: *mut uv_loop_t, walk_cb: uv_walk_cb, arg: *mut c_void) {
    // SAFETY: `loop_` is initialised, as documented.
    let loop_ = unsafe { lend(loop_) };
    walk(loop_, walk_cb, arg);
}

/// Prints all handles of the loop (NULL: the default loop) to `stream` (NULL: the standard error). Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_print_all_handles>, since 1.8.
///
/// # Safety
/// `loop_` is initialised or NULL; `stream` is open or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_print_all_handles(loop_: *mut uv_loop_t, stream: *mut libc::FILE) {
    // SAFETY: `loop_` is initialised or NULL; `stream` is open or NULL, as documented.
    unsafe { print_handles(loop_, false, stream) };
}

/// Prints the active handles of the loop (NULL: the default loop) to `stream` (NULL: the standard error). Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_print_active_handles>, since 1.8.
///
/// # Safety
/// `loop_` is initialised or NULL; `stream` is open or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_print_active_handles(loop_: *mut uv_loop_t, stream: *mut libc::FILE) {
    // SAFETY: `loop_` is initialised or NULL; `stream` is open or NULL, as documented.
    unsafe { print_handles(loop_, true, stream) };
}
