//! Failures that end the process, and are right to.

use super::case::Case;

/// An abort that is accepted.
struct Fatal {
    kind: &'static str,
    call: &'static str,
    /// Of these errors alone, or of all.
    errors: &'static [&'static str],
    /// What the last words contain.
    says: &'static str,
    #[allow(dead_code, reason = "for the reader")]
    reason: &'static str,
}

const NO_POLLER: &str = "uv_run has no error to return, and a poller that fails for good would be a silent loop \
                         at full speed; libuv aborts, too";

const FATAL: &[Fatal] = &[
    Fatal { kind: "abort", call: "epoll_wait", errors: &["EBADF", "EINVAL"], says: "", reason: NO_POLLER },
    // The same in the child that the scenario forks.
    Fatal {
        kind: "result",
        call: "epoll_wait",
        errors: &["EBADF", "EINVAL"],
        says: "the child ended with signal 6",
        reason: NO_POLLER,
    },
];

pub fn is_expected(case: &Case, kind: &str, text: &str) -> bool {
    let fits = |fatal: &Fatal| {
        fatal.kind == kind
            && fatal.call == case.call
            && (fatal.errors.is_empty() || fatal.errors.contains(&case.error))
            && text.contains(fatal.says)
    };
    FATAL.iter().any(fits)
}
