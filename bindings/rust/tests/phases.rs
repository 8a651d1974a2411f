//! Idle, prepare and check: their places in a turn.

mod common;

use common::Log;
use uv::{Check, Handle, Idle, Loop, Prepare, RunMode};

#[test]
fn each_has_its_place_in_a_turn() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let (check, prepare, idle) = (
        Check::new(&event_loop).unwrap(),
        Prepare::new(&event_loop).unwrap(),
        Idle::new(&event_loop).unwrap(),
    );
    let told = log.clone();
    check.start(move |_| told.add("check")).unwrap();
    let told = log.clone();
    prepare.start(move |_| told.add("prepare")).unwrap();
    let told = log.clone();
    idle.start(move |_| told.add("idle")).unwrap();
    event_loop.run(RunMode::NoWait);
    event_loop.run(RunMode::NoWait);
    log.expect(&["idle", "prepare", "check", "idle", "prepare", "check"]);
    prepare.stop().unwrap();
    assert!(!prepare.is_active() && check.is_active());
    event_loop.run(RunMode::NoWait);
    log.expect(&["idle", "check"]);
}
