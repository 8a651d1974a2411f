//! Looking at the handles of a loop.

use std::ptr::null_mut;

use libc::{c_int, c_uint, c_void};

use super::default_loop;
use crate::abi::*;
use crate::core::handle::flags;
use crate::core::queue;

/// Calls `visit` for each handle of the program; handles added meanwhile are not visited.
unsafe fn walk(loop_: *mut uv_loop_t, visit: uv_walk_cb, argument: *mut c_void) {
    // SAFETY: an initialised loop: the export's promise. Each handle is back in the loop's list
    // before it is visited; one that leaves the loop meanwhile leaves whatever list it is in.
    unsafe {
        let Some(visit) = visit else { return };
        let mut batch = uv__queue { next: null_mut(), prev: null_mut() };
        let batch = &raw mut batch;
        let list = &raw mut (*loop_).handle_queue;
        queue::move_all(list, batch);
        while let Some(node) = queue::pop_front(batch) {
            queue::push_back(list, node);
            let handle = queue::container_of!(node, uv_handle_t, handle_queue);
            if (*handle).flags & flags::INTERNAL == 0 {
                visit(handle, argument);
            }
        }
    }
}

/// One line a handle: `[RAI]` for referenced, active, internal; its type; its address.
unsafe fn print_handles(loop_: *mut uv_loop_t, only_active: bool, stream: *mut libc::FILE) {
    // SAFETY: an initialised loop, or null for the default one, and an open stream: the exports'
    // promise.
    unsafe {
        let loop_ = if loop_.is_null() { default_loop() } else { loop_ };
        if loop_.is_null() {
            return;
        }
        let head = &raw mut (*loop_).handle_queue;
        let mut node = (*head).next;
        while node != head {
            let handle = queue::container_of!(node, uv_handle_t, handle_queue);
            node = (*node).next;
            let bits = (*handle).flags;
            if only_active && bits & flags::ACTIVE == 0 {
                continue;
            }
            let mark = |flag: c_uint, letter: u8| c_int::from(if bits & flag != 0 { letter } else { b'-' });
            let name = crate::handle::type_name((*handle).r#type).unwrap_or(c"<unknown>");
            libc::fprintf(
                stream,
                c"[%c%c%c] %-8s %p\n".as_ptr(),
                mark(flags::REF, b'R'),
                mark(flags::ACTIVE, b'A'),
                mark(flags::INTERNAL, b'I'),
                name.as_ptr(),
                handle.cast::<c_void>(),
            );
        }
    }
}

/// Calls `walk_cb` with each handle of the loop and `arg`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_walk>.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_walk(loop_: *mut uv_loop_t, walk_cb: uv_walk_cb, arg: *mut c_void) {
    // SAFETY: our caller's promise.
    unsafe { walk(loop_, walk_cb, arg) };
}

/// Prints all handles of the loop (NULL: the default loop) to `stream`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_print_all_handles>.
///
/// # Safety
/// `loop_` is initialised or NULL; `stream` is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_print_all_handles(loop_: *mut uv_loop_t, stream: *mut libc::FILE) {
    // SAFETY: our caller's promise.
    unsafe { print_handles(loop_, false, stream) };
}

/// Prints the active handles of the loop (NULL: the default loop) to `stream`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_print_active_handles>.
///
/// # Safety
/// `loop_` is initialised or NULL; `stream` is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_print_active_handles(loop_: *mut uv_loop_t, stream: *mut libc::FILE) {
    // SAFETY: our caller's promise.
    unsafe { print_handles(loop_, true, stream) };
}
