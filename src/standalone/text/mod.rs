//! Text encodings: the string functions of libuv's "Miscellaneous utilities", and host names.
#![forbid(unsafe_code)]

pub(crate) mod idna;
pub(crate) mod wtf8;
