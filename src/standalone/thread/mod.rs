//! Threads: libuv's "Threading and synchronization utilities", first part.
#![forbid(unsafe_code)]

pub(crate) mod affinity;
pub(crate) mod local;
pub(crate) mod names;
pub(crate) mod priority;
pub(crate) mod threads;
