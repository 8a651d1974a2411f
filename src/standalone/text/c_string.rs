//! Texts kept for C.

use libc::c_char;

use crate::core::alloc;
use crate::sys::errno::{Errno, UvResult};

/// A C string with these bytes, to be freed with [`alloc::free`].
pub(crate) fn copy(text: &[u8]) -> UvResult<*mut c_char> {
    let block = alloc::malloc(text.len() + 1).cast::<u8>();
    if block.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: the block has room for the text and its NUL.
    unsafe {
        block.copy_from_nonoverlapping(text.as_ptr(), text.len());
        block.add(text.len()).write(0);
    }
    Ok(block.cast())
}
