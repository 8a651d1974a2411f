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
use crate::core::lend::{Held, hold, lend};
use crate::core::{alloc, watcher};
use crate::handles::stream;
use crate::handles::tty::guess_handle;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::{fd, path, socket};

fn init(loop_: &uv_loop_t, pipe: &uv_pipe_t, ipc: c_int) {
    stream::init(loop_, pipe, UV_NAMED_PIPE);
    pipe.pipe_fname.set(null());
    pipe.ipc.set(ipc);
}

fn open(pipe: &uv_pipe_t, descriptor: uv_file) -> UvResult {
    if watcher::fd_exists(pipe.owner(), descriptor) {
        return Err(Errno::EEXIST);
    }
    let access = fd::status_flags(descriptor)? & libc::O_ACCMODE;
    fd::set_nonblocking(descriptor, true)?;
    stream::adopt(pipe, descriptor, access_flags(access))
}

/// What a descriptor opened with this `O_ACCMODE` allows.
pub(crate) fn access_flags(access: c_int) -> c_uint {
    let readable = if access == libc::O_WRONLY { 0 } else { flags::READABLE };
    let writable = if access == libc::O_RDONLY { 0 } else { flags::WRITABLE };
    readable | writable
}

/// uv_listen.
pub(crate) fn listen(pipe: &uv_pipe_t, backlog: c_int, cb: uv_connection_cb) -> UvResult {
    if pipe.fd() == -1 || pipe.ipc.get() != 0 {
        return Err(Errno::EINVAL);
    }
    stream::start_listening(pipe, backlog, cb)
}

/// Fails at once only for a bad name; all else is left to the callback.
fn connect(req: Held<uv_connect_t>, pipe: &uv_pipe_t, name: UvResult<&[u8]>, cb: uv_connect_cb) -> UvResult {
    let name = name?;
    if name.is_empty() {
        return Err(Errno::EINVAL);
    }
    let began = match begin_connect(pipe, name) {
        Ok(()) => stream::start_connect(req, pipe, cb),
        Err(error) => Err((req, error)),
    };
    if let Err((req, error)) = began {
        stream::fail_later(req, pipe, error, cb);
    }
    Ok(())
}

fn begin_connect(pipe: &uv_pipe_t, name: &[u8]) -> UvResult {
    let is_new = pipe.fd() == -1;
    if is_new {
        pipe.io_watcher.fd.set(socket::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0)?);
    }
    let descriptor = pipe.fd();
    let (address, size) = socket::unix_address(name);
    // SAFETY: `size` is at most that of the address.
    match unsafe { socket::connect(descriptor, (&raw const address).cast(), size) } {
        Ok(()) | Err(Errno::EINPROGRESS) => {}
        Err(error) => return Err(error),
    }
    // A handle that was bound or opened keeps what it allows. Flags without a descriptor are the
    // program's own: uvloop sets READABLE on each pipe.
    if !is_new && pipe.has(flags::READABLE | flags::WRITABLE | flags::BOUND) {
        return Ok(());
    }
    stream::open(pipe, descriptor, flags::READABLE | flags::WRITABLE)
}

/// uv_close: removes the name that was bound, before another can bind it again, then the rest.
pub(crate) fn close(pipe: &uv_pipe_t) {
    let name = pipe.pipe_fname.replace(null());
    if !name.is_null() {
        // SAFETY: `bind` made the name, a C string.
        unsafe {
            path::remove(CStr::from_ptr(name));
            alloc::free(name.cast_mut().cast());
        }
    }
    stream::close(pipe);
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
    let (r#loop, handle) = unsafe { (lend(r#loop), lend(handle)) };
    init(r#loop, handle, ipc);
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
    let handle = unsafe { lend(handle) };
    to_status(open(handle, file))
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
    let (held, handle) = unsafe { (hold(req), lend(handle)) };
    // SAFETY: as above.
    let name = unsafe { checked_name(name, libc::strlen(name), 0) };
    if let Err(error) = connect(held, handle, name, cb) {
        // SAFETY: it was not begun.
        stream::fail_later(unsafe { hold(req) }, handle, error, cb);
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
    let (req, handle, name) = unsafe { (hold(req), lend(handle), checked_name(name, namelen, flags)) };
    to_status(connect(req, handle, name, cb))
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
    let handle = unsafe { lend(handle) };
    if handle.ipc.get() == 0 { 0 } else { stream::pending_count(handle) as c_int }
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
    let handle = unsafe { lend(handle) };
    if handle.ipc.get() == 0 { UV_UNKNOWN_HANDLE } else { guess_handle(handle.accepted_fd.get()) }
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
