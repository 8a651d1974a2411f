//! Error codes: libuv's negative numbers as a type, and the two ways to get one from the system.

use std::num::NonZero;

use libc::{c_int, ssize_t};

use crate::sys::errno_place;

/// A libuv error code: always negative, such as `UV_EINVAL`. As it is never 0, `UvResult` is a number just as in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Errno(NonZero<c_int>);

/// What every fallible function inside the library returns.
pub(crate) type UvResult<T = ()> = Result<T, Errno>;

macro_rules! system_codes {
    ($($name:ident)*) => {
        #[allow(dead_code, reason = "the table is complete so that no caller spells a number")]
        impl Errno {
            $(pub(crate) const $name: Errno = known(-libc::$name);)*
        }
    };
}

system_codes! {
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBUSY ECANCELED
    ECHILD ECONNABORTED ECONNREFUSED ECONNRESET EDESTADDRREQ EDOM EEXIST EFAULT EFBIG EHOSTUNREACH
    EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMSGSIZE ENAMETOOLONG ENETDOWN
    ENETUNREACH ENFILE ENOBUFS ENODATA ENODEV ENOENT ENOMEM ENOPROTOOPT ENOSPC ENOSYS ENOTCONN
    ENOTDIR ENOTEMPTY ENOTSOCK ENOTSUP ENOTTY ENXIO EOVERFLOW EPERM EPIPE EPROTO EPROTONOSUPPORT
    EPROTOTYPE ERANGE EROFS ESPIPE ESRCH ETIMEDOUT ETXTBSY EXDEV
}

#[allow(dead_code, reason = "the table is complete so that no caller spells a number")]
impl Errno {
    /// `UV_EOF`: the stream has ended. Not an errno of the system.
    pub(crate) const EOF: Errno = known(-4095);
    /// `UV_UNKNOWN`.
    pub(crate) const UNKNOWN: Errno = known(-4094);
    /// `UV_ECHARSET`: text that the wanted encoding cannot hold.
    pub(crate) const ECHARSET: Errno = known(-4080);

    /// The code for a positive errno of the system; 0 or less has no meaning there.
    pub(crate) fn from_raw_os(errno: c_int) -> Errno {
        match NonZero::new(errno.wrapping_neg()) {
            Some(code) if errno > 0 => Errno(code),
            _ => Errno::UNKNOWN,
        }
    }

    /// The code for a number that is already libuv's (negative).
    pub(crate) fn from_code(code: c_int) -> Errno {
        match NonZero::new(code) {
            Some(negative) if code < 0 => Errno(negative),
            _ => Errno::UNKNOWN,
        }
    }

    /// The calling thread's errno. Read it right after the call that set it.
    pub(crate) fn last() -> Errno {
        Errno::from_raw_os(errno_place::get())
    }

    /// Whether a system call that answers this may not be there: kernels that lack it, or a flag of it,
    /// sandboxes and emulators answer all of these. So may, for some calls, the file or process they are
    /// about: what is done instead tells that, and whether to remember.
    pub(crate) fn may_mean_absent(self) -> bool {
        matches!(self, Self::ENOSYS | Self::EPERM | Self::EACCES | Self::EINVAL | Self::ENOTSUP)
    }

    /// The negative number that C sees.
    pub(crate) fn code(self) -> c_int {
        self.0.get()
    }
}

/// For the constants.
const fn known(code: c_int) -> Errno {
    match NonZero::new(code) {
        Some(code) => Errno(code),
        None => panic!("0 is no error"), // when this is compiled
    }
}

impl From<std::io::Error> for Errno {
    #[cold]
    #[inline(never)]
    fn from(error: std::io::Error) -> Errno {
        error.raw_os_error().map_or(Errno::UNKNOWN, Errno::from_raw_os)
    }
}

/// The result of a system call that answers -1 and sets errno.
pub(crate) fn check(answer: c_int) -> UvResult<c_int> {
    if answer < 0 { Err(Errno::last()) } else { Ok(answer) }
}

/// The same for calls that return a size.
pub(crate) fn check_size(answer: ssize_t) -> UvResult<usize> {
    usize::try_from(answer).map_err(|_| Errno::last())
}

/// The result of a call that answers the error itself, as the pthread functions do.
pub(crate) fn check_returned(answer: c_int) -> UvResult {
    if answer == 0 { Ok(()) } else { Err(Errno::from_raw_os(answer)) }
}

/// Repeats a call for as long as a signal interrupts it.
pub(crate) fn retry<T>(mut call: impl FnMut() -> UvResult<T>) -> UvResult<T> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            other => return other,
        }
    }
}

/// Runs `act` and leaves the calling thread's errno as it was.
pub(crate) fn preserved<T>(act: impl FnOnce() -> T) -> T {
    let saved = errno_place::get();
    let result = act();
    errno_place::set(saved);
    result
}

/// [`preserved`], with one look for the place: quicker, where keeping it in mind costs the caller nothing.
#[inline(always)]
pub(crate) fn preserved_at_once<T>(act: impl FnOnce() -> T) -> T {
    errno_place::with(|errno| {
        let saved = errno.get();
        let result = act();
        errno.set(saved);
        result
    })
}

/// The only place where a result becomes a C status.
pub(crate) fn to_status(result: UvResult) -> c_int {
    result.map_or_else(Errno::code, |()| 0)
}

/// The same for results that carry a number which C gets as an `int`.
pub(crate) fn to_int(result: UvResult<c_int>) -> c_int {
    result.unwrap_or_else(Errno::code)
}

/// The same for byte counts; one that an `int` cannot hold is cut to `INT_MAX`.
pub(crate) fn to_count(result: UvResult<usize>) -> c_int {
    result.map_or_else(Errno::code, |n| c_int::try_from(n).unwrap_or(c_int::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_negative_errnos() {
        assert_eq!(Errno::EINVAL.code(), -libc::EINVAL);
        assert_eq!(Errno::from_raw_os(libc::EPIPE), Errno::EPIPE);
        assert_eq!(Errno::from_raw_os(0), Errno::UNKNOWN);
        assert_eq!(to_status(Err(Errno::EOF)), -4095);
        assert_eq!(to_count(Ok(usize::MAX)), c_int::MAX);
    }

    #[test]
    fn retry_passes_over_interruptions() {
        let mut left = 3;
        let result = retry(|| {
            left -= 1;
            if left > 0 { Err(Errno::EINTR) } else { Ok(7) }
        });
        assert_eq!(result, Ok(7));
    }
}
