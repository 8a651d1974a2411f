//! What needs no loop: threads, locks, the system, names, texts, errors.
#![forbid(unsafe_code)]

pub(crate) mod dl;
pub(crate) mod errors;
pub(crate) mod inet;
pub(crate) mod interfaces;
pub(crate) mod os;
pub(crate) mod sync;
pub(crate) mod text;
pub(crate) mod thread;
pub(crate) mod time;
pub(crate) mod version;
