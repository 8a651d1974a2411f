//! Signals.

mod common;

use common::Log;
use uv::{Command, Error, Handle, Loop, RunMode, Signal};

/// Has this process get a signal.
fn send(event_loop: &Loop, signal: &str) {
    Command::new("sh")
        .args(["-c", &format!("kill -{signal} $PPID")])
        .spawn(event_loop, |_, exit| assert_eq!(exit.status, 0))
        .unwrap()
        .detach();
}

#[test]
fn is_told_of_each() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let signal = Signal::new(&event_loop).unwrap();
    let told = log.clone();
    signal
        .start(libc::SIGUSR1, move |signal, signum| {
            assert_eq!(signum, libc::SIGUSR1);
            told.add("signal");
            if told.len() == 1 {
                Command::new("sh")
                    .args(["-c", "kill -USR1 $PPID"])
                    .spawn(signal.event_loop(), |_, _| ())
                    .unwrap()
                    .detach();
            } else {
                signal.stop().unwrap();
            }
        })
        .unwrap();
    send(&event_loop, "USR1");
    event_loop.run(RunMode::Default);
    log.expect(&["signal"; 2]);
}

#[test]
fn is_told_once() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let signal = Signal::new(&event_loop).unwrap();
    let told = log.clone();
    signal.start_oneshot(libc::SIGUSR2, move |_, _| told.add("signal")).unwrap();
    send(&event_loop, "USR2");
    event_loop.run(RunMode::Default);
    log.expect(&["signal"]);
    assert!(!signal.is_active());
}

#[test]
fn not_every_number_is_a_signal() {
    let event_loop = Loop::new().unwrap();
    let signal = Signal::new(&event_loop).unwrap();
    assert_eq!(signal.start(0, |_, _| ()), Err(Error::EINVAL));
    assert_eq!(signal.start(libc::SIGKILL, |_, _| ()), Err(Error::EINVAL));
}
