//! Text encodings: the string functions of libuv's "Miscellaneous utilities", and host names.

pub(crate) mod idna;
mod wtf8;
