//! The names of pipes: paths, and Linux's abstract names.

#![forbid(unsafe_code)]

use std::os::fd::{AsRawFd, OwnedFd};

use libc::{c_int, c_uint, mode_t};

use crate::abi::*;
use crate::core::memory::out_text::OutText;
use crate::core::memory::text::Text;
use crate::core::state::handle::{self, flags};
use crate::handles::stream::{self, Nature};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::net_address::Side;
use crate::sys::socket::UnixAddress;
use crate::sys::{fd, path, socket};

/// Checks a name and cuts it to what an address holds.
pub(crate) fn checked(name: Option<&[u8]>, options: c_uint) -> UvResult<&[u8]> {
    let Some(name) = name.filter(|_| options & !(UV_PIPE_NO_TRUNCATE as c_uint) == 0) else {
        return Err(Errno::EINVAL);
    };
    // In abstract names, which begin with NUL, it has no meaning further on.
    if name.first().is_some_and(|&byte| byte != 0) && name.contains(&0) {
        return Err(Errno::EINVAL);
    }
    match name.get(..socket::MAX_UNIX_PATH) {
        Some(cut) if cut.len() < name.len() && options != 0 => Err(Errno::EINVAL),
        Some(cut) => Ok(cut),
        None => Ok(name),
    }
}

/// uv_pipe_bind2.
pub(crate) fn bind(pipe: &uv_pipe_t, name: UvResult<&[u8]>) -> UvResult {
    let name = name?;
    if pipe.fd() >= 0 || handle::is_closing(pipe) {
        return Err(Errno::EINVAL);
    }
    // A name in the file system is removed at close, abstract ones go by themselves.
    let is_file = name.first().is_some_and(|&byte| byte != 0);
    let kept = if is_file { Some(Text::copy(name)?) } else { None };
    // As on Windows.
    let new =
        bound_socket(name).map_err(|error| if error == Errno::ENOENT { Errno::EACCES } else { error })?;
    stream::take(pipe, new, flags::BOUND, Nature::STREAM_SOCKET)?;
    if let Some(kept) = kept {
        pipe.pipe_fname.put(kept);
    }
    Ok(())
}

fn bound_socket(name: &[u8]) -> UvResult<OwnedFd> {
    let new = socket::owned_socket(libc::AF_UNIX, libc::SOCK_STREAM)?;
    socket::unix_address(name).get().bind(new.as_raw_fd())?;
    Ok(new)
}

/// The socket's or its peer's name. Names of files end with NUL, which is not counted in the size unless
/// there is no room (`UV_ENOBUFS`).
#[inline(never)]
pub(crate) fn address(pipe: &uv_pipe_t, side: Side, out: OutText<'_>) -> UvResult {
    let found = match stream::descriptor(pipe).and_then(|descriptor| UnixAddress::of(descriptor, side)) {
        Ok(found) => found,
        Err(error) => {
            out.write_none();
            return Err(error);
        }
    };
    if found.is_file() { out.write(found.name()) } else { out.write_bytes(found.name()) }
}

/// uv_pipe_chmod.
pub(crate) fn chmod(pipe: Option<&uv_pipe_t>, mode: c_int) -> UvResult {
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
    let name = UnixAddress::of(stream::descriptor(pipe)?, Side::Own)?;
    path::set_mode(&Text::copy(name.name())?, wanted)
}
