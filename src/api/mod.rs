//! What is the same for all kinds, as C sees it: loops, handles, requests. Knows every kind.

mod async_;
mod dl;
mod dns;
mod errors;
mod fs;
mod fs_event;
pub(crate) mod handle;
mod idle;
mod inet;
mod interfaces;
pub(crate) mod kinds;
pub(crate) mod loop_;
pub(crate) mod metrics;
mod os;
mod poll;
pub(crate) mod process;
mod random;
pub(crate) mod request;
pub(crate) mod signal;
mod sync;
mod text;
mod thread;
mod time;
mod timer;
mod udp;
mod version;
mod work;
