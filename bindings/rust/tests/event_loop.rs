//! The loop's life, and what is left of a program's handles when it ends.

mod common;

use std::cell::Cell;
use std::rc::Rc;

use common::{Log, NONE, ms, panic_of};
use uv::{Async, Error, Handle, Loop, RunMode, Timer, queue_work};

#[test]
fn an_empty_loop_has_nothing_to_do() {
    let event_loop = Loop::new().unwrap();
    assert!(!event_loop.run(RunMode::Default));
    assert!(!event_loop.is_alive());
    assert_eq!(event_loop.handle_count(), 0);
    assert_eq!(event_loop.backend_timeout(), Ok(Some(0)));
    assert!(event_loop.backend_fd().unwrap() >= 0);
}

#[test]
fn stop_ends_the_run() {
    let event_loop = Loop::new().unwrap();
    let timer = Timer::new(&event_loop).unwrap();
    timer.start(NONE, ms(1), |timer| timer.event_loop().stop()).unwrap();
    assert!(event_loop.run(RunMode::Default));
    timer.close();
    assert!(!event_loop.run(RunMode::Default));
}

#[test]
fn no_wait_does_not_wait() {
    let event_loop = Loop::new().unwrap();
    let timer = Timer::new(&event_loop).unwrap();
    timer.start(ms(3_600_000), NONE, |_| panic!("in an hour")).unwrap();
    assert!(event_loop.run(RunMode::NoWait));
}

#[test]
fn a_callback_cannot_run_its_own_loop() {
    let event_loop = Rc::new(Loop::new().unwrap());
    let timer = Timer::new(&event_loop).unwrap();
    let inner = event_loop.clone();
    timer
        .start(NONE, NONE, move |_| {
            inner.run(RunMode::NoWait);
        })
        .unwrap();
    let text = panic_of(|| event_loop.run(RunMode::Default));
    assert_eq!(text, "a callback must not run the loop that calls it");
    // It is dropped here and now, not in the callback that has the other pointer.
    timer.close();
    assert_eq!(Rc::strong_count(&event_loop), 1);
}

#[test]
fn a_callback_can_run_another_loop() {
    let log = Log::default();
    let outer = Loop::new().unwrap();
    let timer = Timer::new(&outer).unwrap();
    timer
        .start(NONE, NONE, {
            let log = log.clone();
            move |_| {
                let inner = Loop::new().unwrap();
                let timer = Timer::new(&inner).unwrap();
                let told = log.clone();
                timer.start(NONE, NONE, move |_| told.add("inner")).unwrap();
                inner.run(RunMode::Default);
                log.add("outer");
            }
        })
        .unwrap();
    outer.run(RunMode::Default);
    log.expect(&["inner", "outer"]);
}

#[test]
fn handles_may_stay_longer_than_the_loop() {
    let event_loop = Loop::new().unwrap();
    let alive = Rc::new(());
    let timer = Timer::new(&event_loop).unwrap();
    let captured = alive.clone();
    timer.start(ms(1), NONE, move |_| drop(captured.clone())).unwrap();
    let wake_up = Async::new(&event_loop, |_| ()).unwrap();
    let sender = wake_up.sender();
    let loop_ref = timer.event_loop().clone();
    drop(event_loop);

    assert_eq!(Rc::strong_count(&alive), 1, "its callback is dropped");
    assert!(timer.is_closing() && !timer.is_active());
    assert_eq!(timer.start(NONE, NONE, |_| ()), Err(Error::EINVAL));
    assert_eq!(timer.stop(), Err(Error::EINVAL));
    assert_eq!(wake_up.send(), Err(Error::EINVAL));
    assert_eq!(sender.send(), Err(Error::EINVAL));
    assert!(loop_ref.is_closed() && !loop_ref.is_alive());
    assert_eq!(Timer::new(&loop_ref).err(), Some(Error::EINVAL));
    assert_eq!(loop_ref.handle_count(), 0);
    timer.close();
}

#[test]
fn handles_are_closed_in_their_order() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    struct Told(Log, &'static str);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.add(self.1);
        }
    }
    for name in ["first", "second", "third"] {
        let timer = Timer::new(&event_loop).unwrap();
        let told = Told(log.clone(), name);
        timer
            .start(ms(1), NONE, move |_| {
                let _captured = &told;
            })
            .unwrap();
        timer.detach();
    }
    drop(event_loop);
    log.expect(&["first", "second", "third"]);
}

#[test]
fn dropping_the_loop_waits_for_requests() {
    let event_loop = Loop::new().unwrap();
    let answer = Rc::new(Cell::new(None));
    let told = answer.clone();
    queue_work(&event_loop, || 42, move |result| told.set(Some(result))).unwrap();
    drop(event_loop);
    assert_eq!(answer.get(), Some(Ok(42)));
}

#[test]
fn nothing_is_begun_on_a_loop_that_ends() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let (told, loop_ref) = (log.clone(), event_loop.clone());
    queue_work(
        &event_loop,
        || (),
        move |_| {
            told.add(format!("{:?}", Timer::new(&loop_ref).err()));
            told.add(format!("{:?}", queue_work(&loop_ref, || (), |_| ()).err()));
        },
    )
    .unwrap();
    drop(event_loop);
    log.expect(&["Some(Error(-22: EINVAL))"; 2]);
}

#[test]
fn a_loop_that_is_forgotten_only_leaks() {
    // The point is that the handle can still be used and dropped.
    if common::is_under_valgrind() {
        return;
    }
    let event_loop = Loop::new().unwrap();
    let timer = Timer::new(&event_loop).unwrap();
    std::mem::forget(event_loop);
    timer.start(NONE, NONE, |_| ()).unwrap();
    timer.close();
    assert!(timer.is_closing());
}
