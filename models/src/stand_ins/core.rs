//! The core.

pub(crate) use state::inner::{LoopInner, inner};

pub(crate) mod memory {
    pub(crate) mod lend {
        pub(crate) use crate::abi::Held;
    }

    pub(crate) mod callback {
        use crate::abi::uv_async_t;

        pub(crate) fn async_(handle: &uv_async_t) {
            handle.told.set(handle.told.get() + 1);
            (handle.async_cb.get())(handle);
        }
    }

    taken!(leaf, "core/memory/leaf.rs");
    taken!(owning, "core/memory/owning.rs");
    pub(crate) mod queue {
        include!(concat!(env!("OUT_DIR"), "/core/memory/queue.rs"));

        pub(crate) struct Handles<'a>(&'a uv_loop_t);

        impl<'a> Handles<'a> {
            pub(crate) fn iter(self) -> impl Iterator<Item = &'a uv_async_t> {
                // SAFETY: handles that are there.
                self.0.handles.borrow().clone().into_iter().map(|handle| unsafe { &*handle })
            }
        }

        pub(crate) fn handles(loop_: &uv_loop_t) -> Handles<'_> {
            Handles(loop_)
        }
    }
}

/// Nobody looks.
pub(crate) mod observe {
    pub(crate) mod call {
        pub(crate) struct Call<'a>(std::marker::PhantomData<&'a ()>);

        impl Call<'_> {
            pub(crate) fn none() -> Self {
                Call(std::marker::PhantomData)
            }
        }
    }

    pub(crate) mod queued {
        pub(crate) fn enter(_job: impl FnOnce() -> usize) {}
        pub(crate) fn leave(_job: impl FnOnce() -> usize) {}
    }

    pub(crate) mod watched {
        pub(crate) fn is_on() -> bool {
            false
        }
    }

    pub(crate) mod working {
        use super::call::Call;

        pub(crate) fn working<'a>(_call: impl FnOnce() -> Call<'a>, run: impl FnOnce()) {
            run();
        }

        pub(crate) fn begin() {}
        pub(crate) fn leave() {}
    }
}

pub(crate) mod state {
    pub(crate) mod job_stack {
        include!(concat!(env!("OUT_DIR"), "/core/state/job_stack.rs"));

        impl JobStack {
            pub(crate) fn free(&mut self) {
                self.0.free();
            }
        }
    }
    taken!(job, "core/state/job.rs");
    pub(crate) mod sends {
        include!(concat!(env!("OUT_DIR"), "/core/state/sends.rs"));

        impl Sends {
            pub(crate) fn free(&mut self) {
                self.0.free();
            }
        }
    }
    taken!(visitors, "core/state/visitors.rs");
    pub(crate) mod wakeup {
        include!(concat!(env!("OUT_DIR"), "/core/state/wakeup.rs"));

        impl Wakeup {
            pub(crate) fn free(&mut self) {
                self.state.free();
                self.holders.free();
                self.generation.free();
            }
        }
    }

    pub(crate) mod poller {
        use crate::kernel::EventFd;
        use crate::sys::errno::UvResult;
        use crate::sys::waker::Waker;

        pub(crate) struct Poller {
            pub(crate) event: EventFd,
            /// Whether there are descriptors beside the waker, of which nothing is reported.
            pub(crate) has_others: bool,
        }

        impl Poller {
            pub(crate) fn waker(&self) -> UvResult<Waker> {
                Ok(Waker(self.event.clone()))
            }

            pub(crate) fn is_silent(&self) -> bool {
                !self.has_others
            }

            pub(crate) fn wait(&self, timeout: libc::c_int) -> UvResult<bool> {
                Ok(self.event.fetch(timeout != 0))
            }
        }
    }

    pub(crate) mod clock {
        pub(crate) fn hrtime() -> u64 {
            crate::kernel::now_ns()
        }
    }

    pub(crate) mod spin {
        use crate::kernel;

        pub(crate) const LIMIT_NS: u64 = 20_000;
        pub(crate) const MAX_ROUNDS: usize = 2;

        pub(crate) struct Adaptive;

        impl Adaptive {
            pub(crate) fn new() -> Adaptive {
                Adaptive
            }

            pub(crate) fn should_look(&self) -> bool {
                kernel::looks()
            }

            pub(crate) fn looked(&self, _found: bool) {}

            pub(crate) fn waited(&self, _ns: u64, _by_notification: bool) {}
        }

        pub(crate) struct Gaps;

        impl Gaps {
            pub(crate) const LIMIT_NS: u64 = 20_000;

            pub(crate) const fn new() -> Gaps {
                Gaps
            }

            pub(crate) fn are_short(&self) -> bool {
                kernel::looks()
            }

            pub(crate) fn add(&self, _ns: u64) {}

            pub(crate) fn looked(&self, _found: bool) {}
        }

        pub(crate) fn pays() -> bool {
            true
        }

        pub(crate) fn spare_cpus() -> usize {
            1
        }
    }

    pub(crate) mod req {
        use crate::abi::uv_loop_t;

        pub(crate) fn count(_loop: &uv_loop_t) -> u32 {
            1
        }
    }

    pub(crate) mod handle {
        use crate::abi::uv_async_t;

        pub(crate) fn stop(_handle: &uv_async_t) {}

        pub(crate) fn is_closing(handle: &uv_async_t) -> bool {
            handle.is_closing.get()
        }
    }

    pub(crate) mod metrics {
        pub(crate) struct Metrics;

        impl Metrics {
            pub(crate) fn count_events(&self, _count: u64, _waiting: bool) {}
            pub(crate) fn measures_idle(&self) -> bool {
                false
            }
            pub(crate) fn measures_sleep(&self) -> bool {
                false
            }
            pub(crate) fn is_asleep(&self) -> bool {
                false
            }
        }
    }

    pub(crate) mod inner {
        use super::job_stack::JobStack;
        use super::metrics::Metrics;
        use super::poller::Poller;
        use super::sends::Sends;
        use super::spin::Adaptive;
        use super::wakeup::Wakeup;
        use crate::abi::uv_loop_t;
        use crate::cell::Cell;
        use crate::core::memory::leaf::Leaf;
        use crate::core::memory::queue::{AsyncLink, Head};

        pub(crate) struct Shared {
            pub(crate) wakeup: Wakeup,
            pub(crate) completions: JobStack,
            pub(crate) async_pending: Sends,
            pub(crate) metrics: Metrics,
        }

        pub(crate) struct Batches {
            pub(crate) asyncs: Head<AsyncLink>,
        }

        pub(crate) struct LoopInner {
            pub(crate) shared: Shared,
            pub(crate) poller: Leaf<Poller>,
            pub(crate) adaptive: Leaf<Adaptive>,
            pub(crate) next_async: Cell<usize>,
            pub(crate) batches: Batches,
            pub(crate) now_ns: Cell<u64>,
            pub(crate) has_slept: Cell<bool>,
            pub(crate) waker_watcher: (),
        }

        impl std::ops::Deref for LoopInner {
            type Target = Shared;

            fn deref(&self) -> &Shared {
                &self.shared
            }
        }

        pub(crate) fn inner(loop_: &uv_loop_t) -> &LoopInner {
            &loop_.inner
        }

        pub(crate) fn shared(loop_: &uv_loop_t) -> &Shared {
            &loop_.inner.shared
        }
    }
}

pub(crate) mod turn {
    taken!(sender, "core/turn/sender.rs");

    pub(crate) mod closing {
        use crate::abi::uv_async_t;

        pub(crate) fn make_pending(handle: &uv_async_t) {
            handle.is_closed.set(true);
        }
    }

    pub(crate) mod time {
        use crate::abi::uv_loop_t;
        use crate::core::inner;

        pub(crate) fn update_time(loop_: &uv_loop_t) {
            let now = crate::kernel::now_ns();
            inner(loop_).now_ns.set(now);
            loop_.time.set(now / 1_000_000);
        }
    }

    pub(crate) mod poll_phase {
        use crate::abi::uv_loop_t;
        use crate::core::state::{clock, req, spin};
        use crate::core::turn::time;
        use crate::core::{LoopInner, inner, threadpool};
        use crate::sys::abort::fatal_error;
        use crate::sys::errno::{Errno, UvResult};
        use libc::c_int;

        const BLOCK_SIGPROF: u64 = 1;

        /// What other descriptors report: nothing.
        #[derive(Clone, Copy)]
        pub(crate) struct Batch<'a>(std::marker::PhantomData<&'a ()>);

        impl Batch<'_> {
            fn is_empty(&self) -> bool {
                true
            }

            fn contains(_watcher: &()) -> bool {
                false
            }
        }

        pub(crate) struct Fetched {
            events: usize,
            notified: bool,
        }

        fn collect(_loop: &uv_loop_t, _this: &LoopInner, _batch: Batch<'_>) -> usize {
            1
        }

        fn call_poller_undisturbed(this: &LoopInner, timeout: c_int) -> UvResult<bool> {
            this.poller.with(|poller| poller.wait(timeout))
        }

        fn look(this: &LoopInner) -> bool {
            for _ in 0..spin::MAX_ROUNDS {
                if this.wakeup.is_notified() {
                    return true;
                }
                loom::hint::spin_loop();
            }
            false
        }

        include!(concat!(env!("OUT_DIR"), "/core/turn/fetch.rs"));

        fn sleep_begins(_loop: &uv_loop_t) {}
        fn sleep_ends(_loop: &uv_loop_t) {}

        /// The poll phase: as `run` and `wake` do it.
        pub(crate) fn turn(loop_: &uv_loop_t, timeout: c_int) {
            if fetch(loop_, timeout, Batch(std::marker::PhantomData)).notified {
                threadpool::finish::drain(loop_);
                crate::handles::async_::deliver(loop_);
            }
        }
    }
}

pub(crate) mod threadpool {
    pub(crate) use crate::core::state::job::Work;

    pub(crate) fn has_short_jobs() -> bool {
        false
    }

    pub(crate) fn is_one_coming() -> bool {
        false
    }

    pub(crate) mod deferred {
        use crate::abi::uv_loop_t;
        use crate::core::state::job::Job;

        pub(crate) fn push(_loop: &uv_loop_t, _job: Job) {
            unreachable!("not in the models");
        }
    }

    taken!(crowding, "core/threadpool/crowding.rs");
    taken!(finish, "core/threadpool/finish.rs");
    taken!(givers, "core/threadpool/givers.rs");
    taken!(inbox, "core/threadpool/inbox.rs");
    taken!(jobs, "core/threadpool/jobs.rs");
    taken!(members, "core/threadpool/members.rs");
    taken!(pool, "core/threadpool/pool.rs");
    taken!(rest, "core/threadpool/rest.rs");
    taken!(start, "core/threadpool/start.rs");
    taken!(workers, "core/threadpool/workers.rs");
}
