//! One module per facility of the operating system: safe signatures, plain values, no libuv notions.

pub(crate) mod abort;
pub(crate) mod clock;
pub(crate) mod errno;
