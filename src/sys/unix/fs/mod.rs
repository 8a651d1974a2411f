//! Files, as far as POSIX goes.

pub(crate) mod dir;
pub(crate) mod file;
pub(crate) mod io;
pub(crate) mod path;
