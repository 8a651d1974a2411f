//! Files: the system calls on paths, on descriptors and on the contents of files.
//!
//! Interrupted calls answer `EINTR`; whether to repeat is the caller's choice.

pub(crate) use crate::sys::unix::fs::{file, io, path};

pub(crate) mod cached;
pub(crate) mod copy;
pub(crate) mod dir;
mod mount;
mod root_mount;
pub(crate) mod stat;
