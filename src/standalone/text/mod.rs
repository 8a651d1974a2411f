//! Text encodings: the string functions of libuv's "Miscellaneous utilities", and host names.
//! Also the copies of texts that handles and requests keep.
#![forbid(unsafe_code)]

pub(crate) mod c_string;
pub(crate) mod idna;
pub(crate) mod wtf8;
