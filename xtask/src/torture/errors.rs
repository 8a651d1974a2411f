//! What each call fails with, by its manual page.
//!
//! Left out, for a call, are errors that only a mistake of the library's own can cause (EFAULT, EBADF on a
//! descriptor of its own), and answers no kernel gives without having done something (EINPROGRESS). So are
//! `ECHILD` of waitpid (somebody else has waited for the child: its handle is never told, as with libuv) and
//! `EAGAIN` for writes to pipes (where a signal is lost because 4,096 others wait to be read).

/// A call, as `c-tests/torture/calls.h` names it, and its errors. The first one stands for all where not
/// all are tried.
pub struct Call {
    pub name: &'static str,
    pub errors: &'static [&'static str],
}

const fn call(name: &'static str, errors: &'static [&'static str]) -> Call {
    Call { name, errors }
}

/// In the order in which they are tried.
pub const CALLS: &[Call] = &[
    call("alloc", &["ENOMEM"]),
    call("malloc", &["ENOMEM"]),
    call("accept", &["EMFILE", "EINTR"]),
    call(
        "accept4",
        &[
            "EMFILE",
            "ECONNABORTED",
            "EINTR",
            "EAGAIN",
            "ENFILE",
            "ENOBUFS",
            "ENOMEM",
            "EPROTO",
            "EPERM",
            "ENOSYS",
            "EACCES",
            "EINVAL",
            "EOPNOTSUPP",
        ],
    ),
    call("access", &["EACCES", "ENOENT", "EIO", "ELOOP", "ENOMEM", "ENOTDIR", "EROFS"]),
    call("bind", &["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "ENOMEM", "EROFS"]),
    call("chdir", &["ENOENT", "EACCES", "EIO", "ELOOP", "ENOMEM"]),
    call("chmod", &["EPERM", "EIO", "ENOENT", "EROFS"]),
    call("chown", &["EPERM", "EIO", "ENOENT", "EROFS"]),
    call("clone", &["EAGAIN", "ENOMEM", "EINVAL", "ENOSYS", "EPERM", "EACCES", "EOPNOTSUPP"]),
    call("close", &["EINTR", "EIO", "ENOSPC", "EDQUOT"]),
    call(
        "connect",
        &["ECONNREFUSED", "EINTR", "EAGAIN", "EACCES", "EADDRNOTAVAIL", "ENETUNREACH", "ETIMEDOUT"],
    ),
    call(
        "copy_file_range",
        &[
            "ENOSYS",
            "EXDEV",
            "EOPNOTSUPP",
            "EINVAL",
            "EIO",
            "ENOSPC",
            "EPERM",
            "EACCES",
            "EINTR",
            "ENOMEM",
            "ETXTBSY",
        ],
    ),
    call("dup2", &["EMFILE", "EINTR", "EBUSY"]),
    call("dup3", &["EMFILE", "EINTR", "EBUSY", "ENOSYS", "EPERM", "EACCES", "EINVAL", "EOPNOTSUPP"]),
    call("epoll_create1", &["EMFILE", "ENFILE", "ENOMEM"]),
    call("epoll_ctl", &["ENOMEM", "ENOSPC", "EPERM"]),
    call("epoll_wait", &["EINTR", "EBADF", "EINVAL"]),
    call("eventfd", &["EMFILE", "ENFILE", "ENODEV", "ENOMEM"]),
    call("execve", &["ENOENT", "EACCES", "E2BIG", "ENOEXEC", "ENOMEM", "ETXTBSY", "EMFILE", "EIO"]),
    call("fchmod", &["EPERM", "EIO", "EROFS"]),
    call("fchown", &["EPERM", "EIO", "EROFS"]),
    call("fcntl", &["EMFILE", "EINVAL"]),
    call("fdatasync", &["EIO", "EINTR", "ENOSPC", "EROFS"]),
    call("fork", &["EAGAIN", "ENOMEM", "ENOSYS"]),
    call("fsync", &["EIO", "EINTR", "ENOSPC", "EROFS"]),
    call("ftruncate", &["EIO", "EINTR", "EFBIG", "EPERM"]),
    call("futex", &["EINTR", "EAGAIN"]),
    call("getaddrinfo", &["EAI_AGAIN", "EAI_MEMORY", "EAI_FAIL", "EAI_NONAME", "EAI_SYSTEM"]),
    call("getcwd", &["ENOENT", "EACCES", "ENOMEM"]),
    // Not ENOENT: that is the end of a directory that was removed.
    call("getdents64", &["EIO", "EINTR", "EINVAL", "ENOTDIR"]),
    call("getgrgid_r", &["EIO", "EINTR", "EMFILE", "ENFILE", "ENOMEM", "ERANGE"]),
    call("gethostname", &["ENAMETOOLONG", "EPERM"]),
    call("getifaddrs", &["ENOMEM", "EMFILE", "EACCES"]),
    call("getnameinfo", &["EAI_AGAIN", "EAI_MEMORY", "EAI_FAIL", "EAI_NONAME", "EAI_SYSTEM"]),
    call("getpeername", &["ENOTCONN", "ENOBUFS"]),
    call("getpwuid_r", &["EIO", "EINTR", "EMFILE", "ENFILE", "ENOMEM", "ERANGE"]),
    call("getrandom", &["ENOSYS", "EINTR", "EPERM", "EACCES", "EINVAL", "EOPNOTSUPP"]),
    call("getrlimit", &["EPERM"]),
    call("getsockname", &["ENOBUFS"]),
    call("getsockopt", &["ENOPROTOOPT", "EINVAL", "EACCES"]),
    call("if_indextoname", &["ENXIO", "EMFILE"]),
    call("inotify_add_watch", &["ENOSPC", "ENOMEM", "EACCES", "ENOENT"]),
    call("inotify_init1", &["EMFILE", "ENFILE", "ENOMEM", "ENOSYS"]),
    // What inotify, eventfd and pipes fail with, which are read and written.
    call("inotify_read", &["EINTR", "EAGAIN"]),
    call("pipe_read", &["EINTR", "EAGAIN"]),
    call("pipe_write", &["EINTR"]),
    call("wake_read", &["EINTR", "EAGAIN"]),
    call("wake_write", &["EINTR", "EAGAIN"]),
    call("inotify_rm_watch", &["EINVAL"]),
    call("ioctl", &["ENOTTY", "EINVAL", "EPERM"]),
    call("kill", &["EPERM", "ESRCH"]),
    call("lchown", &["EPERM", "EIO", "ENOENT", "EROFS"]),
    call("link", &["EPERM", "EEXIST", "EMLINK", "EIO", "ENOSPC", "EXDEV"]),
    call("listen", &["EADDRINUSE", "EOPNOTSUPP"]),
    call("lseek", &["ESPIPE", "EINVAL", "EOVERFLOW"]),
    call("mkdir", &["EACCES", "EDQUOT", "EEXIST", "EMLINK", "ENOSPC", "EROFS"]),
    call("mkdtemp", &["EACCES", "EEXIST", "EINTR", "EINVAL", "ENOSPC", "EROFS"]),
    call("mkostemp", &["EACCES", "EEXIST", "EINTR", "EINVAL", "EMFILE", "ENOSPC", "EROFS"]),
    call("mmap", &["ENOMEM", "EAGAIN"]),
    call(
        "open",
        &[
            "EMFILE", "EACCES", "EINTR", "ENOENT", "ENFILE", "ENOMEM", "ENOSPC", "EROFS", "ELOOP", "ENXIO",
            "EIO",
        ],
    ),
    call(
        "openat2",
        &[
            "ENOSYS",
            "EPERM",
            "EAGAIN",
            "EINTR",
            "EACCES",
            "EINVAL",
            "EOPNOTSUPP",
            "EMFILE",
            "ENFILE",
            "ENOMEM",
        ],
    ),
    call("opendir", &["EMFILE", "EACCES", "ENFILE", "ENOENT", "ENOMEM", "ENOTDIR"]),
    call(
        "pidfd_open",
        &[
            "ENOSYS",
            "EMFILE",
            "ENFILE",
            "ENODEV",
            "ENOMEM",
            "EPERM",
            "EACCES",
            "ESRCH",
            "EINVAL",
            "EOPNOTSUPP",
        ],
    ),
    call("pipe", &["EMFILE", "ENFILE"]),
    call("pipe2", &["EMFILE", "ENFILE", "ENOSYS", "EPERM", "EACCES", "EINVAL", "EOPNOTSUPP"]),
    call("poll", &["EINTR", "EINVAL", "ENOMEM"]),
    call("pread", &["EIO", "EINTR", "ENXIO", "EISDIR", "ESPIPE"]),
    call("preadv2", &["ENOSYS", "EOPNOTSUPP", "EAGAIN", "EINTR", "EIO", "EPERM", "EACCES", "EINVAL"]),
    call("pthread_affinity", &["ESRCH", "EINVAL"]),
    call("pthread_create", &["EAGAIN", "EPERM"]),
    call("pthread_init", &["ENOMEM", "EAGAIN"]),
    call("pthread_key_create", &["EAGAIN", "ENOMEM"]),
    call("pthread_sched", &["ESRCH", "EPERM"]),
    call("pthread_setname", &["ERANGE", "EACCES"]),
    call("pwrite", &["ENOSPC", "EIO", "EINTR", "EDQUOT", "EFBIG", "EPERM"]),
    call(
        "pwritev2",
        &["EOPNOTSUPP", "ENOSYS", "EAGAIN", "EPERM", "EACCES", "EINVAL", "EIO", "EINTR", "EPIPE"],
    ),
    call("read", &["EIO", "EINTR", "EAGAIN", "ECONNRESET", "ETIMEDOUT", "EISDIR"]),
    call("readdir", &["EIO", "ENOENT", "EINTR"]),
    call("readlink", &["EACCES", "EINVAL", "EIO", "ELOOP", "ENOENT"]),
    call("readv", &["EIO", "EINTR", "EAGAIN", "ECONNRESET"]),
    call("realpath", &["EACCES", "EIO", "ELOOP", "ENOENT", "ENOMEM"]),
    call(
        "recvmmsg",
        &[
            "ENOBUFS",
            "EINTR",
            "EAGAIN",
            "ECONNREFUSED",
            "ENOMEM",
            "ENOSYS",
            "EPERM",
            "EACCES",
            "EINVAL",
            "EOPNOTSUPP",
        ],
    ),
    call("recvmsg", &["ECONNRESET", "EINTR", "EAGAIN", "ECONNREFUSED", "ENOBUFS", "ENOMEM", "ETIMEDOUT"]),
    call("register_atfork", &["ENOMEM"]),
    call("rename", &["EACCES", "EBUSY", "EIO", "ENOSPC", "EROFS", "EXDEV"]),
    call("rmdir", &["EACCES", "EBUSY", "ENOTEMPTY", "EROFS"]),
    call("sched_getaffinity", &["EINVAL", "EPERM"]),
    call("sem_init", &["ENOSYS", "ENOSPC"]),
    call("sem_wait", &["EINTR"]),
    call("send", &["EPIPE", "EINTR", "EAGAIN", "ECONNRESET", "ENOBUFS", "ENOMEM", "EHOSTUNREACH", "EACCES"]),
    call(
        "sendfile",
        &[
            "EIO",
            "EINTR",
            "EAGAIN",
            "EINVAL",
            "ENOMEM",
            "ENOSYS",
            "EPERM",
            "EACCES",
            "EOPNOTSUPP",
            "EOVERFLOW",
        ],
    ),
    call(
        "sendmmsg",
        &[
            "EPERM",
            "EINTR",
            "EAGAIN",
            "ENOBUFS",
            "ENOMEM",
            "EMSGSIZE",
            "ENOSYS",
            "EACCES",
            "EINVAL",
            "EOPNOTSUPP",
            "EHOSTUNREACH",
        ],
    ),
    call(
        "sendmsg",
        &[
            "EPIPE",
            "EINTR",
            "EAGAIN",
            "ECONNRESET",
            "ENOBUFS",
            "ENOMEM",
            "EHOSTUNREACH",
            "EINVAL",
            "EIO",
            "EMSGSIZE",
            "ETOOMANYREFS",
            "EPERM",
        ],
    ),
    call("setenv", &["ENOMEM"]),
    call("setgid", &["EPERM"]),
    call("setpriority", &["EPERM", "EACCES", "ESRCH"]),
    call("setsid", &["EPERM"]),
    call("setsockopt", &["ENOPROTOOPT", "ENOMEM", "EPERM", "EDOM", "EINVAL"]),
    call("setuid", &["EAGAIN", "EPERM"]),
    call("shutdown", &["ENOTCONN"]),
    call("sigaction", &["EINVAL"]),
    call("socket", &["EMFILE", "EACCES", "EAFNOSUPPORT", "ENFILE", "ENOBUFS", "ENOMEM", "EPROTONOSUPPORT"]),
    call("socketpair", &["EMFILE", "EAFNOSUPPORT", "ENFILE", "EOPNOTSUPP"]),
    call("stat", &["EACCES", "EIO", "ELOOP", "ENOENT", "ENOMEM"]),
    call("statfs", &["EACCES", "EIO", "ENOSYS", "EINTR", "ENOMEM"]),
    call("statx", &["ENOSYS", "EPERM", "EACCES", "EINVAL", "EOPNOTSUPP", "EIO", "ENOENT", "ENOMEM"]),
    call("symlink", &["EACCES", "EDQUOT", "EEXIST", "EIO", "ENOSPC", "EROFS"]),
    call("sysinfo", &["EPERM"]),
    call("tcgetattr", &["EIO", "ENOTTY"]),
    call("tcsetattr", &["EIO", "EINTR", "ENOTTY"]),
    call("ttyname_r", &["ENOTTY", "ENOENT", "ERANGE"]),
    call("uname", &["EPERM"]),
    call("unlink", &["EACCES", "EBUSY", "EIO", "EISDIR", "EROFS"]),
    call("utimensat", &["EPERM", "EACCES", "EROFS", "ENOSYS"]),
    call("waitpid", &["EINTR"]),
    call("write", &["EIO", "EINTR", "EAGAIN", "EPIPE", "ENOSPC", "EDQUOT", "EFBIG", "EPERM"]),
    call("writev", &["EIO", "EINTR", "EAGAIN", "EPIPE", "ENOSPC", "EPERM"]),
];

/// Errors that pass: no system gives them for ever, and whoever repeats the call is right to.
const PASSING: &[&str] = &["EINTR", "EAGAIN"];
/// Calls for which EAGAIN says that something is short, which may stay so.
const SHORT: &[&str] = &[
    "clone",
    "fork",
    "pthread_create",
    "pthread_init",
    "pthread_key_create",
    "setuid",
    "openat2",
    "preadv2",
    "mmap",
];

/// What cannot last, or has nothing better to be done about it than to try again, each time round: libuv does
/// the same.
const NOT_LASTING: &[(&str, &str)] = &[
    // A connection that cannot be accepted stays in its queue, and is reported for as long.
    ("accept", ""),
    ("accept4", ""),
    // Nothing tells when the system has buffers again.
    ("send", "ENOBUFS"),
    ("sendmsg", "ENOBUFS"),
    ("sendmmsg", "ENOBUFS"),
    // The room is made larger until it is enough, up to a limit.
    ("getpwuid_r", "ERANGE"),
    ("getgrgid_r", "ERANGE"),
];

/// Whether it is tried from some time on for good.
pub fn may_last(call: &str, error: &str) -> bool {
    if is_survived(call, error, true) {
        return true;
    }
    let passes = PASSING.contains(&error) && !(error == "EAGAIN" && SHORT.contains(&call));
    let not_lasting =
        |(its, error_of): &(&str, &str)| *its == call && (error_of.is_empty() || *error_of == error);
    !passes && !NOT_LASTING.iter().any(not_lasting)
}

/// How a call fails where the program must not notice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Once,
    Lasting,
    Both,
}

/// Errors that must be survived: of these a scenario is told nothing, and all that it has asked for is done.
struct Survived {
    calls: &'static [&'static str],
    errors: &'static [&'static str],
    way: Way,
    #[allow(dead_code, reason = "for the reader")]
    reason: &'static str,
}

/// What kernels that lack a call, or a flag of it, what filters and emulators answer.
const ABSENT: &[&str] = &["ENOSYS", "EPERM", "EACCES", "EINVAL", "EOPNOTSUPP"];

const SURVIVED: &[Survived] = &[
    Survived {
        calls: &[
            "accept4",
            "clone",
            "copy_file_range",
            "dup3",
            "getrandom",
            "openat2",
            "pidfd_open",
            "pipe2",
            "preadv2",
            "pwritev2",
            "sendmmsg",
        ],
        errors: ABSENT,
        way: Way::Both,
        reason: "an older call stands behind each of them",
    },
    Survived {
        calls: &["statx"],
        errors: &["ENOSYS", "EPERM", "EINVAL", "EOPNOTSUPP"],
        way: Way::Both,
        reason: "an older call; EACCES is the answer for a path that may not be searched",
    },
    Survived {
        calls: &[
            "accept4",
            "connect",
            "epoll_wait",
            "futex",
            "getdents64",
            "inotify_read",
            "mkdtemp",
            "mkostemp",
            "pipe_read",
            "pipe_write",
            "poll",
            "readdir",
            "readv",
            "recvmmsg",
            "recvmsg",
            "sem_wait",
            "send",
            "sendmmsg",
            "sendmsg",
            "waitpid",
            "wake_read",
            "wake_write",
            "write",
            "writev",
        ],
        errors: &["EINTR"],
        way: Way::Once,
        reason: "a signal came: the call is made again",
    },
];

/// Whether the program must not notice that.
pub fn is_survived(call: &str, error: &str, lasts: bool) -> bool {
    SURVIVED.iter().any(|survived| {
        survived.calls.contains(&call)
            && survived.errors.contains(&error)
            && survived.way != if lasts { Way::Once } else { Way::Lasting }
    })
}

pub fn number(name: &str) -> Option<i32> {
    NUMBERS.iter().find(|(known, _)| *known == name).map(|&(_, number)| number)
}

/// Linux's numbers; what getaddrinfo answers is negative.
const NUMBERS: &[(&str, i32)] = &[
    ("EPERM", 1),
    ("ENOENT", 2),
    ("ESRCH", 3),
    ("EINTR", 4),
    ("EIO", 5),
    ("ENXIO", 6),
    ("E2BIG", 7),
    ("ENOEXEC", 8),
    ("EBADF", 9),
    ("ECHILD", 10),
    ("EAGAIN", 11),
    ("ENOMEM", 12),
    ("EACCES", 13),
    ("EBUSY", 16),
    ("EEXIST", 17),
    ("EXDEV", 18),
    ("ENODEV", 19),
    ("ENOTDIR", 20),
    ("EISDIR", 21),
    ("EINVAL", 22),
    ("ENFILE", 23),
    ("EMFILE", 24),
    ("ENOTTY", 25),
    ("ETXTBSY", 26),
    ("EFBIG", 27),
    ("ENOSPC", 28),
    ("ESPIPE", 29),
    ("EROFS", 30),
    ("EMLINK", 31),
    ("EPIPE", 32),
    ("EDOM", 33),
    ("ERANGE", 34),
    ("ENAMETOOLONG", 36),
    ("ENOSYS", 38),
    ("ENOTEMPTY", 39),
    ("ELOOP", 40),
    ("EPROTO", 71),
    ("EOVERFLOW", 75),
    ("EMSGSIZE", 90),
    ("ENOPROTOOPT", 92),
    ("EPROTONOSUPPORT", 93),
    ("EOPNOTSUPP", 95),
    ("EAFNOSUPPORT", 97),
    ("EADDRINUSE", 98),
    ("EADDRNOTAVAIL", 99),
    ("ENETUNREACH", 101),
    ("ECONNABORTED", 103),
    ("ECONNRESET", 104),
    ("ENOBUFS", 105),
    ("ENOTCONN", 107),
    ("ETOOMANYREFS", 109),
    ("ETIMEDOUT", 110),
    ("ECONNREFUSED", 111),
    ("EHOSTUNREACH", 113),
    ("EDQUOT", 122),
    ("EAI_AGAIN", -3),
    ("EAI_FAIL", -4),
    ("EAI_NONAME", -2),
    ("EAI_MEMORY", -10),
    ("EAI_SYSTEM", -11),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_a_number() {
        for call in CALLS {
            for error in call.errors {
                assert!(number(error).is_some(), "{}: {error}", call.name);
            }
        }
    }

    /// Both lists name the same calls.
    #[test]
    fn every_call_has_errors() {
        let path = crate::root().join("c-tests/torture/calls.h");
        let text = std::fs::read_to_string(path).unwrap();
        let names = text.split("define CALL_NAMES(NAME)").nth(1).unwrap();
        let names: Vec<_> = names.split("NAME(").skip(1).filter_map(|rest| rest.split(')').next()).collect();
        let without: Vec<_> =
            names.iter().filter(|name| !CALLS.iter().any(|call| call.name == **name)).collect();
        assert_eq!(without, ["sysctl"].iter().collect::<Vec<_>>());
        assert!(CALLS.iter().all(|call| names.contains(&call.name)));
    }
}
