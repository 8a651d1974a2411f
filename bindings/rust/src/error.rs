//! Errors by libuv's codes.
#![forbid(unsafe_code)]

use std::ffi::c_int;
use std::{fmt, io};

use crate::raw::text;

/// What this crate's operations end with.
pub type Result<T> = std::result::Result<T, Error>;

/// An error of libuv.
///
/// ```
/// let error = uv::Error::ENOENT;
/// assert_eq!(error.name(), "ENOENT");
/// assert_eq!(error.message(), "no such file or directory");
/// assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::NotFound);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Error(c_int);

/// The codes that are the system's, negated, and those that are libuv's own.
macro_rules! codes {
    ($($system:ident)*; $($own:ident = $code:literal)*) => {
        #[allow(missing_docs)]
        impl Error {
            $(pub const $system: Error = Error(-libc::$system);)*
            $(pub const $own: Error = Error($code);)*
        }
    };
}

codes! {
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBUSY ECANCELED ECONNABORTED ECONNREFUSED
    ECONNRESET EDESTADDRREQ EEXIST EFAULT EFBIG EHOSTDOWN EHOSTUNREACH EILSEQ EINTR EINVAL EIO EISCONN EISDIR ELOOP
    EMFILE EMLINK EMSGSIZE ENAMETOOLONG ENETDOWN ENETUNREACH ENFILE ENOBUFS ENODATA ENODEV ENOENT ENOEXEC ENOMEM
    ENOPROTOOPT ENOSPC ENOSYS ENOTCONN ENOTDIR ENOTEMPTY ENOTSOCK ENOTSUP ENOTTY ENXIO EOVERFLOW EPERM EPIPE EPROTO
    EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS ESHUTDOWN ESOCKTNOSUPPORT ESPIPE ESRCH ETIMEDOUT ETXTBSY EXDEV;
    EAI_ADDRFAMILY = -3000 EAI_AGAIN = -3001 EAI_BADFLAGS = -3002 EAI_CANCELED = -3003 EAI_FAIL = -3004
    EAI_FAMILY = -3005 EAI_MEMORY = -3006 EAI_NODATA = -3007 EAI_NONAME = -3008 EAI_OVERFLOW = -3009
    EAI_SERVICE = -3010 EAI_SOCKTYPE = -3011 EAI_BADHINTS = -3013 EAI_PROTOCOL = -3014
    EFTYPE = -4028 ECHARSET = -4080 UNKNOWN = -4094 EOF = -4095
}

/// Below it the codes are libuv's own.
const LAST_OF_THE_SYSTEM: c_int = -3000;

impl Error {
    /// The error with a code of libuv's; `None` unless it is negative.
    pub fn from_code(code: i32) -> Option<Error> {
        (code < 0).then_some(Error(code))
    }

    /// libuv's code, which is negative.
    pub fn code(self) -> i32 {
        self.0
    }

    /// libuv's name of it, without `UV_`: `"EPIPE"`.
    pub fn name(self) -> String {
        text::error_name(self.0)
    }

    /// What it means, in English.
    pub fn message(self) -> String {
        text::error_message(self.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.message())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({}: {})", self.0, self.name())
    }
}

impl std::error::Error for Error {}

impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        match error {
            Error::EOF => io::Error::new(io::ErrorKind::UnexpectedEof, error),
            Error(code) if code > LAST_OF_THE_SYSTEM => io::Error::from_raw_os_error(-code),
            _ => io::Error::other(error),
        }
    }
}

/// A status of C's: an error if it is negative, else a result.
pub(crate) fn check(status: c_int) -> Result<c_int> {
    if status < 0 { Err(Error(status)) } else { Ok(status) }
}

/// As [`check`], for sizes.
pub(crate) fn check_size(result: isize) -> Result<usize> {
    usize::try_from(result).map_err(|_| Error(c_int::try_from(result).unwrap_or(Error::UNKNOWN.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The constants are the library's numbers: it has the same name for each.
    #[test]
    fn names_are_the_librarys() {
        for (error, name) in [
            (Error::EOF, "EOF"),
            (Error::UNKNOWN, "UNKNOWN"),
            (Error::ECHARSET, "ECHARSET"),
            (Error::EFTYPE, "EFTYPE"),
            (Error::EAI_NONAME, "EAI_NONAME"),
            (Error::EAI_PROTOCOL, "EAI_PROTOCOL"),
            (Error::EAI_ADDRFAMILY, "EAI_ADDRFAMILY"),
            (Error::ECANCELED, "ECANCELED"),
            (Error::ENOTSUP, "ENOTSUP"),
        ] {
            assert_eq!(error.name(), name);
        }
    }

    #[test]
    fn becomes_an_error_of_the_standard_library() {
        assert_eq!(io::Error::from(Error::EPIPE).kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(io::Error::from(Error::EOF).kind(), io::ErrorKind::UnexpectedEof);
        let name = io::Error::from(Error::EAI_NONAME);
        assert_eq!(name.to_string(), Error::EAI_NONAME.to_string());
    }
}
