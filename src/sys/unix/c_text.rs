//! C strings in places of a fixed size.

use std::ffi::CStr;
use std::fmt;
use std::io::Write;

use crate::sys::errno::{Errno, UvResult};

/// A path.
pub(crate) type PathText = CText<{ libc::PATH_MAX as usize }>;

/// A text of less than `N` bytes, and its NUL.
#[derive(Clone, Copy)]
pub(crate) struct CText<const N: usize> {
    bytes: [u8; N],
}

/// For texts of all sizes.
#[inline(never)]
fn print(mut room: &mut [u8], text: fmt::Arguments<'_>) -> UvResult {
    write!(room, "{text}\0").map_err(|_| Errno::ENAMETOOLONG)
}

/// For texts of all sizes.
#[inline(never)]
fn join(mut room: &mut [u8], pieces: &[&[u8]]) -> UvResult {
    for piece in pieces.iter().chain([&&b"\0"[..]]) {
        room.write_all(piece).map_err(|_| Errno::ENAMETOOLONG)?;
    }
    Ok(())
}

impl<const N: usize> CText<N> {
    /// `UV_ENAMETOOLONG` if it does not fit.
    pub(crate) fn of(text: fmt::Arguments<'_>) -> UvResult<CText<N>> {
        let mut bytes = [0; N];
        print(&mut bytes, text)?;
        Ok(CText { bytes })
    }

    /// One behind the other. `UV_ENAMETOOLONG` if they do not fit.
    pub(crate) fn joined(pieces: &[&[u8]]) -> UvResult<CText<N>> {
        let mut bytes = [0; N];
        join(&mut bytes, pieces)?;
        Ok(CText { bytes })
    }

    pub(crate) fn get(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_or_are_refused() {
        assert_eq!(CText::<8>::of(format_args!("{}-{}", 123, 456)).unwrap().get(), c"123-456");
        assert_eq!(CText::<8>::of(format_args!("{}-{}", 123, 4567)).err(), Some(Errno::ENAMETOOLONG));
        assert_eq!(CText::<8>::joined(&[b"123", b"", b"4567"]).unwrap().get(), c"1234567");
        assert_eq!(CText::<8>::joined(&[b"1234", b"5678"]).err(), Some(Errno::ENAMETOOLONG));
    }
}
