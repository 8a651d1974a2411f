//! Tests that cannot pass somewhere, whatever the library does. `cargo xtask cross --excluded` runs them all the
//! same, and says which would pass; `--control` runs all on libuv itself.

/// Tests (globs, for the runner) that are left out on some targets, and why.
pub struct Exclusion {
    pub targets: &'static [&'static str],
    pub tests: &'static [&'static str],
    pub reason: &'static str,
}

/// Those that an emulator runs.
const EMULATED: &[&str] = &["s390x", "aarch64", "armv7", "riscv64", "ppc64le"];

pub const ALL: &[Exclusion] = &[
    Exclusion {
        targets: &["musl-static"],
        tests: &[
            "getaddrinfo_basic*",
            "getaddrinfo_concurrent",
            "getaddrinfo_fail*",
            "metrics_pool_events",
            "oom_pool",
            "threadpool_multiple_event_loops",
        ],
        reason: "the suite's own getaddrinfo looks for the C library's, which a static program has no second of",
    },
    Exclusion {
        targets: &["musl", "musl-static"],
        tests: &["watchdog_cuts_no_sleep_short", "watchdog_tells_the_stack_of_a_thread_in_a_call"],
        reason: "this C library is built without tables for unwinding: who called its system call is not found",
    },
    Exclusion {
        targets: EMULATED,
        tests: &["bad_input_channel"],
        reason: "counts descriptors, and the emulator opens some of its own meanwhile; as on libuv",
    },
    Exclusion {
        targets: EMULATED,
        tests: &[
            "spawn_without_descriptors",
            "spawn_first_with_one_descriptor",
            "spawn_first_without_descriptors",
        ],
        reason: "the emulator's own descriptors are among those that the test leaves; as on libuv",
    },
    Exclusion {
        targets: EMULATED,
        tests: &["spawn_first_with_two_descriptors"],
        reason: "a child neither shares memory there nor comes with a pidfd: pipes stand for both, four descriptors",
    },
    Exclusion {
        targets: EMULATED,
        tests: &["process_title_leaves_nothing_of_a_longer_one"],
        reason: "the system shows the emulator's arguments, not the program's; as on libuv",
    },
    Exclusion {
        targets: EMULATED,
        tests: &["udp_multicast_interface6"],
        reason: "the emulator does not know the option (ENOPROTOOPT); as on libuv",
    },
    Exclusion {
        targets: EMULATED,
        tests: &["fork_during_first_file_operation", "fork_during_first_work"],
        reason: "a fork while another thread starts one leaves a lock of the emulator's taken in the child for good, \
                 now and then",
    },
    Exclusion {
        targets: EMULATED,
        tests: &["thread_detach"],
        reason: "does not end: the emulator waits for itself; as on libuv",
    },
    Exclusion {
        targets: &["s390x"],
        tests: &[
            "udp_cork_of_the_program",
            "udp_recvmmsg_soak",
            "udp_segment_size_*",
            "udp_send_fails_alone",
            "udp_send_keeps_datagrams",
            "udp_soak",
            "udp_try_send",
            "udp_try_send2_keeps_datagrams",
            "udp_try_send2_sends_more_than_twenty",
        ],
        reason: "the emulator hands the 16 bits of UDP_SEGMENT to the system in the wrong order: 8 becomes 2048",
    },
];
