//! The wake-up word: nobody sleeps through a notification.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use loom::thread;

use super::fixture::{Place, close, close_async, event_of, free_async, new_async, new_loop, run, send};
use crate::abi::uv_loop_t;
use crate::core::turn::poll_phase::turn;
use crate::{Model, kernel};

pub const ALL: &[Model] = &[
    Model {
        name: "wakeup",
        what: "a thread notifies a loop that sleeps or is about to",
        bound: None,
        body: plain,
    },
    Model { name: "wakeup_by_two", what: "two threads do", bound: Some(3), body: by_two },
    Model {
        name: "wakeup_beside_sockets",
        what: "the same, with descriptors that have nothing to report",
        bound: Some(3),
        body: beside_sockets,
    },
    Model {
        name: "wakeup_looking",
        what: "the same, with a loop that looks before it sleeps",
        bound: Some(3),
        body: looking,
    },
    Model {
        name: "wakeup_backend_fd",
        what: "an embedder waits on the backend fd and runs the loop without waiting",
        bound: Some(3),
        body: backend_fd,
    },
    Model {
        name: "wakeup_between_runs",
        what: "notified while a run ends: the descriptor shows it",
        bound: None,
        body: between_runs,
    },
];

/// A thread leaves a number, and notifies the loop.
fn notifier(loop_: Place<uv_loop_t>, data: &Arc<AtomicU32>) -> thread::JoinHandle<()> {
    let data = data.clone();
    thread::spawn(move || {
        data.store(1, Relaxed);
        loop_.get().inner.wakeup.notify();
    })
}

fn two(has_others: bool) {
    let loop_ = new_loop(has_others);
    let data = [Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0))];
    let threads = data.each_ref().map(|data| notifier(loop_, data));
    // What they left is seen when they are heard: a loop that is heard too early would wait for ever.
    run(loop_.get(), || data.iter().all(|data| data.load(Relaxed) == 1));
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    close(loop_);
}

fn plain() {
    let loop_ = new_loop(false);
    let data = Arc::new(AtomicU32::new(0));
    let thread = notifier(loop_, &data);
    run(loop_.get(), || data.load(Relaxed) == 1);
    thread.join().unwrap();
    close(loop_);
}

fn by_two() {
    two(false);
}

fn beside_sockets() {
    two(true);
}

fn looking() {
    kernel::set_looks(true);
    two(false);
}

fn backend_fd() {
    let loop_ = new_loop(false);
    let data = [Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0))];
    let threads = data.each_ref().map(|data| notifier(loop_, data));
    let event = event_of(loop_.get());
    while data.iter().any(|data| data.load(Relaxed) == 0) {
        event.look(true);
        loop_.get().inner.wakeup.rise();
        turn(loop_.get(), 0);
        loop_.get().inner.wakeup.leave();
        // A notifier between its write and its note of that is waited for with open eyes.
        thread::yield_now();
    }
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    close(loop_);
}

fn between_runs() {
    let loop_ = new_loop(true);
    let handle = new_async(loop_, |_| {});
    let sender = thread::spawn(move || send(handle));
    let event = event_of(loop_.get());
    loop_.get().inner.wakeup.rise();
    turn(loop_.get(), 0);
    loop_.get().inner.wakeup.leave();
    // What came since shows on the descriptor, which is all that an embedder sees.
    while handle.get().told.get() == 0 {
        event.look(true);
        loop_.get().inner.wakeup.rise();
        turn(loop_.get(), 0);
        loop_.get().inner.wakeup.leave();
        thread::yield_now();
    }
    close_async(handle.get());
    free_async(handle);
    close(loop_);
    sender.join().unwrap();
}
