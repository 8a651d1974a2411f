//! The program's own work on the pool.

mod common;

use std::cell::Cell;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread;

use common::Log;
use uv::{Error, Loop, RunMode, queue_work};

#[test]
fn is_done_on_another_thread() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let (told, here) = (log.clone(), thread::current().id());
    queue_work(
        &event_loop,
        || thread::current().id(),
        move |worker| {
            assert_ne!(worker.unwrap(), here);
            assert_eq!(thread::current().id(), here);
            told.add("done");
        },
    )
    .unwrap();
    log.expect(&[]);
    event_loop.run(RunMode::Default);
    log.expect(&["done"]);
}

#[test]
fn what_is_not_begun_can_be_cancelled() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    // All workers are held up, so the last one waits.
    let workers = std::env::var("UV_THREADPOOL_SIZE").map_or(4, |size| size.parse().expect("a number"));
    let (release, held) = mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    let mut requests = Vec::new();
    for _ in 0..workers {
        let held = held.clone();
        requests.push(queue_work(&event_loop, move || held.lock().unwrap().recv().is_ok(), |_| ()).unwrap());
    }
    let told = log.clone();
    let last = queue_work(&event_loop, || (), move |result| told.add(format!("{result:?}"))).unwrap();
    last.cancel().unwrap();
    drop(release);
    event_loop.run(RunMode::Default);
    log.expect(&["Err(Error(-125: ECANCELED))"]);
    assert_eq!(last.cancel(), Err(Error::EBUSY));
    assert_eq!(requests[0].cancel(), Err(Error::EBUSY));
}

#[test]
fn work_can_ask_for_more_work() {
    let event_loop = Loop::new().unwrap();
    let sum = Rc::new(Cell::new(0));
    fn next(event_loop: &uv::LoopRef, number: u32, sum: Rc<Cell<u32>>) {
        let loop_ref = event_loop.clone();
        queue_work(
            event_loop,
            move || number,
            move |result| {
                sum.set(sum.get() + result.unwrap());
                if number < 10 {
                    next(&loop_ref, number + 1, sum);
                }
            },
        )
        .unwrap();
    }
    next(&event_loop, 1, sum.clone());
    event_loop.run(RunMode::Default);
    assert_eq!(sum.get(), 55);
}
