//! One module per facility of the operating system: safe signatures, plain values, no libuv notions.

pub(crate) mod abort;
pub(crate) mod clock;
pub(crate) mod errno;
pub(crate) mod fd;
mod sigpipe;
pub(crate) mod socket;
pub(crate) mod thread;
