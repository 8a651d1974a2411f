//! The child of a fork: another thread was anywhere in what it did, and is not there any more.

use super::fixture::{
    check_work, close, close_async, event_of, free_async, held, new_async, new_loop, new_work, run, send,
};
use crate::abi::uv_async_t;
use crate::core::state::sends::PENDING;
use crate::core::threadpool::jobs::WorkKind;
use crate::core::threadpool::{pool, start, workers};
use crate::sync::atomic::Ordering::Relaxed;
use crate::{Model, kernel};

pub const ALL: &[Model] = &[
    Model {
        name: "fork_while_sending",
        what: "the parent's thread was at any step of a send",
        bound: None,
        body: sending,
    },
    Model {
        name: "fork_and_close",
        what: "the same; the child closes the handle without uv_loop_fork",
        bound: None,
        body: closing,
    },
    Model {
        name: "fork_with_pool",
        what: "the parent's thread was at any step of giving a job to the pool",
        bound: None,
        body: giving,
    },
];

fn nothing(_: &uv_async_t) {}

/// uv_loop_fork, as far as other threads matter.
fn loop_fork(loop_: &crate::abi::uv_loop_t) {
    loop_.inner.wakeup.drop_waker();
    let event = kernel::EventFd::new();
    loop_.inner.poller.with(|poller| {
        poller.event = event;
        loop_.inner.wakeup.renew(poller).unwrap();
    });
    crate::handles::async_::fork(loop_);
}

fn sending() {
    let loop_ = new_loop(false);
    let handles = [new_async(loop_, nothing), new_async(loop_, nothing)];
    send(handles[1]);
    kernel::until_fork(|| send(handles[0]));
    let is_sent = handles[0].get().word().load(Relaxed) & PENDING != 0;
    kernel::fork();
    loop_fork(loop_.get());
    // What was sent shows on the child's own descriptor.
    event_of(loop_.get()).look(true);
    run(loop_.get(), || handles[1].get().told.get() == 1);
    assert_eq!(handles[0].get().told.get(), u32::from(is_sent));
    send(handles[0]);
    run(loop_.get(), || handles[0].get().told.get() == 1 + u32::from(is_sent));
    for handle in handles {
        close_async(handle.get());
        free_async(handle);
    }
    close(loop_);
}

fn closing() {
    let loop_ = new_loop(false);
    let handle = new_async(loop_, nothing);
    kernel::until_fork(|| send(handle));
    kernel::fork();
    close_async(handle.get());
    free_async(handle);
    close(loop_);
}

fn giving() {
    let loop_ = new_loop(false);
    let works = [new_work(), new_work()];
    kernel::set_spawns(false);
    kernel::until_fork(|| start::start(loop_.get(), held(works[0]), WorkKind::FastIo));
    kernel::fork();
    kernel::set_spawns(true);
    pool::forget_pool();
    loop_fork(loop_.get());
    start::start(loop_.get(), held(works[1]), WorkKind::Cpu);
    run(loop_.get(), || works[1].get().told.get().is_some());
    workers::shutdown();
    assert_eq!(works[0].get().told.get(), None, "it was the parent's");
    close(loop_);
    check_work(works[1]);
}
