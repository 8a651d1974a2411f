//! Texts kept for C.
#![forbid(unsafe_code)]

use libc::c_char;

use crate::core::text::Text;
use crate::sys::errno::UvResult;

/// A C string with these bytes, to be freed with `alloc::free`.
pub(crate) fn copy(text: &[u8]) -> UvResult<*mut c_char> {
    Text::copy(text).map(Text::into_raw)
}
