//! Writing to FIFOs without SIGPIPE: sockets have a flag for it, other files need this.

use std::mem::{MaybeUninit, zeroed};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::{c_int, c_long, iovec, ssize_t, timespec};

use crate::sys::errno::Errno;
use crate::sys::errno_place;

/// `pwritev2` flag of Linux 6.18: no signal when the reader is gone.
const RWF_NOSIGNAL: c_int = 0x100;

/// Whether the kernel may know the call and the flag: true until it says otherwise.
static FLAG_KNOWN: AtomicBool = AtomicBool::new(true);

/// As `writev(2)`, but EPIPE comes without a signal.
///
/// # Safety
/// `iov` points to `count` pieces of readable memory.
pub(in crate::sys) unsafe fn writev(fd: c_int, iov: *const iovec, count: c_int) -> ssize_t {
    if !FLAG_KNOWN.load(Relaxed) {
        // SAFETY: `count` readable pieces are at `iov` until this returns.
        return unsafe { writev_masked(fd, iov, count) };
    }
    // By number: musl before 1.2.5 has no function for it. The kernel takes the offset in two words, and -1 is the
    // file's own position.
    let (own, flags): (c_long, c_long) = (-1, RWF_NOSIGNAL.into()); // whole words: half a one is read whole
    // SAFETY: `count` readable pieces are at `iov`.
    let written = unsafe { libc::syscall(libc::SYS_pwritev2, fd, iov, count, own, own, flags) as ssize_t };
    if written >= 0 || !Errno::last().may_mean_absent() {
        return written;
    }
    // The file itself may refuse. Then it does so again.
    let refusal = Errno::last();
    // SAFETY: the pieces at `iov` are only read, and still there for a second attempt.
    let written = unsafe { writev_masked(fd, iov, count) };
    if written >= 0 || Errno::last() != refusal {
        FLAG_KNOWN.store(false, Relaxed);
    }
    written
}

/// Writes with SIGPIPE blocked and takes back the one that the write raised.
///
/// # Safety
/// As for [`writev`].
unsafe fn writev_masked(fd: c_int, iov: *const iovec, count: c_int) -> ssize_t {
    // SAFETY: the sets are initialised by sigemptyset and the calls themselves; zero is a valid timespec;
    // `count` readable pieces are at `iov`; errno is the calling thread's own.
    unsafe {
        let mut sigpipe = MaybeUninit::uninit();
        let mut pending = MaybeUninit::uninit();
        let mut previous = MaybeUninit::uninit();
        libc::sigemptyset(sigpipe.as_mut_ptr());
        libc::sigaddset(sigpipe.as_mut_ptr(), libc::SIGPIPE);
        libc::sigemptyset(pending.as_mut_ptr());
        libc::sigpending(pending.as_mut_ptr());
        if libc::sigismember(pending.as_ptr(), libc::SIGPIPE) == 1 {
            return libc::writev(fd, iov, count); // blocked, and one is waiting already
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, sigpipe.as_ptr(), previous.as_mut_ptr());
        let written = libc::writev(fd, iov, count);
        let errno = errno_place::get();
        if written < 0 && errno == libc::EPIPE {
            let no_wait: timespec = zeroed();
            libc::sigtimedwait(sigpipe.as_ptr(), null_mut(), &raw const no_wait);
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, previous.as_ptr(), null_mut());
        errno_place::set(errno);
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsRawFd;

    /// SIGPIPE is ignored by Rust's runtime, so give it a default action that would kill the test.
    fn broken_pipe(write: unsafe fn(c_int, *const iovec, c_int) -> ssize_t) {
        // SAFETY: descriptors and memory are the test's own.
        unsafe {
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            let [reader, writer] = crate::sys::fd::owned_pipe(0).expect("a pipe");
            let piece = iovec { iov_base: c"x".as_ptr().cast_mut().cast(), iov_len: 1 };
            assert_eq!(write(writer.as_raw_fd(), &raw const piece, 1), 1);
            drop(reader);
            assert_eq!(write(writer.as_raw_fd(), &raw const piece, 1), -1);
            assert_eq!(errno_place::get(), libc::EPIPE);
        }
    }

    #[test]
    fn a_broken_pipe_raises_no_signal() {
        broken_pipe(writev);
        broken_pipe(writev_masked);
    }
}
