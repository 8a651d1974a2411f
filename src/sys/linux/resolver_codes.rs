//! Answers of the resolver that not all C libraries have, nor the libc crate a name for: glibc's numbers.

use libc::c_int;

use crate::abi::{UV_EAI_ADDRFAMILY, UV_EAI_CANCELED};

const EAI_ADDRFAMILY: c_int = -9;
const EAI_CANCELED: c_int = -101;

/// The libuv code for such an answer.
pub(crate) fn code(answer: c_int) -> Option<c_int> {
    match answer {
        EAI_ADDRFAMILY => Some(UV_EAI_ADDRFAMILY),
        EAI_CANCELED => Some(UV_EAI_CANCELED),
        _ => None,
    }
}
