//! What viewers suppose of a timeline, and what bounds it.

#![forbid(unsafe_code)]

use super::*;
use serde_json::Value;
use std::collections::HashMap;

struct Known;

impl Names for Known {
    fn kind(&self, _phase: Phase, kind: u8) -> &'static str {
        ["timer", "read", "fs", "prepare"][usize::from(kind % 4)]
    }

    fn function(&self, address: usize, out: &mut dyn Write) -> fmt::Result {
        match address {
            1 => (0..1000).try_for_each(|_| out.write_str("\u{1}\u{e9}")),
            2 => out.write_str("quoted \"name\"\n"),
            _ => write!(out, "on_{address}"),
        }
    }
}

fn entry(phase: Phase, start_ns: u64, duration_ns: u64, flow: u64) -> Entry {
    let (kind, fd) = (start_ns as u8 % 4, start_ns as i32 % 3 - 1);
    Entry {
        start_ns,
        duration_ns,
        phase,
        kind,
        fd,
        function: start_ns as usize % 5,
        subject: 64,
        thread: 0,
        flow,
    }
}

/// Two threads: iterations with a wait and two callbacks each, a job between them.
fn timeline(iterations: u64) -> Timeline {
    let (turns, works) = (Ring::new(), Ring::new());
    turns.make_room(1 << 16).unwrap();
    works.make_room(1 << 14).unwrap();
    for number in 0..iterations {
        let (start, flow) = (1_000_000 + number * 1000, number + 1);
        turns.write(&entry(Phase::Wait, start, 300, 0));
        turns.write(&entry(Phase::Callback, start + 400, 20, flow - 1));
        turns.write(&entry(Phase::Queued, start + 450, 0, flow));
        turns.write(&entry(Phase::Callback, start + 430, 300, 0));
        turns.write(&entry(Phase::Iteration, start, 900, 0));
        works.write(&entry(Phase::Job, start + 500, 600, flow));
    }
    let mut timeline = Timeline::new(7, 1 << 20);
    let under_way = [entry(Phase::Callback, 1_000_000 + iterations * 1000, 55, 0)];
    timeline.add(8, b"main \xff", &turns, under_way.into_iter()).unwrap();
    timeline.add(9, &[b'w'; 50], &works, [].into_iter()).unwrap();
    timeline
}

fn written(timeline: &mut Timeline, bound: u64, some: usize) -> String {
    let mut text = String::new();
    timeline.arrange(bound, &Known).unwrap();
    while timeline.step(some, b"a \"program\"", &Known, &mut text).unwrap() {}
    text
}

fn ns(event: &Value, field: &str) -> u64 {
    (event[field].as_f64().unwrap() * 1000.0).round() as u64
}

/// What viewers suppose: slices in the order of their begin, each inside of the one that is open, and arrows
/// from a slice to a slice. How many slices there are.
fn check(text: &str) -> usize {
    let whole: Value = serde_json::from_str(text).expect("JSON");
    let mut open: HashMap<u64, Vec<(u64, u64)>> = HashMap::new();
    let (mut last, mut slices) = (0, 0);
    for event in whole["traceEvents"].as_array().unwrap() {
        if event["ph"] == "M" {
            continue;
        }
        let (start, thread) = (ns(event, "ts"), event["tid"].as_u64().unwrap());
        assert!(start >= last, "sorted");
        last = start;
        let stack = open.entry(thread).or_default();
        while stack.last().is_some_and(|&(_, end)| end <= start) {
            stack.pop();
        }
        if event["ph"] == "X" {
            let end = start + ns(event, "dur");
            assert!(stack.last().is_none_or(|&(_, outer)| end <= outer), "nested: {event}");
            assert!(!event["name"].as_str().unwrap().is_empty());
            stack.push((start, end));
            slices += 1;
        } else {
            assert!(["s", "t", "f"].contains(&event["ph"].as_str().unwrap()) && !stack.is_empty());
        }
    }
    slices
}

#[test]
fn all_entries_are_there_in_order() {
    let text = written(&mut timeline(100), 1 << 20, 1000);
    assert_eq!(check(&text), 601);
    let whole: Value = serde_json::from_str(&text).unwrap();
    let events = whole["traceEvents"].as_array().unwrap();
    let names: Vec<_> = events.iter().filter(|event| event["ph"] == "M").collect();
    assert_eq!(names[0]["args"]["name"], "a \"program\"");
    assert_eq!(
        (&names[1]["tid"], &names[1]["args"]["name"]),
        (&Value::from(8), &Value::from("main \u{fffd}"))
    );
    assert_eq!(names[2]["args"]["name"], "w".repeat(32));
    let arrows = |kind| events.iter().filter(|event| event["ph"] == kind && event["id"] == 5).count();
    assert_eq!((arrows("s"), arrows("t"), arrows("f")), (1, 1, 1));
    assert_eq!(whole["otherData"]["lost"], 0);
    let last = &events[events.len() - 1];
    assert_eq!((ns(last, "ts"), ns(last, "dur")), (1_100_000, 55));
    assert_eq!(last["args"]["of"], "0x40");
    // In one step it is the same.
    assert_eq!(written(&mut timeline(100), 1 << 20, usize::MAX), text);
}

#[test]
fn a_bound_cuts_the_oldest_and_leaves_json() {
    let whole = written(&mut timeline(400), 1 << 24, 4096).len() as u64;
    for bound in [0, 60, 100, 200, 500, 4000, 8000, 20_000, whole / 2, whole - 1, whole + 100] {
        let text = written(&mut timeline(400), bound, 4096);
        assert!(text.len() as u64 <= bound.max(LONGEST_TAIL + HEAD.len() as u64), "{bound}: {}", text.len());
        if text.is_empty() || bound < LONGEST_TAIL * 4 {
            continue; // less than any setting allows
        }
        let slices = check(&text);
        let lost = serde_json::from_str::<Value>(&text).unwrap()["otherData"]["lost"].as_u64().unwrap();
        assert_eq!(slices as u64 + lost, 2401);
        if slices > 0 {
            assert!(text.contains("\"ts\":1400.000"), "the newest is there");
        }
    }
}

#[test]
fn what_a_ring_has_lost_is_told() {
    let ring = Ring::new();
    ring.make_room(256).unwrap();
    for number in 0..300 {
        ring.write(&entry(Phase::Callback, number * 10, 5, 0));
    }
    let mut timeline = Timeline::new(1, 1 << 16);
    timeline.add(2, b"", &ring, [].into_iter()).unwrap();
    let text = written(&mut timeline, 1 << 16, 1 << 14);
    assert_eq!(check(&text), 256);
    assert!(text.contains("\"otherData\":{\"lost\":44}"));
}

#[test]
fn of_many_threads_the_last_entries_are_kept() {
    let rings: Vec<Ring> = (0..40).map(|_| Ring::new()).collect();
    for (thread, ring) in rings.iter().enumerate() {
        ring.make_room(256).unwrap();
        for number in 0..256 {
            ring.write(&entry(Phase::Callback, number * 100 + thread as u64, 1, 0));
        }
    }
    let mut timeline = Timeline::new(1, 640 * LEAST_LINE);
    for (thread, ring) in (1..).zip(&rings) {
        timeline.add(thread, b"", ring, [].into_iter()).unwrap();
    }
    let text = written(&mut timeline, u64::MAX, 1 << 14);
    assert_eq!(check(&text), 640);
    assert!(text.contains("\"otherData\":{\"lost\":9600}"));
    // Sixteen of each.
    assert!(text.contains("\"ts\":24.000") && !text.contains("\"ts\":23.939"));
}
