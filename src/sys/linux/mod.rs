//! Linux: what POSIX does not describe, or Linux does better; the rest is as on any Unix.

pub(crate) use super::unix::{
    abort, arguments, at_fork, brief_lock, c_text, clock, dl, environ, errno, fd, folder, fork, fork_lock,
    identity, lines, local, locks, machine, mapped, may_lack, net_address, path, piece_list, prefetch,
    refusal, resolver, rights, setting, signal, signal_mask, socket, thread, tty, users, worker_thread,
};

pub(crate) mod cgroup;
pub(crate) mod cpu;
pub(crate) mod errno_place;
pub(crate) mod fd_text;
pub(crate) mod fs;
pub(crate) mod futex;
pub(crate) mod inotify;
pub(crate) mod inspect_socket;
pub(crate) mod interfaces;
pub(crate) mod memory;
pub(crate) mod more_rights;
pub(crate) mod ours;
pub(crate) mod own_memory;
pub(crate) mod own_table;
pub(crate) mod pages;
#[cfg(uv_own_panic)]
mod panicked;
pub(crate) mod probes;
pub(crate) mod process;
pub(crate) mod procfs;
pub(crate) mod random;
pub(crate) mod readiness;
pub(crate) mod resolver_codes;
pub(crate) mod sigpipe;
pub(crate) mod socket_tables;
pub(crate) mod stack;
pub(crate) mod symbols;
pub(crate) mod timed_wait;
pub(crate) mod udp_groups;
pub(crate) mod udp_socket;
pub(crate) mod waits;
pub(crate) mod wide;
