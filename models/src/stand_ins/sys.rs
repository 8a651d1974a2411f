//! The system.

pub(crate) mod errno {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Errno(i32);

    pub(crate) type UvResult<T = ()> = Result<T, Errno>;

    impl Errno {
        pub(crate) const ECANCELED: Errno = Errno(-125);
        pub(crate) const EBUSY: Errno = Errno(-16);
        pub(crate) const EINTR: Errno = Errno(-4);

        pub(crate) fn code(self) -> i32 {
            self.0
        }
    }

    pub(crate) fn preserved<R>(call: impl FnOnce() -> R) -> R {
        call()
    }
}

pub(crate) mod futex {
    use crate::kernel;
    use crate::sync::atomic::{AtomicU32, Ordering};
    use std::ptr::NonNull;

    pub(crate) fn wait(word: &AtomicU32, value: u32) {
        kernel::futex_wait(|| word.load(Ordering::SeqCst) == value);
    }

    /// The address alone is used.
    pub(crate) fn wake_all(_word: NonNull<AtomicU32>) {
        kernel::futex_wake();
    }
}

pub(crate) mod fork {
    use super::errno::UvResult;

    pub(crate) fn generation() -> UvResult<u32> {
        Ok(crate::kernel::generation())
    }
}

pub(crate) mod waker {
    use crate::kernel::EventFd;

    pub(crate) struct Waker(pub(crate) EventFd);

    impl Waker {
        pub(crate) fn wake(&self) -> std::io::Result<()> {
            if crate::kernel::step() {
                self.0.write();
            }
            Ok(())
        }
    }
}

pub(crate) mod abort {
    pub(crate) fn fatal(message: &str) -> ! {
        panic!("{message}");
    }

    pub(crate) fn fatal_error(message: &str, error: super::errno::Errno) -> ! {
        panic!("{message}: {error:?}");
    }
}

pub(crate) mod probes {
    pub(crate) fn work_queued(_job: usize) {}
    pub(crate) fn work_begin(_job: usize) {}
    pub(crate) fn work_done(_job: usize) {}
}

pub(crate) mod at_fork {
    use super::errno::UvResult;

    pub(crate) struct InChild;

    impl InChild {
        pub(crate) fn new(_repair: extern "C" fn()) -> InChild {
            InChild
        }

        pub(crate) fn ensure(&self) -> UvResult {
            Ok(())
        }
    }
}

pub(crate) mod setting {
    use std::ffi::CStr;

    pub(crate) fn with<R>(_name: &CStr, read: impl FnOnce(Option<&CStr>) -> R) -> R {
        let text = std::ffi::CString::new(crate::kernel::workers().to_string()).unwrap();
        read(Some(&text))
    }

    pub(crate) fn number(text: &CStr) -> i64 {
        text.to_str().unwrap().parse().unwrap()
    }
}

pub(crate) mod thread {
    pub(crate) fn set_own_name(_name: &[u8]) -> super::errno::UvResult {
        Ok(())
    }
}

pub(crate) mod worker_thread {
    use super::errno::UvResult;
    use loom::thread::{self, JoinHandle, ThreadId};

    pub(crate) struct Thread(Option<(JoinHandle<()>, ThreadId)>);

    pub(crate) fn start(_stack_size: usize, entry: fn()) -> UvResult<Thread> {
        Ok(Thread(crate::kernel::spawns().then(|| {
            let handle = thread::spawn(entry);
            let id = handle.thread().id();
            (handle, id)
        })))
    }

    impl Thread {
        pub(crate) fn is_current(&self) -> bool {
            self.0.as_ref().is_some_and(|(_, id)| thread::current().id() == *id)
        }

        pub(crate) fn join(self) -> UvResult {
            let (handle, _) = self.0.expect("a thread of this process");
            handle.join().expect("a worker ends");
            Ok(())
        }
    }

    pub(crate) fn expect_end() {}

    pub(crate) fn is_process_ending() -> bool {
        false
    }
}
