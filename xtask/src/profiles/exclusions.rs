//! Tests that a profile takes the ground from. `cargo xtask profiles --excluded` runs them all the same,
//! and says which of them would pass.

/// Tests (globs, for the runner) that are left out under some profiles, and why.
pub(super) struct Exclusion {
    /// A profile's name, or its beginning with a `*` behind it.
    pub(super) profiles: &'static [&'static str],
    pub(super) tests: &'static [&'static str],
    pub(super) reason: &'static str,
}

pub(super) const ALL: &[Exclusion] = &[
    Exclusion {
        profiles: &["pool-1"],
        tests: &["thread_name_threadpool"],
        reason: "waits until it has seen the four workers of the usual pool",
    },
    Exclusion {
        profiles: &["fds-*"],
        tests: &["spawn_first_with*_descriptor*", "spawn_without_descriptors", "fs_event_without_getrandom"],
        reason: "sets a higher limit itself",
    },
    Exclusion {
        profiles: &["fds-8", "fds-10", "fds-12"],
        tests: &["inspect_*", "trace_*", "watchdog_*"],
        reason: "who looks needs descriptors as well: for clients, and for the files that have the names",
    },
    Exclusion {
        profiles: &["fds-12"],
        tests: &["oom_spawn"],
        reason: "its child's 12 descriptors are moved by way of a 13th: UV_EINVAL from fcntl, as in libuv",
    },
    Exclusion {
        profiles: &["fds-8"],
        tests: &["oom_pipe", "oom_tcp"],
        reason: "asks at its end for a connection, where all were shed",
    },
];

/// Tests in which somebody waits for a connection, or a descriptor in a message. With too few descriptors the
/// server sheds the one (as libuv does) and the kernel drops the other, and the test waits in vain. It may,
/// asleep; it still may not crash or spin.
const MAY_WAIT: &[&str] = &[
    "getsockname_tcp",
    "multiple_listen",
    "pipe_accepted_seqpacket_keeps_messages",
    "pipe_connect_multiple",
    "pipe_sendmsg",
    "pipe_write_cancel_ipc",
    "poll_oob",
    "stream_reads_past_urgent_byte_taken_meanwhile",
    "tcp_alloc_cb_fail",
    "tcp_close_accept",
    "tcp_close_reset_*",
    "tcp_create_early_accept",
    "tcp_oob",
    "tcp_read_stop_start",
    "tcp_try_write_error",
    "tcp_unexpected_read",
    "tcp_write_in_read_cb_backend_timeout",
    "tcp_write_nwritten",
    "tcp_write_queue_order",
    "tcp_write_to_half_open_connection",
];

pub(super) fn may_wait(test: &str) -> bool {
    MAY_WAIT.iter().any(|pattern| super::fits(pattern, test))
}

impl Exclusion {
    pub(super) fn is_for(&self, profile: &str) -> bool {
        self.profiles.iter().any(|pattern| super::fits(pattern, profile))
    }
}
