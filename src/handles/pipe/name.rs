//! The names of pipes: paths, and Linux's abstract names.

use std::ffi::{CStr, c_char};
use std::ptr::{null_mut, slice_from_raw_parts};

use libc::{c_int, c_uint, mode_t, size_t, sockaddr_un};

use crate::abi::*;
use crate::core::alloc;
use crate::core::handle::{self, flags};
use crate::core::lend::{lend, lend_any};
use crate::core::out_text;
use crate::handles::stream;
use crate::standalone::text::c_string;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::{fd, path, socket};

/// Checks a name and cuts it to what an address holds.
///
/// # Safety
/// `name` is null or `len` readable bytes.
pub(super) unsafe fn checked_name<'a>(
    name: *const c_char,
    len: usize,
    options: c_uint,
) -> UvResult<&'a [u8]> {
    if name.is_null() || options & !(UV_PIPE_NO_TRUNCATE as c_uint) != 0 {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    let name = unsafe { &*slice_from_raw_parts(name.cast::<u8>(), len) };
    // In abstract names, which begin with NUL, it has no meaning further on.
    if name.first().is_some_and(|&byte| byte != 0) && name.contains(&0) {
        return Err(Errno::EINVAL);
    }
    match name.get(..socket::MAX_UNIX_PATH) {
        Some(_) if len > socket::MAX_UNIX_PATH && options != 0 => Err(Errno::EINVAL),
        Some(cut) => Ok(cut),
        None => Ok(name),
    }
}

fn bind(pipe: &uv_pipe_t, name: UvResult<&[u8]>) -> UvResult {
    let name = name?;
    if pipe.fd() >= 0 || handle::is_closing(pipe) {
        return Err(Errno::EINVAL);
    }
    // A name in the file system is removed at close, abstract ones go by themselves.
    let is_file = name.first().is_some_and(|&byte| byte != 0);
    let kept = if is_file { c_string::copy(name)? } else { null_mut() };
    let (address, size) = socket::unix_address(name);
    match bound_socket(&address, size) {
        Ok(new) => {
            pipe.set(flags::BOUND);
            pipe.pipe_fname.set(kept);
            pipe.io_watcher.fd.set(new);
            Ok(())
        }
        Err(error) => {
            // SAFETY: just made, or null.
            unsafe { alloc::free(kept.cast()) };
            // As on Windows.
            Err(if error == Errno::ENOENT { Errno::EACCES } else { error })
        }
    }
}

fn bound_socket(address: &sockaddr_un, size: libc::socklen_t) -> UvResult<c_int> {
    let new = socket::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0)?;
    // SAFETY: `size` is at most that of the address.
    unsafe { socket::bind(new, (&raw const *address).cast(), size) }.inspect_err(|_| fd::close(new))?;
    Ok(new)
}

/// The socket's or its peer's name, `*size` bytes at the most. Names of files end with NUL, which is
/// not counted in `*size` unless there is no room (`UV_ENOBUFS`).
unsafe fn address(
    pipe: &uv_pipe_t,
    of: socket::AddressOf,
    buffer: *mut c_char,
    size: *mut size_t,
) -> UvResult {
    // SAFETY: an initialised handle, and room for `*size` bytes: the exports' promise. All zeroes is a
    // valid address.
    unsafe {
        let room = out_text::room(buffer, size)?;
        let mut found: sockaddr_un = std::mem::zeroed();
        let mut len = size_of::<sockaddr_un>() as c_int;
        if let Err(error) = stream::address(pipe, of, (&raw mut found).cast(), &raw mut len) {
            *size = 0;
            return Err(error);
        }
        let path = &found.sun_path;
        let in_address = (len as usize).saturating_sub(std::mem::offset_of!(sockaddr_un, sun_path));
        let is_abstract = path[0] == 0;
        let used = if is_abstract {
            in_address
        } else {
            path.iter().position(|&byte| byte == 0).unwrap_or(path.len())
        };
        let ending = usize::from(!is_abstract);
        if used + ending > room {
            *size = used + ending;
            return Err(Errno::ENOBUFS);
        }
        buffer.copy_from_nonoverlapping(path.as_ptr(), used);
        if !is_abstract {
            buffer.add(used).write(0);
        }
        *size = used;
    }
    Ok(())
}

fn chmod(pipe: Option<&uv_pipe_t>, mode: c_int) -> UvResult {
    const ALL: c_int = (UV_READABLE | UV_WRITABLE) as c_int;
    let Some(pipe) = pipe.filter(|pipe| pipe.fd() != -1) else { return Err(Errno::EBADF) };
    if mode & !ALL != 0 || mode & ALL == 0 {
        return Err(Errno::EINVAL);
    }
    let mut wanted: mode_t = 0;
    if mode & UV_READABLE as c_int != 0 {
        wanted |= libc::S_IRUSR | libc::S_IRGRP | libc::S_IROTH;
    }
    if mode & UV_WRITABLE as c_int != 0 {
        wanted |= libc::S_IWUSR | libc::S_IWGRP | libc::S_IWOTH;
    }
    match fd::set_mode(pipe.fd(), wanted) {
        Ok(()) | Err(Errno::EINVAL | Errno::ENOTSUP) => {}
        Err(error) => return Err(error),
    }
    // The descriptor's mode is not that of the name in the file system.
    let mut name = [0; socket::MAX_UNIX_PATH + 1];
    let mut len = name.len();
    // SAFETY: room for `len` bytes, in which `address` leaves a C string.
    unsafe {
        address(pipe, libc::getsockname, name.as_mut_ptr(), &raw mut len)?;
        path::set_mode(CStr::from_ptr(name.as_ptr()), wanted)
    }
}

/// Binds to a path, which is cut to what an address holds. Errors as uv_pipe_bind2. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_bind>.
///
/// # Safety
/// `handle` is initialised; `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_bind(handle: *mut uv_pipe_t, name: *const c_char) -> c_int {
    // SAFETY: our caller's promise.
    let (handle, name) = unsafe { (lend(handle), checked_name(name, libc::strlen(name), 0)) };
    to_status(bind(handle, name))
}

/// Binds to a name of `namelen` bytes; one that begins with NUL is abstract, none is chosen by the
/// system. With `UV_PIPE_NO_TRUNCATE` in `flags` a name that is too long is `UV_EINVAL`, not cut.
///
/// Returns 0, `UV_EINVAL` for bad arguments or a handle that is bound, open or closing, `UV_EACCES` for
/// a missing folder, `UV_ENOMEM`, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_bind2>.
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
    // SAFETY: our caller's promise.
    let (handle, name) = unsafe { (lend(handle), checked_name(name, namelen, flags)) };
    to_status(bind(handle, name))
}

/// Copies the name that the pipe is bound to; `size` goes from the room to the length.
///
/// Returns 0, `UV_EINVAL` for NULL or no room, `UV_ENOBUFS` (the room needed is in `size` then),
/// `UV_EBADF`, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_getsockname>.
///
/// # Safety
/// `handle` is initialised; `buffer` has room for `*size` bytes; both may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_getsockname(
    handle: *const uv_pipe_t,
    buffer: *mut c_char,
    size: *mut size_t,
) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { address(lend(handle), libc::getsockname, buffer, size) })
}

/// As uv_pipe_getsockname, for the name that the pipe is connected to. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_getpeername>.
///
/// # Safety
/// As for uv_pipe_getsockname.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_getpeername(
    handle: *const uv_pipe_t,
    buffer: *mut c_char,
    size: *mut size_t,
) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { address(lend(handle), libc::getpeername, buffer, size) })
}

/// Lets everybody read (`UV_READABLE`) from, or write (`UV_WRITABLE`) to, the pipe.
///
/// Returns 0, `UV_EBADF` for NULL or a pipe that is not open, `UV_EINVAL` for other modes, or what the
/// system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/pipe.html#c.uv_pipe_chmod>.
///
/// # Safety
/// `handle` is NULL or initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_pipe_chmod(handle: *mut uv_pipe_t, flags: c_int) -> c_int {
    // SAFETY: our caller's promise.
    let handle = unsafe { lend_any(handle) };
    to_status(chmod(handle, flags))
}
