//! Copying from descriptor to descriptor.

use libc::{c_int, size_t};

use super::request::{Subject, begin, post};
use crate::abi::*;
use crate::sys::errno::{Errno, UvResult, retry, to_int};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::fs::{copy, io};
use crate::sys::wide::off_t;

/// Sends `len` bytes of `input`, from `offset` on, to the position of `output`. Returns how many it
/// were, and may stop early.
pub(super) fn transfer(output: c_int, input: c_int, offset: off_t, len: usize) -> UvResult<usize> {
    match copy::copy_range(input, offset, output, len)? {
        Some(copied) if copied > 0 => return Ok(copied),
        // The end of the file, or one like those of /proc, whose size says nothing.
        _ => {}
    }
    let mut sent = 0;
    while sent < len {
        match copy::sendfile(output, input, offset.saturating_add(sent as off_t), len - sent) {
            Ok(0) => break,
            Ok(count) => sent += count,
            Err(Errno::EAGAIN) => copy::wait_writable(output)?,
            Err(_) if sent > 0 => break,
            Err(Errno::EINVAL | Errno::EIO | Errno::ENOTSOCK | Errno::EXDEV | Errno::ESPIPE) => {
                return through_buffer(output, input, offset, len);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}

/// Reads and writes. A read that fails after some data was sent only ends the transfer; a write that
/// fails loses data that was read, and is always an error.
fn through_buffer(output: c_int, input: c_int, offset: off_t, len: usize) -> UvResult<usize> {
    let mut buf = [0; 8192];
    let mut sent = 0;
    let mut has_offsets = true;
    while sent < len {
        let wanted = buf.len().min(len - sent);
        let chunk = buf.get_mut(..wanted).unwrap_or_default();
        let from = if has_offsets { offset.saturating_add(sent as off_t) } else { -1 };
        let count = match retry(|| io::read_slice(input, chunk, from)) {
            Ok(0) => break,
            Ok(count) => count,
            Err(Errno::EIO | Errno::ESPIPE) if has_offsets && sent == 0 => {
                has_offsets = false; // a pipe
                continue;
            }
            Err(error) if sent == 0 => return Err(error),
            Err(_) => break,
        };
        let mut rest = chunk.get(..count).unwrap_or_default();
        while !rest.is_empty() {
            match retry(|| io::write_slice(output, rest)) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(Errno::EAGAIN) => copy::wait_writable(output)?,
                Err(error) => return Err(error),
            }
        }
        sent += count;
    }
    Ok(sent)
}

/// # Safety
/// `req` was set up by [`uv_fs_sendfile`].
pub(super) unsafe fn send(req: *mut uv_fs_t) -> UvResult<usize> {
    // SAFETY: the caller's promise.
    unsafe {
        let len = (*req).bufsml[0].len;
        let sent = transfer((*req).file, (*req).flags, (*req).off, len)?;
        (*req).off = (*req).off.saturating_add(sent as off_t);
        Ok(sent)
    }
}

/// Sends `length` bytes of `in_fd`, from `in_offset` on, to `out_fd`, at its position.
///
/// Returns the number of bytes sent, `UV_EINVAL` if `length` is more than one call can move, or
/// another error; with a callback 0, and the request has the result. Loop thread only with a
/// callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_sendfile>.
///
/// # Safety
/// `req` is not under way and stays until its callback; the loop, needed with a callback, is
/// initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_sendfile(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    out_fd: uv_file,
    in_fd: uv_file,
    in_offset: i64,
    length: size_t,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise. The input and the length stand in fields without a use here.
    to_int(unsafe {
        begin(r#loop, req, UV_FS_SENDFILE, cb, Subject::File(out_fd)).and_then(|()| {
            if length > MAX_IO_BYTES {
                return Err(Errno::EINVAL);
            }
            (*req).flags = in_fd;
            (*req).off = in_offset;
            (&raw mut (*req).bufsml)
                .cast::<uv_buf_t>()
                .write(uv_buf_t { base: std::ptr::null_mut(), len: length });
            post(req)
        })
    })
}
