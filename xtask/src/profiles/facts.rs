//! What systems answer that the library may meet, from their documentation and sources.

use libc::{EINVAL, ENODEV, ENOPROTOOPT, ENOSYS, EOPNOTSUPP, EPERM};

use super::filter::{Answers, Refusal};

/// System calls by the release of Linux that brought them (syscalls(2)). From number 424 on, Linux 5.1,
/// numbers are the same on all machines and only grow.
const CALLS: &[((u32, u32), &[&str])] = &[
    ((3, 14), &["sched_setattr", "sched_getattr"]),
    ((3, 15), &["renameat2"]),
    ((3, 17), &["seccomp", "getrandom", "memfd_create", "kexec_file_load"]),
    ((3, 18), &["bpf"]),
    ((3, 19), &["execveat"]),
    ((4, 2), &["userfaultfd"]),
    ((4, 3), &["membarrier"]),
    ((4, 4), &["mlock2"]),
    ((4, 5), &["copy_file_range"]),
    ((4, 6), &["preadv2", "pwritev2"]),
    ((4, 9), &["pkey_mprotect", "pkey_alloc", "pkey_free"]),
    ((4, 11), &["statx"]),
    ((4, 18), &["io_pgetevents", "rseq"]),
    ((5, 9), &["close_range"]), // its number is one of 5.3's
];

/// The last number of the calls that a release has, from 5.1 on.
const LAST_CALLS: &[((u32, u32), u32)] = &[
    ((5, 1), 427),
    ((5, 2), 433),
    ((5, 3), 435),
    ((5, 6), 438),
    ((5, 8), 439),
    ((5, 10), 440),
    ((5, 11), 441),
];

/// What comes before 424 where machines have numbers of their own.
const LAST_OLD_CALL: u32 = 423;

const SOL_UDP: u32 = 17;
const UDP_SEGMENT: u32 = 103;
const UDP_GRO: u32 = 104;
const CLONE_PIDFD: u32 = 0x1000;
const RWF_NOWAIT: u32 = 0x8;
const RWF_NOSIGNAL: u32 = 0x100;

/// An option of datagram sockets that the kernel does not know.
const fn no_udp_option(option: u32) -> [Refusal; 2] {
    [
        Refusal::if_are("setsockopt", [(1, SOL_UDP), (2, option)], ENOPROTOOPT),
        Refusal::if_are("getsockopt", [(1, SOL_UDP), (2, option)], ENOPROTOOPT),
    ]
}

/// A kernel of that release: calls that it lacks, flags and options that it does not know.
pub(super) fn kernel(release: (u32, u32)) -> Answers {
    let mut refusals: Vec<Refusal> = CALLS
        .iter()
        .filter(|(since, _)| *since > release)
        .flat_map(|(_, calls)| calls.iter().map(|call| Refusal::always(call, ENOSYS)))
        .collect();
    if release < (4, 14) {
        refusals.push(Refusal::if_has("preadv2", 5, RWF_NOWAIT, EOPNOTSUPP));
    }
    if release < (4, 18) {
        refusals.extend(no_udp_option(UDP_SEGMENT));
    }
    if release < (5, 0) {
        refusals.extend(no_udp_option(UDP_GRO));
    }
    if release < (5, 2) {
        // It would do without: a filter cannot change a call.
        refusals.push(Refusal::if_has("clone", 0, CLONE_PIDFD, EINVAL));
    }
    if release < (6, 18) {
        refusals.push(Refusal::if_has("pwritev2", 5, RWF_NOSIGNAL, EOPNOTSUPP));
    }
    let last = LAST_CALLS.iter().rev().find(|(since, _)| *since <= release);
    Answers { refusals, last_call: Some(last.map_or(LAST_OLD_CALL, |(_, number)| *number)), allowed: None }
}

/// What Docker's default profile lets through without capabilities beyond its usual ones
/// (moby: profiles/seccomp/default.json).
const DOCKER_ALLOWS: &str = include_str!("facts/docker.txt");

/// What came to that list after Docker 19.03.
const NOT_IN_DOCKER_19: &[&str] = &[
    "adjtimex",
    "clock_adjtime",
    "clone3",
    "close_range",
    "epoll_pwait2",
    "faccessat2",
    "futex_waitv",
    "landlock_add_rule",
    "landlock_create_ruleset",
    "landlock_restrict_self",
    "membarrier",
    "memfd_secret",
    "openat2",
    "pidfd_open",
    "pidfd_send_signal",
    "pkey_alloc",
    "pkey_free",
    "pkey_mprotect",
    "process_mrelease",
    "rseq",
];

/// Namespaces: `clone` with one of these flags needs a capability.
const CLONE_NEW: u32 = 0x7e02_0000;
const AF_VSOCK: u32 = 40;

fn docker_without(missing: &[&str]) -> Answers {
    let names = DOCKER_ALLOWS.split_whitespace().chain(["clone", "socket", "personality"]);
    Answers {
        refusals: vec![
            Refusal::if_has("clone", 0, CLONE_NEW, EPERM),
            Refusal::if_are("socket", [(0, AF_VSOCK), (0, AF_VSOCK)], EPERM),
            // So that the C library falls back on `clone`, whose flags can be seen.
            Refusal::always("clone3", ENOSYS),
        ],
        last_call: None,
        allowed: Some((names.filter(|name| !missing.contains(name)).collect(), EPERM)),
    }
}

/// Docker's default profile.
pub(super) fn docker() -> Answers {
    docker_without(&[])
}

/// That of Docker 19.03, which refuses with EPERM what is newer. (clone3, too: but there a C library that
/// is newer starts no thread.)
pub(super) fn docker_19() -> Answers {
    docker_without(NOT_IN_DOCKER_19)
}

/// gVisor (google/gvisor: pkg/sentry/syscalls/linux), in the releases before it had descriptors of
/// processes, `openat2` and `statx`'s companions of 5.6.
pub(super) fn gvisor() -> Answers {
    const LACKS: &[&str] = &[
        "clone3",
        "copy_file_range",
        "fanotify_init",
        "fanotify_mark",
        "io_pgetevents",
        "io_uring_enter",
        "io_uring_register",
        "io_uring_setup",
        "mq_getsetattr",
        "mq_notify",
        "mq_timedreceive",
        "mq_timedsend",
        "openat2",
        "pidfd_getfd",
        "pidfd_open",
        "pidfd_send_signal",
        "pkey_alloc",
        "pkey_free",
        "pkey_mprotect",
        "remap_file_pages",
        "setfsgid",
        "setfsuid",
        "userfaultfd",
        "vmsplice",
    ];
    let mut refusals: Vec<_> = LACKS.iter().map(|call| Refusal::always(call, ENOSYS)).collect();
    refusals.extend([
        Refusal::if_has("clone", 0, CLONE_PIDFD, EINVAL),
        Refusal::if_has("preadv2", 5, !0, EOPNOTSUPP),
        Refusal::if_has("pwritev2", 5, !0, EOPNOTSUPP),
        Refusal::always("sched_setparam", EPERM),
        Refusal::always("sched_rr_get_interval", EPERM),
        Refusal::always("perf_event_open", ENODEV),
        Refusal::always("name_to_handle_at", EOPNOTSUPP),
        Refusal::always("open_by_handle_at", EOPNOTSUPP),
    ]);
    refusals.extend(no_udp_option(UDP_SEGMENT));
    refusals.extend(no_udp_option(UDP_GRO));
    Answers { refusals, last_call: Some(441), allowed: None }
}

/// Sockets that cut no message up.
pub(super) fn no_udp_segment() -> Answers {
    Answers { refusals: no_udp_option(UDP_SEGMENT).to_vec(), ..Answers::default() }
}

/// No descriptors of processes: SIGCHLD tells of the ends of children.
pub(super) fn no_pidfd() -> Answers {
    let refusals =
        vec![Refusal::if_has("clone", 0, CLONE_PIDFD, EINVAL), Refusal::always("pidfd_open", ENOSYS)];
    Answers { refusals, ..Answers::default() }
}

/// No descriptors that count or tell the time.
pub(super) fn no_eventfd() -> Answers {
    let calls = ["eventfd", "eventfd2", "timerfd_create", "signalfd", "signalfd4"];
    Answers { refusals: calls.map(|call| Refusal::always(call, ENOSYS)).to_vec(), ..Answers::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(answers: &Answers, call: &str) -> bool {
        answers.refusals.iter().any(|refusal| refusal.call == call)
    }

    #[test]
    fn kernels_lack_what_came_later() {
        let (old, middle, newer) = (kernel((3, 10)), kernel((4, 19)), kernel((5, 4)));
        assert!(is_refused(&old, "getrandom") && is_refused(&old, "statx"));
        assert!(
            !is_refused(&middle, "statx") && is_refused(&middle, "clone") && !is_refused(&newer, "clone")
        );
        assert_eq!((old.last_call, middle.last_call, newer.last_call), (Some(423), Some(423), Some(435)));
    }

    #[test]
    fn the_list_of_docker_is_whole() {
        let Some((names, error)) = docker().allowed else { panic!("no list") };
        assert_eq!(error, EPERM);
        for name in ["accept", "writev", "openat2", "clone", "socket", "arch_prctl"] {
            assert!(names.contains(&name), "{name}");
        }
        for name in NOT_IN_DOCKER_19.iter().filter(|name| **name != "clone3") {
            assert!(names.contains(name), "{name}");
        }
        assert!(!names.contains(&"userfaultfd") && !names.contains(&"io_uring_setup"));
    }
}
