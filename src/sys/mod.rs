//! One module per facility of the operating system: safe signatures, plain values, no libuv notions.

pub(crate) mod abort;
pub(crate) mod cgroup;
pub(crate) mod clock;
pub(crate) mod cpu;
pub(crate) mod errno;
pub(crate) mod fd;
pub(crate) mod fs;
pub(crate) mod inotify;
pub(crate) mod interfaces;
pub(crate) mod memory;
pub(crate) mod net_address;
pub(crate) mod path;
pub(crate) mod prefetch;
pub(crate) mod process;
pub(crate) mod procfs;
pub(crate) mod random;
pub(crate) mod readiness;
pub(crate) mod resolver;
pub(crate) mod setting;
pub(crate) mod signal;
pub(crate) mod signal_mask;
mod sigpipe;
pub(crate) mod socket;
pub(crate) mod thread;
pub(crate) mod tty;
pub(crate) mod udp_socket;
pub(crate) mod worker_thread;
