//! The system and this process: the larger part of libuv's "Miscellaneous utilities".
#![forbid(unsafe_code)]

pub(crate) mod cpu;
pub(crate) mod environ;
pub(crate) mod memory;
pub(crate) mod path;
pub(crate) mod process;
pub(crate) mod system;
pub(crate) mod title;
pub(crate) mod users;

pub(crate) use title::forget as forget_title;
