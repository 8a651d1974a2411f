//! System calls that may not be here: too new for the kernel, or refused by a filter.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::sys::errno::UvResult;

/// Whether a system call has turned out to be missing, for the life of the process.
pub(crate) struct MayLack(AtomicBool);

impl MayLack {
    pub(crate) const fn new() -> MayLack {
        MayLack(AtomicBool::new(false))
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.0.load(Relaxed)
    }

    pub(crate) fn note_missing(&self) {
        self.0.store(true, Relaxed);
    }

    /// Does it with `new`; with `old` if that is not here. Where both give the same error, it is theirs and
    /// says nothing of `new`.
    #[inline]
    pub(crate) fn or_else<T>(
        &self,
        new: impl FnOnce() -> UvResult<T>,
        old: impl FnOnce() -> UvResult<T>,
    ) -> UvResult<T> {
        if self.is_missing() {
            return old();
        }
        match new() {
            Err(error) if error.may_mean_absent() => {
                let answer = old();
                if answer.is_ok() {
                    self.note_missing();
                }
                answer
            }
            answer => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::errno::Errno;
    use std::cell::Cell;

    #[test]
    fn what_both_refuse_is_not_missing() {
        let call = MayLack::new();
        let refuse = || Err::<(), _>(Errno::EPERM);
        assert_eq!(call.or_else(refuse, refuse), Err(Errno::EPERM));
        assert!(!call.is_missing());
        assert_eq!(call.or_else(|| Err(Errno::EIO), || Ok(1)), Err(Errno::EIO));
        assert!(!call.is_missing());
    }

    #[test]
    fn what_is_missing_is_asked_once() {
        for error in [Errno::ENOSYS, Errno::EPERM, Errno::EACCES, Errno::EINVAL, Errno::ENOTSUP] {
            let (call, asked) = (MayLack::new(), Cell::new(0));
            for _ in 0..3 {
                let new = || {
                    asked.set(asked.get() + 1);
                    Err(error)
                };
                assert_eq!(call.or_else(new, || Ok(7)), Ok(7));
            }
            assert_eq!(asked.get(), 1);
        }
    }
}
