//! The word of an async handle and the loop's stack of them.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use loom::thread;

use super::fixture::{Place, close, close_async, free_async, new_async, new_loop, run, run_nested, send};
use crate::abi::uv_async_t;
use crate::core::turn::poll_phase::turn;
use crate::{Model, kernel};

pub const ALL: &[Model] = &[
    Model {
        name: "async_two_senders",
        what: "two threads send to one handle: a callback follows each send",
        bound: Some(3),
        body: two_senders,
    },
    Model {
        name: "async_two_handles",
        what: "two threads send to a handle each",
        bound: Some(3),
        body: two_handles,
    },
    Model {
        name: "async_close",
        what: "the callback closes the handle, whose memory and the loop's go",
        bound: None,
        body: closed_in_callback,
    },
    Model {
        name: "async_close_other",
        what: "a handle that was sent to is closed beside others on the stack",
        bound: Some(3),
        body: close_other,
    },
    Model {
        name: "async_nested_run",
        what: "a run in a callback waits for what others send",
        bound: Some(3),
        body: nested,
    },
    Model {
        name: "async_busy_loop",
        what: "a loop that never sleeps finds what was sent",
        bound: None,
        body: busy,
    },
];

fn nothing(_: &uv_async_t) {}

fn two_senders() {
    let loop_ = new_loop(false);
    let handle = new_async(loop_, nothing);
    let data = [Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0))];
    let threads = data.each_ref().map(|data| {
        let data = data.clone();
        thread::spawn(move || {
            data.store(1, Relaxed);
            send(handle);
        })
    });
    let seen = || handle.get().told.get() > 0 && data.iter().all(|data| data.load(Relaxed) == 1);
    run(loop_.get(), seen);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(handle.get().told.get() <= 2);
    close_async(handle.get());
    free_async(handle);
    close(loop_);
}

fn two_handles() {
    let loop_ = new_loop(true);
    let handles = [new_async(loop_, nothing), new_async(loop_, nothing)];
    let threads = handles.map(|handle| thread::spawn(move || send(handle)));
    run(loop_.get(), || handles.iter().all(|handle| handle.get().told.get() == 1));
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    for handle in handles {
        assert_eq!(handle.get().told.get(), 1);
        close_async(handle.get());
        free_async(handle);
    }
    close(loop_);
}

fn closed_in_callback() {
    let loop_ = new_loop(false);
    let handle = new_async(loop_, close_async);
    let sender = thread::spawn(move || send(handle));
    run(loop_.get(), || handle.get().is_closed.get());
    // The sender may still be on its way out.
    free_async(handle);
    close(loop_);
    sender.join().unwrap();
}

fn close_other() {
    let loop_ = new_loop(false);
    let handles = [new_async(loop_, nothing), new_async(loop_, nothing)];
    send(handles[0]);
    let sender = thread::spawn(move || send(handles[1]));
    close_async(handles[0].get());
    free_async(handles[0]);
    run(loop_.get(), || handles[1].get().told.get() == 1);
    close_async(handles[1].get());
    free_async(handles[1]);
    close(loop_);
    sender.join().unwrap();
}

fn nested() {
    fn run_for_the_other(handle: &uv_async_t) {
        let loop_ = handle.owner();
        let other = loop_.handles.borrow()[1];
        // SAFETY: the model's.
        let other = unsafe { &*other };
        run_nested(loop_, || other.told.get() == 1);
    }

    let loop_ = new_loop(false);
    let handles = [new_async(loop_, run_for_the_other), new_async(loop_, nothing)];
    let threads = handles.map(|handle| thread::spawn(move || send(handle)));
    run(loop_.get(), || handles.iter().all(|handle| handle.get().told.get() == 1));
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    for handle in handles {
        close_async(handle.get());
        free_async(handle);
    }
    close(loop_);
}

fn busy() {
    let loop_ = new_loop(false);
    let handle = new_async(loop_, nothing);
    let sender = thread::spawn(move || send(handle));
    loop_.get().inner.wakeup.rise();
    // Heard once: a loop that does not find the handle then waits for ever.
    while handle.get().told.get() == 0 {
        turn(loop_.get(), 0);
        thread::yield_now();
    }
    loop_.get().inner.wakeup.leave();
    close_async(handle.get());
    free_async(handle);
    close(loop_);
    sender.join().unwrap();
}
