//! Timers.

mod common;

use std::time::Instant;

use common::{Log, NONE, ms};
use uv::{Error, Handle, Loop, RunMode, Timer};

#[test]
fn is_called_once_and_not_early() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let timer = Timer::new(&event_loop).unwrap();
    let (told, begin) = (log.clone(), Instant::now());
    event_loop.update_time();
    timer.start(ms(5), NONE, move |_| told.add("called")).unwrap();
    assert!(timer.is_active());
    event_loop.run(RunMode::Default);
    // The loop's clock has whole milliseconds.
    assert!(begin.elapsed() >= ms(4));
    assert!(!timer.is_active());
    log.expect(&["called"]);
}

#[test]
fn repeats_until_stopped() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let timer = Timer::new(&event_loop).unwrap();
    let told = log.clone();
    timer
        .start(NONE, ms(1), move |timer| {
            told.add("called");
            if told.len() == 3 {
                timer.stop().unwrap();
            }
        })
        .unwrap();
    assert_eq!(timer.repeat(), ms(1));
    event_loop.run(RunMode::Default);
    log.expect(&["called"; 3]);
    // The callback is kept: it can be started again as it was.
    timer.again().unwrap();
    event_loop.run(RunMode::Once);
    log.expect(&["called"]);
}

#[test]
fn are_called_in_their_order() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let timers = [(20, "late"), (1, "early"), (1, "early, but later")].map(|(time, name)| {
        let timer = Timer::new(&event_loop).unwrap();
        let told = log.clone();
        timer.start(ms(time), NONE, move |_| told.add(name)).unwrap();
        timer
    });
    event_loop.run(RunMode::Default);
    log.expect(&["early", "early, but later", "late"]);
    drop(timers);
}

#[test]
fn again_needs_a_first_time() {
    let event_loop = Loop::new().unwrap();
    let timer = Timer::new(&event_loop).unwrap();
    assert_eq!(timer.again(), Err(Error::EINVAL));
    timer.set_repeat(ms(7)).unwrap();
    assert_eq!(timer.repeat(), ms(7));
}

#[test]
fn one_that_is_not_waited_for() {
    let event_loop = Loop::new().unwrap();
    let timer = Timer::new(&event_loop).unwrap();
    timer.start(ms(3_600_000), NONE, |_| panic!("in an hour")).unwrap();
    assert!(timer.has_ref());
    timer.unref();
    assert!(!timer.has_ref());
    assert!(!event_loop.run(RunMode::Default));
    timer.ref_();
    assert!(event_loop.is_alive());
}
