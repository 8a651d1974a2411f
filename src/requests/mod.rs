//! The kinds of requests that need no handle.

#![forbid(unsafe_code)]

pub(crate) mod dns;
pub(crate) mod fs;
pub(crate) mod random;
pub(crate) mod work;
