//! The kinds of handles: one module for each page of libuv's documentation.

#![forbid(unsafe_code)]

pub(crate) mod accept;
pub(crate) mod async_;
pub(crate) mod fs_event;
pub(crate) mod fs_poll;
pub(crate) mod guess;
pub(crate) mod idle;
pub(crate) mod pipe;
pub(crate) mod poll;
pub(crate) mod process;
pub(crate) mod signal;
pub(crate) mod stream;
pub(crate) mod tcp;
pub(crate) mod timer;
pub(crate) mod tty;
pub(crate) mod udp;
