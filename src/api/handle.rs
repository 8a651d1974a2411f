//! The base handle. <https://docs.libuv.org/en/v1.x/handle.html>

use std::cell::Cell;
use std::ffi::CStr;

use libc::{c_char, c_int, c_void};

use crate::abi::*;
use crate::api::kinds;
use crate::core::memory::lend::{lend, lend_any};
use crate::core::state::handle::flags;
use crate::core::state::handle::{is_active, is_closing, set_ref, unref};
use crate::core::turn::closing;
use crate::handles::stream;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::socket;

/// libuv's name for a handle type.
pub(crate) fn type_name(kind: uv_handle_type) -> Option<&'static CStr> {
    Some(match kind {
        UV_ASYNC => c"async",
        UV_CHECK => c"check",
        UV_FS_EVENT => c"fs_event",
        UV_FS_POLL => c"fs_poll",
        UV_HANDLE => c"handle",
        UV_IDLE => c"idle",
        UV_NAMED_PIPE => c"pipe",
        UV_POLL => c"poll",
        UV_PREPARE => c"prepare",
        UV_PROCESS => c"process",
        UV_STREAM => c"stream",
        UV_TCP => c"tcp",
        UV_TIMER => c"timer",
        UV_TTY => c"tty",
        UV_UDP => c"udp",
        UV_SIGNAL => c"signal",
        UV_FILE => c"file",
        _ => return None,
    })
}

fn type_size(kind: uv_handle_type) -> usize {
    match kind {
        UV_ASYNC => size_of::<uv_async_t>(),
        UV_CHECK => size_of::<uv_check_t>(),
        UV_FS_EVENT => size_of::<uv_fs_event_t>(),
        UV_FS_POLL => size_of::<uv_fs_poll_t>(),
        UV_HANDLE => size_of::<uv_handle_t>(),
        UV_IDLE => size_of::<uv_idle_t>(),
        UV_NAMED_PIPE => size_of::<uv_pipe_t>(),
        UV_POLL => size_of::<uv_poll_t>(),
        UV_PREPARE => size_of::<uv_prepare_t>(),
        UV_PROCESS => size_of::<uv_process_t>(),
        UV_STREAM => size_of::<uv_stream_t>(),
        UV_TCP => size_of::<uv_tcp_t>(),
        UV_TIMER => size_of::<uv_timer_t>(),
        UV_TTY => size_of::<uv_tty_t>(),
        UV_UDP => size_of::<uv_udp_t>(),
        UV_SIGNAL => size_of::<uv_signal_t>(),
        _ => usize::MAX,
    }
}

/// The descriptor of an open handle.
fn open_fd(handle: &uv_handle_t) -> UvResult<c_int> {
    let fd = handle.descriptor().ok_or(Errno::EINVAL)?;
    if is_closing(handle) || fd == -1 { Err(Errno::EBADF) } else { Ok(fd) }
}

/// The same for the program, which may do with it what it likes.
fn share_fd(handle: &uv_handle_t) -> UvResult<c_int> {
    let fd = open_fd(handle)?;
    match handle.kind() {
        AnyHandle::Tcp(tcp) => stream::share(tcp),
        AnyHandle::Pipe(pipe) => stream::share(pipe), // a pipe may hold a TCP connection
        AnyHandle::Udp(udp) => return Ok(udp.share_fd()),
        _ => {}
    }
    Ok(fd)
}

/// Reads a socket buffer's size if `value` is 0, otherwise sets it.
fn buffer_size(handle: Option<&uv_handle_t>, option: c_int, value: Option<&Cell<c_int>>) -> UvResult {
    let (Some(handle), Some(value)) = (handle, value) else { return Err(Errno::EINVAL) };
    if !matches!(handle.kind(), AnyHandle::Tcp(_) | AnyHandle::Pipe(_) | AnyHandle::Udp(_)) {
        return Err(Errno::ENOTSUP);
    }
    let fd = handle.descriptor().ok_or(Errno::EINVAL)?;
    if value.get() == 0 {
        value.set(socket::int_option(fd, libc::SOL_SOCKET, option)?);
        Ok(())
    } else {
        socket::set_option(fd, libc::SOL_SOCKET, option, value.get())
    }
}

/// Asks for the handle to be closed; `close_cb`, which may be NULL, is called in a later phase and
/// the handle's memory is the caller's again. Requests under way end with `UV_ECANCELED` before.
///
/// Aborts the program if the handle is closing already. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_close>, since 1.0.
///
/// # Safety
/// `handle` is an initialised handle of any kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_close(handle: *mut uv_handle_t, close_cb: uv_close_cb) {
    // SAFETY: `handle` is an initialised handle of any kind, as documented.
    let handle = unsafe { lend(handle) };
    closing::mark(handle, close_cb);
    kinds::close(handle);
}

/// Whether the handle is active: running, or holding something it waits for. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_is_active>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_is_active(handle: *const uv_handle_t) -> c_int {
    // SAFETY: `handle` is initialised, as documented.
    let handle = unsafe { lend(handle) };
    c_int::from(is_active(handle))
}

/// Whether uv_close was called for the handle. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_is_closing>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_is_closing(handle: *const uv_handle_t) -> c_int {
    // SAFETY: `handle` is initialised, as documented.
    let handle = unsafe { lend(handle) };
    c_int::from(is_closing(handle))
}

/// Has the handle, while it is active, keep the loop alive (the default). Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_ref>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_ref(handle: *mut uv_handle_t) {
    // SAFETY: `handle` is initialised, as documented.
    let handle = unsafe { lend(handle) };
    set_ref(handle);
}

/// Lets the loop end although the handle is active. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_unref>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_unref(handle: *mut uv_handle_t) {
    // SAFETY: `handle` is initialised, as documented.
    let handle = unsafe { lend(handle) };
    unref(handle);
}

/// Whether the handle is referenced. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_has_ref>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_has_ref(handle: *const uv_handle_t) -> c_int {
    // SAFETY: `handle` is initialised, as documented.
    let handle = unsafe { lend(handle) };
    c_int::from(handle.has(flags::REF))
}

/// Copies the handle's descriptor, which stays the handle's own, to `fd`.
///
/// Returns 0, `UV_EINVAL` for a kind without one, `UV_EBADF` if it is not open or closing.
/// Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_fileno>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `fd` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fileno(handle: *const uv_handle_t, fd: *mut uv_os_fd_t) -> c_int {
    // SAFETY: `handle` is initialised; `fd` is writable, as documented.
    to_status(unsafe { share_fd(lend(handle)).map(|open| fd.write(open)) })
}

/// Reads (`*value` is 0) or sets the size of the socket's send buffer, in bytes.
///
/// Returns 0, `UV_EINVAL` for NULL, `UV_ENOTSUP` for other kinds than TCP, pipe and UDP, or what
/// the system answers. Linux doubles what is set. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_send_buffer_size>, since 1.0.
///
/// # Safety
/// `handle` is initialised and `value` readable and writable; both may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_send_buffer_size(handle: *mut uv_handle_t, value: *mut c_int) -> c_int {
    // SAFETY: `handle` is initialised and `value` readable and writable; both may be NULL, as
    // documented.
    let (handle, value) = unsafe { (lend_any(handle), value.cast::<Cell<c_int>>().as_ref()) };
    to_status(buffer_size(handle, libc::SO_SNDBUF, value))
}

/// Reads (`*value` is 0) or sets the size of the socket's receive buffer, in bytes.
///
/// Errors as uv_send_buffer_size. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_recv_buffer_size>, since 1.0.
///
/// # Safety
/// `handle` is initialised and `value` readable and writable; both may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_recv_buffer_size(handle: *mut uv_handle_t, value: *mut c_int) -> c_int {
    // SAFETY: `handle` is initialised and `value` readable and writable; both may be NULL, as
    // documented.
    let (handle, value) = unsafe { (lend_any(handle), value.cast::<Cell<c_int>>().as_ref()) };
    to_status(buffer_size(handle, libc::SO_RCVBUF, value))
}

/// The size in bytes of handles of `type_`. Returns -1 as a size for a type that there is not. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_handle_size>, since 1.0.
///
/// # Safety
/// None; unsafe for uniformity.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_handle_size(type_: uv_handle_type) -> usize {
    type_size(type_)
}

/// The handle's type. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_handle_get_type>, since 1.19.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_handle_get_type(handle: *const uv_handle_t) -> uv_handle_type {
    // SAFETY: `handle` is initialised, as documented.
    let handle = unsafe { lend(handle) };
    handle.r#type.get()
}

/// The name of a handle type, such as "tcp". Returns NULL for an unknown one. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_handle_type_name>, since 1.19.
///
/// # Safety
/// None; unsafe for uniformity.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_handle_type_name(type_: uv_handle_type) -> *const c_char {
    type_name(type_).map_or(std::ptr::null(), CStr::as_ptr)
}

/// The handle's loop. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_handle_get_loop>, since 1.19.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_handle_get_loop(handle: *const uv_handle_t) -> *mut uv_loop_t {
    // SAFETY: `handle` is initialised, as documented.
    let handle = unsafe { lend(handle) };
    handle.r#loop.get()
}

/// The handle's `data` field. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_handle_get_data>, since 1.19.
///
/// # Safety
/// `handle` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_handle_get_data(handle: *const uv_handle_t) -> *mut c_void {
    // SAFETY: `handle` is valid, as documented.
    let handle = unsafe { lend(handle) };
    handle.data.get()
}

/// Sets the handle's `data` field. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/handle.html#c.uv_handle_set_data>, since 1.19.
///
/// # Safety
/// `handle` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_handle_set_data(handle: *mut uv_handle_t, data: *mut c_void) {
    // SAFETY: `handle` is valid, as documented.
    let handle = unsafe { lend(handle) };
    handle.data.set(data);
}
