//! Telling what a descriptor is.

#![forbid(unsafe_code)]

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::state::handle::flags;
use crate::sys::errno::UvResult;
use crate::sys::{fd, socket, tty as terminal};

/// The kind of handle that suits a descriptor.
pub(crate) fn guess_handle(file: c_int) -> uv_handle_type {
    if file < 0 {
        return UV_UNKNOWN_HANDLE;
    }
    if terminal::is_terminal(file) {
        return UV_TTY;
    }
    match fd::file_type(file) {
        Ok(libc::S_IFREG | libc::S_IFCHR) => UV_FILE,
        Ok(libc::S_IFIFO) => UV_NAMED_PIPE,
        Ok(libc::S_IFSOCK) => guess_socket(file).unwrap_or(UV_UNKNOWN_HANDLE),
        _ => UV_UNKNOWN_HANDLE,
    }
}

fn guess_socket(file: c_int) -> UvResult<uv_handle_type> {
    let kind = socket::kind(file)?;
    let domain = socket::int_option(file, libc::SOL_SOCKET, libc::SO_DOMAIN)?;
    Ok(match (kind, domain) {
        (libc::SOCK_DGRAM, libc::AF_INET | libc::AF_INET6) => UV_UDP,
        (libc::SOCK_STREAM, libc::AF_INET | libc::AF_INET6) => UV_TCP,
        (libc::SOCK_STREAM, libc::AF_UNIX) => UV_NAMED_PIPE,
        _ => UV_UNKNOWN_HANDLE,
    })
}

/// What a descriptor opened with this `O_ACCMODE` allows.
pub(crate) fn access_flags(access: c_int) -> c_uint {
    let readable = if access == libc::O_WRONLY { 0 } else { flags::READABLE };
    let writable = if access == libc::O_RDONLY { 0 } else { flags::WRITABLE };
    readable | writable
}
