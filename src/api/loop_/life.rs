//! The making of a loop, its options, its copy in a child, and its end.

use libc::c_int;

use crate::abi::*;
use crate::api::kinds::{self, All};
use crate::core::memory::queue::handles;
use crate::core::observe::{calling, observer};
use crate::core::state::handle::flags;
use crate::core::state::inner::{self, inner};
use crate::core::state::req;
use crate::core::turn::{fetch, run, time};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;

pub(super) fn init(loop_: &uv_loop_t) -> UvResult {
    observer::begin();
    let data = loop_.data.get();
    zero(loop_);
    loop_.data.set(data);
    for list in [
        &loop_.wq,
        &loop_.idle_handles,
        &loop_.async_handles,
        &loop_.check_handles,
        &loop_.prepare_handles,
        &loop_.handle_queue,
        &loop_.pending_queue,
        &loop_.watcher_queue,
        &loop_.process_handles,
    ] {
        list.init();
    }
    loop_.signal_pipefd.set([-1, -1]);
    loop_.async_wfd.set(-1);
    loop_.emfile_fd.set(-1);
    loop_.inotify_fd.set(-1);
    inner::create(loop_)?;
    calling::follow(loop_);
    time::update_time(loop_);
    loop_.backend_fd.set(inner(loop_).poller.with(|poller| poller.fd()));
    Ok(())
}

pub(super) fn close(loop_: &uv_loop_t) -> UvResult {
    if !inner::is_open(loop_) {
        return Err(Errno::EINVAL); // it was closed before
    }
    let is_left = |handle: &uv_handle_t| !handle.has(flags::INTERNAL);
    // A loop that runs has a turn to finish.
    if inner(loop_).runs.get() > 0 || req::has_active(loop_) || handles(loop_).iter().any(is_left) {
        return Err(Errno::EBUSY);
    }
    calling::leave(loop_);
    kinds::loop_close(loop_);
    release(loop_);
    Ok(())
}

/// Frees what `init` made, when other threads have left it.
fn release(loop_: &uv_loop_t) {
    inner(loop_).wakeup.wait_for_holders();
    loop_.backend_fd.set(-1);
    if loop_.emfile_fd.get() != -1 {
        fd::close(loop_.emfile_fd.replace(-1));
    }
    inner::delete(loop_);
}

pub(super) fn configure(loop_: &uv_loop_t, option: uv_loop_option, argument: c_int) -> UvResult {
    match option {
        UV_METRICS_IDLE_TIME => inner(loop_).metrics.measure_idle(),
        UV_LOOP_BLOCK_SIGNAL if argument == libc::SIGPROF => {
            loop_.flags.set(loop_.flags.get() | fetch::BLOCK_SIGPROF);
        }
        UV_LOOP_BLOCK_SIGNAL => return Err(Errno::EINVAL),
        // Accepted: file operations are served without a ring; see docs/differences.md.
        UV_LOOP_USE_IO_URING_SQPOLL => {}
        _ => return Err(Errno::ENOSYS),
    }
    Ok(())
}

/// After fork, in the child: a poller and a waker of its own, everything registered anew.
pub(super) fn fork(loop_: &uv_loop_t) -> UvResult {
    let this = inner(loop_);
    let is_left = run::is_left_by_others(loop_);
    if is_left {
        this.poller.forget_step(); // it was asleep there
    }
    this.wakeup.drop_waker();
    this.poller.with(|poller| {
        poller.drop_poll();
        let renewed = poller.renew();
        loop_.backend_fd.set(poller.fd());
        renewed.and_then(|()| this.wakeup.renew(poller))
    })?;
    calling::leave(loop_);
    observer::begin();
    calling::follow(loop_);
    if is_left {
        run::end_for_others::<All>(loop_);
    }
    kinds::loop_fork(loop_)
}
