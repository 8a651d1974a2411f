//! Panics do not pass through C: they come out of `run`.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::{Log, NONE, ms, panic_of};
use uv::{Handle, Loop, RunMode, Timer, queue_work};

#[test]
fn a_panic_comes_out_of_run() {
    let event_loop = Loop::new().unwrap();
    let timer = Timer::new(&event_loop).unwrap();
    let mut calls = 0;
    timer
        .start(NONE, ms(1), move |timer| {
            calls += 1;
            assert!(calls != 1, "the first call");
            timer.close();
        })
        .unwrap();
    assert_eq!(panic_of(|| event_loop.run(RunMode::Default)), "the first call");
    // The loop and the callback are as they were.
    assert!(!event_loop.run(RunMode::Default));
}

#[test]
fn what_is_due_is_called_before_and_the_first_panic_comes_out() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let timers: Vec<_> = ["first", "second", "third"]
        .into_iter()
        .map(|name| {
            let timer = Timer::new(&event_loop).unwrap();
            let told = log.clone();
            timer
                .start(NONE, NONE, move |_| {
                    told.add(name);
                    panic!("{name}");
                })
                .unwrap();
            timer
        })
        .collect();
    assert_eq!(panic_of(|| event_loop.run(RunMode::Default)), "first");
    log.expect(&["first", "second", "third"]);
    drop(timers);
    assert!(!event_loop.run(RunMode::Default));
}

#[test]
fn of_a_close_callback() {
    let event_loop = Loop::new().unwrap();
    Timer::new(&event_loop).unwrap().close_with(|| panic!("closed"));
    assert_eq!(panic_of(|| event_loop.run(RunMode::Default)), "closed");
    assert_eq!(event_loop.handle_count(), 0);
}

#[test]
fn of_a_worker() {
    let event_loop = Loop::new().unwrap();
    queue_work(&event_loop, || panic!("at work"), |_: uv::Result<()>| panic!("there is no result")).unwrap();
    assert_eq!(panic_of(|| event_loop.run(RunMode::Default)), "at work");
}

#[test]
fn of_what_a_callback_drops() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    let event_loop = Loop::new().unwrap();
    let timer = Timer::new(&event_loop).unwrap();
    let bomb = Bomb;
    timer
        .start(NONE, NONE, move |timer| {
            let _captured = &bomb;
            timer.close();
        })
        .unwrap();
    assert_eq!(panic_of(|| event_loop.run(RunMode::Default)), "dropped");
    assert!(!event_loop.run(RunMode::Default));
}

#[test]
fn of_a_callback_when_the_loop_is_dropped() {
    let event_loop = Loop::new().unwrap();
    Timer::new(&event_loop).unwrap().close_with(|| panic!("closed with the loop"));
    assert_eq!(panic_of(|| drop(event_loop)), "closed with the loop");
}

#[test]
fn a_loop_is_dropped_by_a_panic() {
    let log = Log::default();
    let told = log.clone();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let event_loop = Loop::new().unwrap();
        Timer::new(&event_loop).unwrap().close_with(move || {
            told.add("closed");
            panic!("nobody hears of this one");
        });
        panic!("of the program");
    }));
    assert!(result.is_err());
    log.expect(&["closed"]);
}

#[test]
fn a_panic_that_drops_handles() {
    let event_loop = Loop::new().unwrap();
    let timer = Timer::new(&event_loop).unwrap();
    timer
        .start(NONE, NONE, |timer| {
            let _dropped = Timer::new(timer.event_loop()).unwrap();
            panic!("with a handle in hand");
        })
        .unwrap();
    assert_eq!(panic_of(|| event_loop.run(RunMode::Default)), "with a handle in hand");
    timer.close();
    event_loop.run(RunMode::Default);
    assert_eq!(event_loop.handle_count(), 0);
}
