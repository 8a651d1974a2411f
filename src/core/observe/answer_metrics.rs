//! The answer `metrics`: OpenMetrics text, which Prometheus and its kin read.
#![forbid(unsafe_code)]

use std::fmt::{self, Write};

use super::answer_json::write_library;
use super::histogram::Histogram;
use super::quoted::{Quoted, write_lossy};
use super::view::{Kind, Loop, View};

pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The text. What is refused once ends it, as in [`super::json::Json`].
struct Metrics<'a> {
    out: &'a mut dyn Write,
    result: fmt::Result,
}

/// A label and its value.
type Label<'a> = (&'a str, Value<'a>);

#[derive(Clone, Copy)]
enum Value<'a> {
    Text(&'a [u8]),
    Number(u64),
    Address(usize),
    /// Of a bucket, in nanoseconds; the last one holds all.
    Bound(u64),
}

/// Nanoseconds as seconds.
struct Seconds(u64);

impl fmt::Display for Seconds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:09}", self.0 / 1_000_000_000, self.0 % 1_000_000_000)
    }
}

impl Metrics<'_> {
    fn put(&mut self, text: fmt::Arguments<'_>) {
        if self.result.is_ok() {
            self.result = self.out.write_fmt(text);
        }
    }

    /// Begins a family; all of its samples follow.
    #[inline(never)]
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.put(format_args!("# TYPE {name} {kind}\n"));
        if name.ends_with("_seconds") {
            self.put(format_args!("# UNIT {name} seconds\n"));
        }
        self.put(format_args!("# HELP {name} {help}\n"));
    }

    fn sample(&mut self, name: &str, suffix: &str, labels: &[Label<'_>], value: fmt::Arguments<'_>) {
        self.put(format_args!("{name}{suffix}"));
        let mut before = "{";
        for (label, value) in labels {
            self.put(format_args!("{before}{label}=\""));
            before = ",";
            match *value {
                Value::Number(number) => self.put(format_args!("{number}")),
                Value::Address(address) => self.put(format_args!("{address:#x}")),
                Value::Bound(u64::MAX) => self.put(format_args!("+Inf")),
                Value::Bound(bound) => self.put(format_args!("{}", Seconds(bound))),
                Value::Text(text) if self.result.is_ok() => {
                    self.result = write_lossy(text, &mut Quoted::open_metrics(self.out));
                }
                Value::Text(_) => {}
            }
            self.put(format_args!("\""));
        }
        self.put(format_args!("{} {value}\n", if labels.is_empty() { "" } else { "}" }));
    }

    #[inline(never)]
    fn number(&mut self, name: &str, suffix: &str, labels: &[Label<'_>], value: u64) {
        self.sample(name, suffix, labels, format_args!("{value}"));
    }

    #[inline(never)]
    fn seconds(&mut self, name: &str, suffix: &str, labels: &[Label<'_>], ns: u64) {
        self.sample(name, suffix, labels, format_args!("{}", Seconds(ns)));
    }

    fn histogram(&mut self, name: &str, label: Label<'_>, histogram: &Histogram) {
        let mut all = 0;
        for (bound, count) in histogram.cumulative() {
            all = count;
            self.number(name, "_bucket", &[label, ("le", Value::Bound(bound))], count);
        }
        self.number(name, "_count", &[label], all);
        self.seconds(name, "_sum", &[label], histogram.sum());
    }
}

pub(crate) fn write(view: &dyn View, out: &mut dyn Write) -> fmt::Result {
    let mut metrics = Metrics { out, result: Ok(()) };
    write_process(&mut metrics, view);
    write_loops(&mut metrics, view);
    write_calls(&mut metrics, view);
    write_handles(&mut metrics, view);
    write_pool(&mut metrics, view);
    metrics.put(format_args!("# EOF\n"));
    metrics.result
}

fn write_process(metrics: &mut Metrics<'_>, view: &dyn View) {
    let mut version = Short { bytes: [0; 32], len: 0 };
    let _ = write_library(&mut version); // it is shorter
    let version = Value::Text(version.bytes.get(..version.len).unwrap_or_default());
    view.process(&mut |process| {
        metrics.family("libuv_library", "info", "The library and the program that uses it.");
        let labels = [("version", version), ("program", Value::Text(process.program))];
        metrics.number("libuv_library", "_info", &labels, 1);
        metrics.family("libuv_uptime_seconds", "gauge", "Time since the library began to watch.");
        metrics.seconds("libuv_uptime_seconds", "", &[], process.uptime_ms.saturating_mul(1_000_000));
    });
}

/// A text of a few bytes.
struct Short {
    bytes: [u8; 32],
    len: usize,
}

impl Write for Short {
    #[inline(never)]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let room =
            self.bytes.get_mut(self.len..).and_then(|rest| rest.get_mut(..piece.len())).ok_or(fmt::Error)?;
        room.copy_from_slice(piece.as_bytes());
        self.len += piece.len();
        Ok(())
    }
}

fn of(loop_: &Loop<'_>) -> Label<'static> {
    ("loop", Value::Number(loop_.id))
}

fn write_loops(metrics: &mut Metrics<'_>, view: &dyn View) {
    metrics.family("libuv_loop", "info", "The thread that runs a loop, and the name of the loop.");
    view.loops(&mut |loop_| {
        let name = Value::Text(loop_.name.unwrap_or_default());
        let labels = [of(loop_), ("name", name), ("thread", Value::Text(loop_.thread_name))];
        metrics.number("libuv_loop", "_info", &labels, 1);
    });
    metrics.family("libuv_loop_iterations", "counter", "Iterations of a loop.");
    view.loops(&mut |loop_| {
        metrics.number("libuv_loop_iterations", "_total", &[of(loop_)], loop_.iterations)
    });
    let name = "libuv_loop_time_seconds";
    metrics.family(
        name,
        "counter",
        "Time that a loop has waited, called the program, and worked for itself.",
    );
    view.loops(&mut |loop_| {
        for (state, ns) in [("idle", loop_.idle_ns), ("calling", loop_.calling_ns), ("own", loop_.own_ns)] {
            metrics.seconds(name, "_total", &[of(loop_), ("state", Value::Text(state.as_bytes()))], ns);
        }
    });
    let name = "libuv_loop_lag_seconds";
    metrics.family(name, "histogram", "How long what was ready has waited for the loop.");
    view.loops(&mut |loop_| metrics.histogram(name, of(loop_), loop_.lag));
    let name = "libuv_loop_iteration_seconds";
    metrics.family(name, "histogram", "Length of an iteration without its wait.");
    view.loops(&mut |loop_| metrics.histogram(name, of(loop_), loop_.iteration));
    metrics.family(
        "libuv_loop_blocked",
        "counter",
        "Callbacks that held a loop for longer than the watchdog allows.",
    );
    view.loops(&mut |loop_| {
        metrics.number("libuv_loop_blocked", "_total", &[of(loop_)], loop_.blocked_count)
    });
    let name = "libuv_loop_blocked_worst_seconds";
    metrics.family(name, "gauge", "The longest of these.");
    view.loops(&mut |loop_| {
        metrics.seconds(name, "", &[of(loop_)], loop_.blocked_worst_ms.saturating_mul(1_000_000));
    });
}

/// How often and how long something was called.
fn summary(metrics: &mut Metrics<'_>, name: &str, labels: &[Label<'_>], figures: &Kind) {
    metrics.number(name, "_count", labels, figures.count);
    metrics.seconds(name, "_sum", labels, figures.total_ns);
}

fn write_calls(metrics: &mut Metrics<'_>, view: &dyn View) {
    let name = "libuv_callback_seconds";
    metrics.family(name, "summary", "Time in the program's callbacks, by kind.");
    let labels = |loop_: &Loop<'_>, kind: &Kind| [of(loop_), ("kind", Value::Text(kind.kind.as_bytes()))];
    view.loops(&mut |loop_| {
        loop_.kinds.iter().for_each(|kind| summary(metrics, name, &labels(loop_, kind), kind));
    });
    let name = "libuv_callback_worst_seconds";
    metrics.family(name, "gauge", "The longest callback of a kind.");
    view.loops(&mut |loop_| {
        loop_.kinds.iter().for_each(|kind| metrics.seconds(name, "", &labels(loop_, kind), kind.worst_ns));
    });
    let name = "libuv_function_seconds";
    metrics.family(name, "summary", "Time in the program's callbacks, by function.");
    functions(view, &mut |labels, figures| summary(metrics, name, labels, figures));
    let name = "libuv_function_worst_seconds";
    metrics.family(name, "gauge", "The longest call of a function.");
    functions(view, &mut |labels, figures| metrics.seconds(name, "", labels, figures.worst_ns));
}

fn functions(view: &dyn View, tell: &mut dyn FnMut(&[Label<'_>], &Kind)) {
    view.callbacks(&mut |callback| {
        view.place(callback.function, &mut |function, module| {
            // Two functions may have one name, or none: the address tells them apart.
            let labels = [
                ("function", Value::Text(function.as_bytes())),
                ("module", Value::Text(module.as_bytes())),
                ("kind", Value::Text(callback.figures.kind.as_bytes())),
                ("address", Value::Address(callback.function)),
            ];
            tell(&labels, &callback.figures);
        });
    });
}

fn write_handles(metrics: &mut Metrics<'_>, view: &dyn View) {
    metrics.family("libuv_handles", "gauge", "Handles by kind, and whether they are active.");
    view.loops(&mut |loop_| {
        for kind in loop_.handles.iter().flat_map(|handles| handles.kinds) {
            for (active, count) in [("true", kind.active), ("false", kind.total.saturating_sub(kind.active))]
            {
                let name = Value::Text(kind.kind.as_bytes());
                let labels = [of(loop_), ("kind", name), ("active", Value::Text(active.as_bytes()))];
                metrics.number("libuv_handles", "", &labels, count);
            }
        }
    });
    metrics.family("libuv_referenced_handles", "gauge", "Active handles that keep a loop alive.");
    view.loops(&mut |loop_| {
        if let Some(handles) = &loop_.handles {
            metrics.number("libuv_referenced_handles", "", &[of(loop_)], handles.referenced);
        }
    });
    metrics.family("libuv_requests", "gauge", "Requests under way.");
    view.loops(&mut |loop_| {
        if let Some(requests) = loop_.requests {
            metrics.number("libuv_requests", "", &[of(loop_)], requests);
        }
    });
}

fn write_pool(metrics: &mut Metrics<'_>, view: &dyn View) {
    let pool = view.pool();
    let gauges = [
        ("libuv_pool_threads", "Threads of the pool.", pool.size),
        ("libuv_pool_busy_threads", "Threads that run a job.", pool.busy),
        ("libuv_pool_queued", "Jobs that wait for a thread.", pool.queued),
    ];
    for (name, help, value) in gauges {
        metrics.family(name, "gauge", help);
        metrics.number(name, "", &[], value);
    }
    let name = "libuv_pool_longest_wait_seconds";
    metrics.family(name, "gauge", "How long the first of them waits.");
    metrics.seconds(name, "", &[], pool.longest_wait_ms.saturating_mul(1_000_000));
    let name = "libuv_pool_queue_seconds";
    metrics.family(name, "histogram", "How long jobs have waited for a thread.");
    view.work(&mut |work| metrics.histogram(name, ("kind", Value::Text(work.kind.as_bytes())), work.wait));
    let name = "libuv_pool_run_seconds";
    metrics.family(name, "histogram", "How long jobs have run.");
    view.work(&mut |work| metrics.histogram(name, ("kind", Value::Text(work.kind.as_bytes())), work.run));
}
