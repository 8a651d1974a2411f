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

/// Whether the word at `address` can be read. Safe in signal handlers, and no sandbox refuses it: a set of signals
/// is read from there, and then an operation asked for that does not exist.
pub(crate) fn is_readable(address: usize) -> bool {
    const NO_OPERATION: libc::c_int = !0;
    const SIZE: usize = 8;
    let aligned = address & !(SIZE - 1);
    // SAFETY: the system reads eight bytes, or answers that it cannot; the mask stays as it is.
    let answer = check_size(unsafe {
        libc::syscall(
            libc::SYS_rt_sigprocmask,
            NO_OPERATION,
            aligned,
            std::ptr::null_mut::<libc::c_void>(),
            SIZE,
        )
    } as libc::ssize_t);
    answer == Err(crate::sys::errno::Errno::EINVAL)
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
        assert!(is_readable(&raw const known as usize));
        assert!(!is_readable(0x10) && !is_readable(usize::MAX));
    }
}
