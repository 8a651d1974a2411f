//! Calls at a seat, as the observer finds them.

#![forbid(unsafe_code)]

use super::*;
use crate::sys::mapped;

const TOP: usize = 1 << 20;

fn seat() -> &'static Seat {
    let seat = mapped::forever::<Seat>().unwrap();
    seat.sit(Role::Loop, 3);
    seat
}

#[test]
fn calls_are_seen_and_gone() {
    let seat = seat();
    assert_eq!(seat.present(), None);
    let first = seat.begin(&Call::new(CallKind::Timer, 10, 20), TOP, None);
    let outer = seat.present().unwrap();
    assert_eq!((outer.function, outer.subject, outer.kind(), outer.fd), (10, 20, CallKind::Timer, -1));
    let call = Call::new(CallKind::Fs, 11, 21).with_detail(Some(c"/a/path")).with_fd(7);
    let second = seat.begin(&call, TOP - 1000, None);
    let inner = seat.present().unwrap();
    assert_eq!((inner.function, inner.fd), (11, 7));
    seat.with_detail(&inner, |path| assert_eq!(path, "/a/path"));
    seat.ask_for_end(Asker::Watchdog, &inner);
    assert_eq!(seat.ended(Asker::Watchdog), None);
    seat.end(second);
    assert!(seat.ended(Asker::Watchdog).is_some());
    assert_eq!(seat.present(), Some(outer));
    seat.end(first);
    assert_eq!(seat.present(), None);
}

#[test]
fn calls_deeper_than_kept_come_to_an_end() {
    let seat = seat();
    let begin = |function| seat.begin(&Call::new(CallKind::Timer, function, 0), TOP - 1000 * function, None);
    let depths: Vec<_> = (1..=20).map(begin).collect();
    assert_eq!(seat.present().unwrap().function, DEPTH);
    depths.into_iter().rev().for_each(|depth| seat.end(depth));
    assert_eq!(seat.present(), None);
}

#[test]
fn a_call_that_was_left_is_forgotten() {
    let seat = seat();
    let outer = seat.begin(&Call::new(CallKind::Timer, 1, 0), TOP, None);
    let _left = seat.begin(&Call::new(CallKind::Timer, 2, 0), TOP - 1000, None);
    let next = seat.begin(&Call::new(CallKind::Timer, 3, 0), TOP - 960, None);
    assert_eq!(seat.present().unwrap().function, 3);
    seat.end(next);
    assert_eq!(seat.present().unwrap().function, 1);
    seat.forget_the_left(TOP - 40);
    assert_eq!(seat.present().unwrap().function, 1);
    seat.forget_the_left(TOP);
    assert_eq!(seat.present(), None);
    seat.end(outer);
    assert_eq!(seat.present(), None);
}

#[test]
fn the_time_is_known_until_the_program_runs() {
    let seat = seat();
    seat.leave_to_program(50);
    assert_eq!(seat.known_time(50), None);
    // The loop has looked at the clock since.
    assert_eq!(seat.known_time(70), Some(70));
    let begun = seat.begin(&Call::new(CallKind::Timer, 1, 0), TOP, Some(70));
    assert_eq!(seat.present().unwrap().since, 70);
    // So may have the program, in the call, and run on.
    assert_eq!(seat.known_time(90), None);
    seat.leave_to_program(90);
    seat.end(begun);
    assert_eq!(seat.known_time(90), None);
    assert_eq!(seat.known_time(95), Some(95));
}
