//! Copying from descriptor to descriptor.

#![forbid(unsafe_code)]

use libc::c_int;

use crate::sys::errno::{Errno, UvResult, retry};
use crate::sys::fs::{copy, io};
use crate::sys::wide::off_t;

/// What goes through memory of ours at once.
const BUFFER: usize = 8192;

/// Sends `len` bytes of `input`, from `offset` on, to the position of `output`. Returns how many it
/// were, and may stop early.
pub(super) fn transfer(output: c_int, input: c_int, offset: off_t, len: usize) -> UvResult<usize> {
    match copy::copy_range(input, offset, output, len)? {
        // The end of the file, or one like those of /proc, whose size says nothing.
        Some(0) => match without_copy_range(output, input, offset, len) {
            Err(Errno::EINVAL) => Ok(0), // so far on that there can be nothing
            other => other,
        },
        Some(copied) => Ok(copied),
        None => without_copy_range(output, input, offset, len),
    }
}

fn without_copy_range(output: c_int, input: c_int, offset: off_t, len: usize) -> UvResult<usize> {
    let mut sent = 0;
    // Also without a byte to send the system looks at the descriptors.
    while sent < len || len == 0 {
        match copy::sendfile(output, input, offset.saturating_add(sent as off_t), len - sent) {
            Ok(Some(0)) => break,
            Ok(Some(count)) => sent += count,
            Err(Errno::EAGAIN) => copy::wait_writable(output)?,
            Ok(None) | Err(_) if sent > 0 => break,
            Ok(None) if offset < 0 => return Err(Errno::EINVAL), // reads would take it for the input's position
            Ok(None) => return through_buffer(output, input, offset, len),
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}

/// Reads and writes. A read that fails after some data was sent only ends the transfer; a write that
/// fails loses data that was read, and is always an error.
fn through_buffer(output: c_int, input: c_int, offset: off_t, len: usize) -> UvResult<usize> {
    // Not on the stack, of which callers may have little.
    let mut buf = Vec::<u8>::new();
    buf.try_reserve_exact(BUFFER).map_err(|_| Errno::ENOMEM)?;
    buf.resize(BUFFER, 0);
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
