//! Memory.

use libc::size_t;

use crate::core::memory::out::Out;
use crate::sys::errno::UvResult;
use crate::sys::{cgroup, memory};

/// The lower of two limits, where 0 is an unknown one.
fn lower(a: u64, b: u64) -> u64 {
    if a == 0 || b == 0 { a.max(b) } else { a.min(b) }
}

/// What the limit of the group leaves; without one that counts, what the system has free.
pub(crate) fn available() -> u64 {
    match cgroup::memory_limit() {
        0 | u64::MAX => memory::free(),
        limit if limit > memory::total() => memory::free(),
        limit => limit.saturating_sub(cgroup::memory_used()),
    }
}

/// What control group and resource limits leave to the process; 0 if unknown.
pub(crate) fn constrained() -> u64 {
    lower(cgroup::memory_limit(), memory::resource_limit().unwrap_or(0))
}

pub(crate) fn resident(bytes: Out<size_t>) -> UvResult {
    bytes.set(memory::resident()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_limits_do_not_count() {
        assert_eq!(lower(0, 0), 0);
        assert_eq!(lower(0, 7), 7);
        assert_eq!(lower(u64::MAX, 7), 7);
        assert_eq!(lower(5, 0), 5);
    }
}
