//! Memory of this process of which it is not certain that it is there.

use std::os::fd::AsRawFd;

use libc::iovec;

use crate::sys::errno::{Errno, UvResult, check_size};
use crate::sys::{fd, identity};

/// Copies what is at `address`, or the first part of it that is there. Some sandboxes refuse it.
pub(crate) fn read(address: usize, bytes: &mut [u8]) -> UvResult<usize> {
    match read_by_call(address, bytes) {
        Err(error) if error.may_mean_absent() => read_by_file(address, bytes),
        other => other,
    }
}

fn read_by_file(address: usize, bytes: &mut [u8]) -> UvResult<usize> {
    let file = fd::open(c"/proc/self/mem", libc::O_RDONLY)?;
    // Where nothing is mapped it is an error of the device.
    fd::read_bytes_at(file.as_raw_fd(), bytes, address as u64)
        .map_err(|error| if error == Errno::EIO { Errno::EFAULT } else { error })
}

fn read_by_call(address: usize, bytes: &mut [u8]) -> UvResult<usize> {
    let here = iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    let there = iovec { iov_base: address as *mut _, iov_len: bytes.len() };
    // SAFETY: the system writes to `bytes` alone, and answers an error where nothing can be read.
    check_size(unsafe {
        libc::process_vm_readv(identity::process(), &raw const here, 1, &raw const there, 1, 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_read_and_what_is_not_is_an_error() {
        for read in [read, read_by_file] {
            let known = *b"known bytes";
            let mut bytes = [0; 11];
            assert_eq!(read(&raw const known as usize, &mut bytes), Ok(11));
            assert_eq!(bytes, known);
            assert_eq!(read(0x10, &mut bytes), Err(Errno::EFAULT));
        }
    }
}
