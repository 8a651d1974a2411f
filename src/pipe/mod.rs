//! Pipes: Unix domain sockets and FIFOs.
//!
//! <https://docs.libuv.org/en/v1.x/pipe.html>

mod name;

use std::ffi::{CStr, c_char};
use std::ptr::null;

use libc::{c_int, c_uint, size_t};

use self::name::checked_name;

use crate::abi::*;
use crate::core::handle::flags;
use crate::core::{alloc, watcher};
use crate::stream;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::{fd, path, socket};
use crate::tty::guess_handle;

unsafe fn init(loop_: *mut uv_loop_t, pipe: *mut uv_pipe_t, ipc: c_int) {
    // SAFETY: the loop is initialised, the memory the caller's: the exports' promise.
    unsafe {
        stream::init(loop_, pipe.cast(), UV_NAMED_PIPE);
        (*pipe).pipe_fname = null();
        (*pipe).ipc = ipc;
    }
}

unsafe fn open(pipe: *mut uv_pipe_t, descriptor: uv_file) -> UvResult {
    // SAFETY: an initialised handle: the exports' promise.
    unsafe {
        if watcher::fd_exists((*pipe).r#loop, descriptor) {
            return Err(Errno::EEXIST);
        }
        let access = fd::status_flags(descriptor)? & libc::O_ACCMODE;
        fd::set_nonblocking(descriptor, true)?;
        stream::adopt(pipe.cast(), descriptor, access_flags(access))
    }
}

/// What a descriptor opened with this `O_ACCMODE` allows.
pub(crate) fn access_flags(access: c_int) -> c_uint {
    let readable = if access == libc::O_WRONLY { 0 } else { flags::READABLE };
    let writable = if access == libc::O_RDONLY { 0 } else { flags::WRITABLE };
    readable | writable
}

/// uv_listen.
///
/// # Safety
/// `pipe` is initialised.
pub(crate) unsafe fn listen(pipe: *mut uv_pipe_t, backlog: c_int, cb: uv_connection_cb) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if (*pipe).io_watcher.fd == -1 || (*pipe).ipc != 0 {
            return Err(Errno::EINVAL);
        }
        stream::start_listening(pipe.cast(), backlog, cb)
    }
}

/// Fails at once only for bad arguments; all else is left to the callback.
unsafe fn connect(
    req: *mut uv_connect_t,
    pipe: *mut uv_pipe_t,
    name: *const c_char,
    len: usize,
    options: c_uint,
    cb: uv_connect_cb,
) -> UvResult {
    // SAFETY: an initialised handle and `len` bytes of a name: the exports' promise.
    unsafe {
        let name = checked_name(name, len, options)?;
        if name.is_empty() {
            return Err(Errno::EINVAL);
        }
        let this = pipe.cast::<uv_stream_t>();
        if let Err(error) = begin_connect(pipe, name).and_then(|()| stream::start_connect(req, this, cb)) {
            stream::fail_later(req, this, error, cb);
        }
    }
    Ok(())
}

unsafe fn begin_connect(pipe: *mut uv_pipe_t, name: &[u8]) -> UvResult {
    // SAFETY: `pipe` is initialised: our caller's promise.
    unsafe {
        let is_new = (*pipe).io_watcher.fd == -1;
        if is_new {
            (*pipe).io_watcher.fd = socket::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0)?;
        }
        let descriptor = (*pipe).io_watcher.fd;
        let (address, size) = socket::unix_address(name);
        match socket::connect(descriptor, (&raw const address).cast(), size) {
            Ok(()) | Err(Errno::EINPROGRESS) => {}
            Err(error) => return Err(error),
        }
        // A handle that was bound or opened keeps what it allows. Flags without a descriptor are the
        // program's own: uvloop sets READABLE on each pipe.
        if !is_new && (*pipe).flags & (flags::READABLE | flags::WRITABLE | flags::BOUND) != 0 {
            return Ok(());
        }
        stream::open(pipe.cast(), descriptor, flags::READABLE | flags::WRITABLE)
    }
}

/// uv_close: removes the name that was bound, before another can bind it again, then the rest.
///
/// # Safety
/// `pipe` is initialised and marked as closing.
pub(crate) unsafe fn close(pipe: *mut uv_pipe_t) {
    // SAFETY: the caller's promise; the name was made by `bind`.
    unsafe {
        if !(*pipe).pipe_fname.is_null() {
            path::remove(CStr::from_ptr((*pipe).pipe_fname));
            alloc::free((*pipe).pipe_fname.cast_mut().cast());
            (*pipe).pipe_fname = null();
        }
        stream::close(pipe.cast());
    }
}

fn make_pipe(read_flags: c_int, write_flags: c_int) -> UvResult<[c_int; 2]> {
    let nonblocking = |options: c_int| options & UV_NONBLOCK_PIPE as c_int != 0;
    if nonblocking(read_flags) && nonblocking(write_flags) {
        return fd::pipe(libc::O_NONBLOCK);
    }
    let fds = fd::pipe(0)?;
    for (descriptor, options) in fds.into_iter().zip([read_flags, write_flags]) {
        if nonblocking(options) {
            fd::set_nonblocking(descriptor, true).inspect_err(|_| fds.into_iter().for_each(fd::close))?;
        }
    }
    Ok(fds)
}

/// Initialises a handle; `ipc` not 0: handles can be passed through it. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_init>.
///
/// # Safety
/// The loop is initialised; `handle` is memory that stays until the close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_init(r#loop: *mut uv_loop_t, handle: *mut uv_pipe_t, ipc: c_int) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { init(r#loop, handle, ipc) };
    0
}

/// Gives the handle a descriptor made elsewhere, and makes it non-blocking.
///
/// Returns 0, `UV_EEXIST` if the loop follows that descriptor, `UV_EBUSY` if the handle has another
/// one, or what the system answers (`UV_EBADF`). Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_open>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_open(handle: *mut uv_pipe_t, file: uv_file) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { open(handle, file) })
}

/// Connects to a path, which is cut to what an address holds; every error goes to `cb`, which may be
/// NULL. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_connect>.
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
    // SAFETY: our caller's promise.
    unsafe {
        if let Err(error) = connect(req, handle, name, libc::strlen(name), 0, cb) {
            stream::fail_later(req, handle.cast(), error, cb);
        }
    }
}

/// Connects to a name of `namelen` bytes; names and `flags` as in uv_pipe_bind2.
///
/// Returns 0, or `UV_EINVAL` for bad arguments; other errors go to `cb`, which may be NULL.
/// Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_connect2>.
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
    // SAFETY: our caller's promise.
    to_status(unsafe { connect(req, handle, name, namelen, flags, cb) })
}

/// Has no meaning on this system. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_pending_instances>.
///
/// # Safety
/// None is needed; `handle` is not looked at.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_pending_instances(_handle: *mut uv_pipe_t, _count: c_int) {}

/// How many handles that came through an ipc pipe wait for uv_accept. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_pending_count>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_pending_count(handle: *mut uv_pipe_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe { if (*handle).ipc == 0 { 0 } else { stream::pending_count(handle.cast()) as c_int } }
}

/// The kind of handle that uv_accept has to be given next, or `UV_UNKNOWN_HANDLE`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_pending_type>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_pending_type(handle: *mut uv_pipe_t) -> uv_handle_type {
    // SAFETY: our caller's promise.
    unsafe { if (*handle).ipc == 0 { UV_UNKNOWN_HANDLE } else { guess_handle((*handle).accepted_fd) } }
}

/// Makes a pipe, the read end first; each end's flags are 0 or `UV_NONBLOCK_PIPE`.
///
/// Returns 0, or what the system answers. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe>.
///
/// # Safety
/// `fds` has room for two.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe(fds: *mut uv_file, read_flags: c_int, write_flags: c_int) -> c_int {
    let made = make_pipe(read_flags, write_flags);
    // SAFETY: our caller's promise.
    to_status(made.map(|made| unsafe { fds.cast::<[c_int; 2]>().write(made) }))
}
