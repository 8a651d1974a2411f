//! Memory of this process of which it is not certain that it is there.

use libc::iovec;

use crate::sys::errno::{UvResult, check_size};
use crate::sys::identity;

/// Copies what is at `address`, or the first part of it that is there. Some sandboxes refuse it.
pub(crate) fn read(address: usize, bytes: &mut [u8]) -> UvResult<usize> {
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
    use crate::sys::errno::Errno;

    #[test]
    fn what_is_there_is_read_and_what_is_not_is_an_error() {
        let known = *b"known bytes";
        let mut bytes = [0; 11];
        assert_eq!(read(&raw const known as usize, &mut bytes), Ok(11));
        assert_eq!(bytes, known);
        assert_eq!(read(0x10, &mut bytes), Err(Errno::EFAULT));
    }
}
