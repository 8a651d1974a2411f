//! Pipes: Unix domain sockets and FIFOs. <https://docs.libuv.org/en/v1.x/pipe.html>

use std::ffi::CStr;
use std::os::fd::IntoRawFd;

use libc::{c_char, c_int, c_uint, size_t};

use crate::abi::*;
use crate::core::memory::lend::{hold, lend, lend_any, lend_any_bytes, lend_any_text};
use crate::core::memory::out::lend_out;
use crate::core::memory::out_text::lend_out_text;
use crate::handles::pipe;
use crate::sys::errno::to_status;
use crate::sys::net_address::Side;

/// Initialises a handle; `ipc` not 0: handles can be passed through it. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_init>, since 1.0.
///
/// # Safety
/// The loop is initialised; `handle` is memory that stays until the close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_init(r#loop: *mut uv_loop_t, handle: *mut uv_pipe_t, ipc: c_int) -> c_int {
    // SAFETY: an initialised loop, and memory for a handle that stays until its close callback, as documented.
    let (r#loop, handle) = unsafe { (lend(r#loop), lend(handle)) };
    pipe::init(r#loop, handle, ipc);
    0
}

/// Gives the handle a descriptor made elsewhere, and makes it non-blocking.
///
/// Returns 0, `UV_EEXIST` if the loop follows that descriptor, `UV_EBUSY` if the handle has another
/// one, `UV_EINVAL` if it is closing, or what the system answers (`UV_EBADF`). Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_open>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_open(handle: *mut uv_pipe_t, file: uv_file) -> c_int {
    // SAFETY: an initialised pipe whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(pipe::open(handle, file))
}

/// Connects to a path, which is cut to what an address holds. Returns nothing: every error goes to `cb`,
/// which may be NULL; `UV_ECANCELED` for a closing handle. A closed one aborts. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_connect>, since 1.0.
///
/// # Safety
/// `handle` is initialised, `name` a C string; `req` is not under way and stays until `cb` is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_connect(
    req: *mut uv_connect_t,
    handle: *mut uv_pipe_t,
    name: *const c_char,
    cb: uv_connect_cb,
) {
    // SAFETY: a request that is not under way and stays until its callback, an initialised pipe, and a text,
    // as documented.
    let (req, handle, name) = unsafe { (hold(req), lend(handle), lend_any_text(name)) };
    pipe::connect_or_tell(req, handle, pipe::checked(name.map(CStr::to_bytes), 0), cb);
}

/// Connects to a name of `namelen` bytes; names and `flags` as in uv_pipe_bind2.
///
/// Returns 0, or `UV_EINVAL` for bad arguments and a closing handle; other errors go to `cb`, which may be NULL.
/// Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_connect2>, since 1.46.
///
/// # Safety
/// `handle` is initialised, `name` NULL or `namelen` bytes; `req` is not under way and stays until `cb`
/// is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_connect2(
    req: *mut uv_connect_t,
    handle: *mut uv_pipe_t,
    name: *const c_char,
    namelen: size_t,
    flags: c_uint,
    cb: uv_connect_cb,
) -> c_int {
    // SAFETY: a request that is not under way and stays until its callback, an initialised pipe, and NULL or
    // `namelen` bytes, as documented.
    let (req, handle, name) = unsafe { (hold(req), lend(handle), lend_any_bytes(name, namelen)) };
    let began = pipe::connect(req, handle, pipe::checked(name, flags), cb);
    to_status(began.map_err(|(_, error)| error))
}

/// Has no meaning on this system. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_pending_instances>, since 1.0.
///
/// # Safety
/// None is needed; `handle` is not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_pending_instances(_handle: *mut uv_pipe_t, _count: c_int) {}

/// How many handles that came through an ipc pipe wait for uv_accept. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_pending_count>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_pending_count(handle: *mut uv_pipe_t) -> c_int {
    // SAFETY: an initialised pipe whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    pipe::pending_count(handle)
}

/// The kind of handle that uv_accept has to be given next, or `UV_UNKNOWN_HANDLE`. Cannot fail. Loop thread
/// only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_pending_type>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_pending_type(handle: *mut uv_pipe_t) -> uv_handle_type {
    // SAFETY: an initialised pipe whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    pipe::pending_type(handle)
}

/// Makes a pipe, the read end first; each end's flags are 0 or `UV_NONBLOCK_PIPE`.
///
/// Returns 0, or what the system answers. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe>, since 1.41.
///
/// # Safety
/// `fds` has room for two.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe(fds: *mut uv_file, read_flags: c_int, write_flags: c_int) -> c_int {
    // SAFETY: room for two, as documented.
    let place = unsafe { lend_out(fds.cast::<[c_int; 2]>()) };
    to_status(pipe::make(read_flags, write_flags).map(|ends| place.set(ends.map(IntoRawFd::into_raw_fd))))
}

/// Binds to a path, which is cut to what an address holds. Errors as uv_pipe_bind2. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_bind>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_bind(handle: *mut uv_pipe_t, name: *const c_char) -> c_int {
    // SAFETY: an initialised pipe and a text, as documented.
    let (handle, name) = unsafe { (lend(handle), lend_any_text(name)) };
    to_status(pipe::bind(handle, pipe::checked(name.map(CStr::to_bytes), 0)))
}

/// Binds to a name of `namelen` bytes; one that begins with NUL is abstract, none is chosen by the
/// system. With `UV_PIPE_NO_TRUNCATE` in `flags` a name that is too long is `UV_EINVAL`, not cut.
///
/// Returns 0, `UV_EINVAL` for bad arguments or a handle that is bound, open or closing, `UV_EACCES` for
/// a missing folder, `UV_ENOMEM`, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_bind2>, since 1.46.
///
/// # Safety
/// `handle` is initialised; `name` is NULL or `namelen` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_bind2(
    handle: *mut uv_pipe_t,
    name: *const c_char,
    namelen: size_t,
    flags: c_uint,
) -> c_int {
    // SAFETY: an initialised pipe, and NULL or `namelen` bytes, as documented.
    let (handle, name) = unsafe { (lend(handle), lend_any_bytes(name, namelen)) };
    to_status(pipe::bind(handle, pipe::checked(name, flags)))
}

/// Copies the name that the pipe is bound to; `size` goes from the room to the length.
///
/// Returns 0, `UV_EINVAL` for NULL or no room, `UV_ENOBUFS` (the room needed is in `size` then),
/// `UV_EBADF`, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_getsockname>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `buffer` has room for `*size` bytes; both may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_getsockname(
    handle: *const uv_pipe_t,
    buffer: *mut c_char,
    size: *mut size_t,
) -> c_int {
    // SAFETY: an initialised pipe, and NULL or room for `*size` bytes, as documented.
    let (handle, out) = unsafe { (lend(handle), lend_out_text(buffer, size)) };
    to_status(out.and_then(|out| pipe::address(handle, Side::Own, out)))
}

/// As uv_pipe_getsockname, for the name that the pipe is connected to. Errors as uv_pipe_getsockname. Loop
/// thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_getpeername>, since 1.3.
///
/// # Safety
/// As for uv_pipe_getsockname.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_getpeername(
    handle: *const uv_pipe_t,
    buffer: *mut c_char,
    size: *mut size_t,
) -> c_int {
    // SAFETY: an initialised pipe, and NULL or room for `*size` bytes, as documented.
    let (handle, out) = unsafe { (lend(handle), lend_out_text(buffer, size)) };
    to_status(out.and_then(|out| pipe::address(handle, Side::Peer, out)))
}

/// Lets everybody read (`UV_READABLE`) from, or write (`UV_WRITABLE`) to, the pipe.
///
/// Returns 0, `UV_EBADF` for NULL or a pipe that is not open, `UV_EINVAL` for other modes, or what the
/// system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_chmod>, since 1.16.
///
/// # Safety
/// `handle` is NULL or initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_chmod(handle: *mut uv_pipe_t, flags: c_int) -> c_int {
    // SAFETY: NULL or an initialised pipe, as documented.
    let handle = unsafe { lend_any(handle) };
    to_status(pipe::chmod(handle, flags))
}
