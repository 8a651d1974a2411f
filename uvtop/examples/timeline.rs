//! Draws the end of a timeline that `UV_TRACE` has written, as it is in viewers:
//! `cargo run --package uvtop --example timeline TRACE PICTURE [MILLISECONDS]`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use serde_json::Value;

const WIDTH: f64 = 1000.0;
const LABELS: f64 = 130.0;
const ROW: f64 = 18.0;

struct Slice<'a> {
    thread: u64,
    begin: f64,
    end: f64,
    depth: usize,
    name: &'a str,
    category: &'a str,
}

fn number(event: &Value, key: &str) -> f64 {
    event[key].as_f64().unwrap_or(0.0)
}

fn text<'a>(event: &'a Value, key: &str) -> &'a str {
    event[key].as_str().unwrap_or("")
}

/// Those that reach into the time from `from` on, each with how many others it lies in.
fn slices(events: &[Value], from: f64) -> Vec<Slice<'_>> {
    let mut open: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    let mut all = Vec::new();
    for event in events.iter().filter(|event| text(event, "ph") == "X") {
        let (begin, thread) = (number(event, "ts"), event["tid"].as_u64().unwrap_or(0));
        let end = begin + number(event, "dur");
        let ends = open.entry(thread).or_default();
        ends.retain(|outer| *outer > begin + 0.01); // times are rounded to nanoseconds
        let depth = ends.len();
        ends.push(end);
        if end > from {
            all.push(Slice {
                thread,
                begin,
                end,
                depth,
                name: text(event, "name"),
                category: text(event, "cat"),
            });
        }
    }
    all
}

fn colour(slice: &Slice<'_>) -> &'static str {
    match (slice.category, slice.name) {
        ("callback", _) => "#5b9bd5",
        ("pool", _) => "#70ad47",
        (_, "wait") => "#e4e6ea",
        _ => "#b8bec9",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn draw(trace: &Value, milliseconds: f64) -> String {
    let none = Vec::new();
    let events = trace["traceEvents"].as_array().unwrap_or(&none);
    let last = slices(events, 0.0).iter().map(|slice| slice.end).fold(0.0, f64::max);
    let from = last - milliseconds * 1000.0;
    let all = slices(events, from);
    let scale = (WIDTH - LABELS - 10.0) / (last - from);
    let x = |time: f64| LABELS + (time.max(from) - from) * scale;
    let mut rows: BTreeMap<u64, (f64, usize)> = BTreeMap::new(); // where a thread begins, and how deep it gets
    for slice in &all {
        let (_, depth) = rows.entry(slice.thread).or_default();
        *depth = slice.depth.max(*depth);
    }
    let mut height = 10.0;
    for (top, depth) in rows.values_mut() {
        *top = height;
        height += (*depth + 1) as f64 * ROW + 10.0;
    }
    let y = |thread: u64, depth: usize| rows.get(&thread).map_or(0.0, |(top, _)| top + depth as f64 * ROW);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"11\">\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n"
    );
    for event in events.iter().filter(|event| text(event, "name") == "thread_name") {
        let thread = event["tid"].as_u64().unwrap_or(0);
        if rows.contains_key(&thread) {
            let name = escaped(text(&event["args"], "name"));
            let _ = writeln!(svg, "<text x=\"8\" y=\"{:.1}\">{name} {thread}</text>", y(thread, 0) + 13.0);
        }
    }
    for slice in &all {
        let (left, top) = (x(slice.begin), y(slice.thread, slice.depth));
        let width = (x(slice.end) - left).max(0.6);
        let fill = colour(slice);
        let size = ROW - 2.0;
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{size}\" fill=\"{fill}\"/>"
        );
        if width > 7.0 * slice.name.len() as f64 {
            let name = escaped(slice.name);
            let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{name}</text>", left + 3.0, top + 12.0);
        }
    }
    arrows(&mut svg, events, from, &x, &|thread| y(thread, 1));
    svg.push_str("</svg>\n");
    svg
}

/// From where jobs were queued to the workers, and to the callbacks that tell of them.
fn arrows(svg: &mut String, events: &[Value], from: f64, x: &dyn Fn(f64) -> f64, y: &dyn Fn(u64) -> f64) {
    let mut open: BTreeMap<u64, (f64, u64)> = BTreeMap::new();
    for event in events {
        let (phase, id) = (text(event, "ph"), event["id"].as_u64().unwrap_or(0));
        if !matches!(phase, "s" | "t" | "f") {
            continue;
        }
        let here = (number(event, "ts"), event["tid"].as_u64().unwrap_or(0));
        if let Some((time, thread)) = open.insert(id, here).filter(|(time, _)| phase != "s" && *time > from) {
            let _ = writeln!(
                svg,
                "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"#c55a11\" stroke-width=\"0.8\"/>",
                x(time),
                y(thread),
                x(here.0),
                y(here.1)
            );
        }
    }
}

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [trace, picture, rest @ ..] = arguments.as_slice() else {
        return Err("usage: timeline TRACE PICTURE [MILLISECONDS]".into());
    };
    let milliseconds = match rest.first() {
        Some(text) => text.parse().map_err(|error| format!("{text}: {error}"))?,
        None => 100.0,
    };
    let text = fs::read(trace).map_err(|error| format!("{trace}: {error}"))?;
    let trace = serde_json::from_slice(&text).map_err(|error| format!("{trace}: {error}"))?;
    fs::write(picture, draw(&trace, milliseconds)).map_err(|error| format!("{picture}: {error}"))
}
