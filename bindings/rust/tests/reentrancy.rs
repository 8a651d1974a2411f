//! What callbacks may do to their own handles, and to those whose callbacks are due.

mod common;

use std::cell::{Cell, RefCell};
use std::net::UdpSocket;
use std::os::fd::OwnedFd;
use std::rc::Rc;

use common::{Log, NONE, any_port, ms};
use uv::{Error, Handle, Idle, Loop, Pipe, RunMode, Stream, Timer, Udp};

/// Tells when it is dropped.
struct Told(Log, &'static str);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.add(self.1);
    }
}

#[test]
fn a_callback_closes_its_own_handle() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let timer = Timer::new(&event_loop).unwrap();
    let (told, captured) = (log.clone(), Told(log.clone(), "dropped"));
    timer
        .start(NONE, ms(1), move |timer| {
            let closed = told.clone();
            timer.close_with(move || closed.add("closed"));
            // What it has is still there.
            captured.0.add("still running");
        })
        .unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["still running", "dropped", "closed"]);
    assert_eq!(event_loop.handle_count(), 0);
}

#[test]
fn a_callback_replaces_itself() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let timer = Timer::new(&event_loop).unwrap();
    let captured = Told(log.clone(), "the first is dropped");
    timer
        .start(NONE, NONE, move |timer| {
            let told = captured.0.clone();
            timer.start(NONE, NONE, move |_| told.add("the second")).unwrap();
            captured.0.add("the first");
        })
        .unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["the first", "the first is dropped", "the second"]);
}

#[test]
fn a_callback_stops_itself() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let idle = Idle::new(&event_loop).unwrap();
    let captured = Told(log.clone(), "dropped");
    idle.start(move |idle| {
        idle.stop().unwrap();
        captured.0.add("stopped");
    })
    .unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["stopped", "dropped"]);
}

#[test]
fn a_callback_drops_the_last_pointer_to_its_handle() {
    let event_loop = Loop::new().unwrap();
    let place = Rc::new(RefCell::new(None));
    let timer = Timer::new(&event_loop).unwrap();
    let (mine, active) = (place.clone(), Rc::new(Cell::new(None)));
    let told = active.clone();
    timer
        .start(NONE, ms(1), move |timer| {
            drop(mine.take());
            // The argument is a pointer as well.
            told.set(Some(timer.is_active()));
        })
        .unwrap();
    place.replace(Some(timer));
    event_loop.run(RunMode::Default);
    assert_eq!(active.get(), Some(true));
    assert_eq!(event_loop.handle_count(), 0);
}

#[test]
fn a_handle_that_a_callback_closes_is_not_told_any_more() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let timers: Rc<RefCell<Vec<Timer>>> = Rc::default();
    for name in ["first", "second"] {
        let timer = Timer::new(&event_loop).unwrap();
        let (told, all) = (log.clone(), timers.clone());
        timer
            .start(NONE, NONE, move |_| {
                told.add(name);
                all.borrow().iter().for_each(Handle::close);
            })
            .unwrap();
        timers.borrow_mut().push(timer);
    }
    event_loop.run(RunMode::Default);
    log.expect(&["first"]);
}

#[test]
fn a_handle_in_its_own_callback_stays_until_it_is_closed() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let timer = Timer::new(&event_loop).unwrap();
    let (told, own) = (log.clone(), timer.clone());
    timer
        .start(NONE, ms(1), move |_| {
            told.add("called");
            if told.len() == 2 {
                own.close();
            }
        })
        .unwrap();
    drop(timer);
    event_loop.run(RunMode::Default);
    log.expect(&["called"; 2]);
    assert_eq!(event_loop.handle_count(), 0);
}

#[test]
fn a_detached_handle_stays_until_it_is_closed() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    for name in ["closes itself", "is closed with the loop"] {
        let timer = Timer::new(&event_loop).unwrap();
        let (told, captured) = (log.clone(), Told(log.clone(), name));
        timer
            .start(NONE, NONE, move |timer| {
                let captured = &captured;
                told.add("called");
                if captured.1 == "closes itself" {
                    timer.close();
                }
            })
            .unwrap();
        timer.detach();
    }
    event_loop.run(RunMode::Default);
    assert_eq!(event_loop.handle_count(), 1);
    log.expect(&["called", "closes itself", "called"]);
    drop(event_loop);
    log.expect(&["is closed with the loop"]);
}

#[test]
fn a_handle_that_nobody_has_is_closed() {
    let event_loop = Loop::new().unwrap();
    let timer = Timer::new(&event_loop).unwrap();
    timer.start(NONE, NONE, |_| panic!("nobody has it")).unwrap();
    drop(timer);
    event_loop.run(RunMode::Default);
    assert_eq!(event_loop.handle_count(), 0);
}

#[test]
fn what_a_callback_has_may_own_handles() {
    let event_loop = Loop::new().unwrap();
    let inner = Timer::new(&event_loop).unwrap();
    inner.start(ms(3_600_000), NONE, |_| ()).unwrap();
    let outer = Timer::new(&event_loop).unwrap();
    outer.start(NONE, NONE, move |_| assert!(inner.is_active())).unwrap();
    event_loop.run(RunMode::NoWait);
    // Closing one drops the other in the middle of it.
    outer.close();
    event_loop.run(RunMode::Default);
    assert_eq!(event_loop.handle_count(), 0);
}

#[test]
fn closing_twice_is_closing_once() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let timer = Timer::new(&event_loop).unwrap();
    let (first, second) = (log.clone(), log.clone());
    timer.close_with(move || first.add("closed"));
    timer.close_with(move || second.add("closed twice"));
    timer.close();
    event_loop.run(RunMode::Default);
    log.expect(&["closed"]);
}

/// Closes a handle when it is looked at.
struct Closes<T>(T);

impl<T: Handle> AsRef<[u8]> for Closes<T> {
    fn as_ref(&self) -> &[u8] {
        self.0.close();
        b"bytes"
    }
}

impl<T: Handle> From<Closes<T>> for OwnedFd {
    fn from(closes: Closes<T>) -> OwnedFd {
        closes.0.close();
        UdpSocket::bind(any_port()).unwrap().into()
    }
}

#[test]
fn what_is_passed_may_close_the_handle() {
    let event_loop = Loop::new().unwrap();
    let pipe = Pipe::new(&event_loop).unwrap();
    pipe.open(std::os::unix::net::UnixStream::pair().unwrap().0).unwrap();
    assert_eq!(pipe.write(Closes(pipe.clone()), |_| ()), Err(Error::EINVAL));
    let udp = Udp::new(&event_loop).unwrap();
    assert_eq!(udp.send(Closes(udp.clone()), Some(any_port()), |_| ()), Err(Error::EINVAL));
    let udp = Udp::new(&event_loop).unwrap();
    assert_eq!(udp.open(Closes(udp.clone())), Err(Error::EINVAL));
    event_loop.run(RunMode::Default);
    assert_eq!(event_loop.handle_count(), 0);
}
