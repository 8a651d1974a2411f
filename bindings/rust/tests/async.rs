//! Waking the loop from other threads.

mod common;

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use uv::{Async, AsyncSender, Error, Handle, Loop, RunMode};

fn is_for_all_threads<T: Send + Sync>() {}

#[test]
fn senders_go_to_other_threads() {
    is_for_all_threads::<AsyncSender>();
    const THREADS: u32 = 4;
    const SENDS: u32 = 100;
    let event_loop = Loop::new().unwrap();
    let sent = Arc::new(AtomicU32::new(0));
    let seen = sent.clone();
    // Sends are merged, but none is lost: the last one is seen.
    let wake_up = Async::new(&event_loop, move |wake_up| {
        if seen.load(Ordering::Acquire) == THREADS * SENDS {
            wake_up.close();
        }
    })
    .unwrap();
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (sender, sent) = (wake_up.sender(), sent.clone());
            thread::spawn(move || {
                for _ in 0..SENDS {
                    sent.fetch_add(1, Ordering::AcqRel);
                    // The last one may come after the close: then it is refused.
                    let _ = sender.send();
                }
            })
        })
        .collect();
    event_loop.run(RunMode::Default);
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(sent.load(Ordering::Acquire), THREADS * SENDS);
}

#[test]
fn many_sends_are_one_call() {
    let event_loop = Loop::new().unwrap();
    let calls = Rc::new(Cell::new(0));
    let counted = calls.clone();
    let wake_up = Async::new(&event_loop, move |_| counted.set(counted.get() + 1)).unwrap();
    wake_up.send().unwrap();
    wake_up.send().unwrap();
    wake_up.sender().send().unwrap();
    event_loop.run(RunMode::Once);
    assert_eq!(calls.get(), 1);
}

/// Threads that send all the while see the handle closed, and nothing worse.
#[test]
fn a_handle_is_closed_among_senders() {
    for _ in 0..20 {
        let event_loop = Loop::new().unwrap();
        let wake_up = Async::new(&event_loop, |_| ()).unwrap();
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let sender = wake_up.sender();
                thread::spawn(move || {
                    loop {
                        if let Err(error) = sender.send() {
                            return error;
                        }
                    }
                })
            })
            .collect();
        event_loop.run(RunMode::Once);
        drop(wake_up);
        drop(event_loop);
        for thread in threads {
            assert_eq!(thread.join().unwrap(), Error::EINVAL);
        }
    }
}
