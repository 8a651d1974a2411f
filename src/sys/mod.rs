//! One module per facility of the operating system: safe signatures, plain values, no libuv notions.

pub(crate) mod abort;
pub(crate) mod arguments;
pub(crate) mod at_fork;
pub(crate) mod brief_lock;
pub(crate) mod c_text;
pub(crate) mod cgroup;
pub(crate) mod clock;
pub(crate) mod cpu;
pub(crate) mod dl;
pub(crate) mod environ;
pub(crate) mod errno;
pub(crate) mod fd;
pub(crate) mod fd_text;
pub(crate) mod folder;
pub(crate) mod fork;
pub(crate) mod fork_lock;
pub(crate) mod fs;
pub(crate) mod futex;
pub(crate) mod identity;
pub(crate) mod inotify;
pub(crate) mod inspect_socket;
pub(crate) mod interfaces;
pub(crate) mod lines;
pub(crate) mod local;
pub(crate) mod locks;
pub(crate) mod machine;
pub(crate) mod mapped;
pub(crate) mod may_lack;
pub(crate) mod memory;
pub(crate) mod net_address;
<<<<<<< HEAD
pub(crate) mod pages;
=======
pub(crate) mod own_memory;
>>>>>>> b1c868a (Name who holds a loop or keeps jobs from the workers, as it happens: UV_WATCHDOG)
#[cfg(uv_own_panic)]
mod panicked;
pub(crate) mod path;
pub(crate) mod piece_list;
pub(crate) mod prefetch;
pub(crate) mod process;
pub(crate) mod procfs;
pub(crate) mod random;
pub(crate) mod readiness;
pub(crate) mod refusal;
pub(crate) mod resolver;
pub(crate) mod rights;
pub(crate) mod setting;
pub(crate) mod signal;
pub(crate) mod signal_mask;
mod sigpipe;
pub(crate) mod socket;
pub(crate) mod symbols;
pub(crate) mod thread;
pub(crate) mod timed_wait;
pub(crate) mod tty;
pub(crate) mod udp_socket;
pub(crate) mod users;
pub(crate) mod watched;
pub(crate) mod wide;
pub(crate) mod worker_thread;
