//! The answers `json` and `handles`. `docs/inside.md` has their form.
#![forbid(unsafe_code)]

use std::fmt::{self, Write};

use super::histogram::Histogram;
use super::json::Json;
use super::view::{Answer, Kind, Loop, Now, View};
use crate::abi::{UV_VERSION_MAJOR, UV_VERSION_MINOR, UV_VERSION_PATCH};

/// Changes when something that is there now takes another form.
const VERSION: u64 = 1;

pub(crate) fn write_all(view: &dyn View, out: &mut dyn Write) -> fmt::Result {
    let mut json = Json::new(out);
    json.open_object();
    json.key("version").number(VERSION);
    view.process(&mut |process| {
        json.key("pid").number(process.id.into());
        json.key("program").text(process.program);
        json.key("library").text_by(&write_library);
        json.key("uptime_ms").number(process.uptime_ms);
        json.key("watchdog_ms").number_or_null(process.watchdog_ms);
        json.key("trace").text_or_null(process.trace);
    });
    json.key("loops").open_array();
    view.loops(&mut |loop_| write_loop(&mut json, view, loop_));
    json.close_array();
    json.key("callbacks").open_array();
    view.callbacks(&mut |callback| {
        json.open_object();
        write_function(&mut json, view, "function", Some(callback.function));
        write_figures(&mut json, &callback.figures);
        json.close_object();
    });
    json.close_array();
    write_pool(&mut json, view);
    json.close_object();
    json.end()
}

pub(crate) fn write_library(out: &mut dyn Write) -> fmt::Result {
    write!(out, "{UV_VERSION_MAJOR}.{UV_VERSION_MINOR}.{UV_VERSION_PATCH}")
}

fn write_loop(json: &mut Json<'_>, view: &dyn View, loop_: &Loop<'_>) {
    json.open_object();
    json.key("id").number(loop_.id);
    json.key("name").text_or_null(loop_.name);
    json.key("thread").open_object();
    json.key("tid").number(loop_.thread.into());
    json.key("name").text(loop_.thread_name);
    json.close_object();
    json.key("state").text(loop_.state.as_bytes());
    json.key("iterations").number(loop_.iterations);
    json.key("idle_ns").number(loop_.idle_ns);
    json.key("calling_ns").number(loop_.calling_ns);
    json.key("own_ns").number(loop_.own_ns);
    write_histogram(json, "lag_ns", loop_.lag);
    write_histogram(json, "iteration_ns", loop_.iteration);
    json.key("kinds").open_array();
    for kind in loop_.kinds {
        json.open_object();
        write_figures(json, kind);
        json.close_object();
    }
    json.close_array();
    write_now(json, view, loop_.now.as_ref());
    json.key("blocked").open_object();
    json.key("count").number(loop_.blocked_count);
    json.key("worst_ms").number(loop_.blocked_worst_ms);
    json.close_object();
    json.key("handles");
    match &loop_.handles {
        Some(handles) => {
            json.open_object();
            json.key("active").number(handles.active);
            json.key("referenced").number(handles.referenced);
            json.key("kinds").open_object();
            for kind in handles.kinds {
                json.key(kind.kind).open_object();
                json.key("active").number(kind.active);
                json.key("total").number(kind.total);
                json.close_object();
            }
            json.close_object();
            json.close_object();
        }
        None => json.null(),
    }
    json.key("requests").number_or_null(loop_.requests);
    json.close_object();
}

fn write_pool(json: &mut Json<'_>, view: &dyn View) {
    let pool = view.pool();
    json.key("pool").open_object();
    json.key("size").number(pool.size);
    json.key("busy").number(pool.busy);
    json.key("queued").number(pool.queued);
    json.key("longest_wait_ms").number(pool.longest_wait_ms);
    json.key("work").open_array();
    view.work(&mut |work| {
        json.open_object();
        json.key("kind").text(work.kind.as_bytes());
        write_histogram(json, "wait_ns", work.wait);
        write_histogram(json, "run_ns", work.run);
        json.close_object();
    });
    json.close_array();
    json.key("workers").open_array();
    view.workers(&mut |worker| {
        json.open_object();
        json.key("tid").number(worker.thread.into());
        write_now(json, view, worker.now.as_ref());
        json.close_object();
    });
    json.close_array();
    json.close_object();
}

/// The program's function and its module; nulls where they are not known.
fn write_function(json: &mut Json<'_>, view: &dyn View, key: &str, function: Option<usize>) {
    let mut tell = |function: &str, module: &str| {
        let known = |name: &str| !name.is_empty();
        json.key(key).text_or_null(Some(function.as_bytes()).filter(|_| known(function)));
        json.key("module").text_or_null(Some(module.as_bytes()).filter(|_| known(module)));
    };
    match function.filter(|address| *address != 0) {
        Some(address) => view.place(address, &mut tell),
        None => tell("", ""),
    }
}

fn write_figures(json: &mut Json<'_>, figures: &Kind) {
    json.key("kind").text(figures.kind.as_bytes());
    json.key("count").number(figures.count);
    json.key("total_ns").number(figures.total_ns);
    json.key("worst_ns").number(figures.worst_ns);
}

fn write_now(json: &mut Json<'_>, view: &dyn View, now: Option<&Now>) {
    json.key("now");
    let Some(now) = now else { return json.null() };
    json.open_object();
    write_function(json, view, "function", Some(now.function));
    json.key("kind").text(now.kind.as_bytes());
    json.key("since_ms").number(now.since_ms);
    json.close_object();
}

fn write_histogram(json: &mut Json<'_>, key: &str, histogram: &Histogram) {
    json.key(key).open_object();
    json.key("count").number(histogram.count());
    json.key("sum").number(histogram.sum());
    json.key("p50").number(histogram.percentile(500));
    json.key("p90").number(histogram.percentile(900));
    json.key("p99").number(histogram.percentile(990));
    json.key("max").number(histogram.max());
    json.key("buckets").open_array();
    for (bound, count) in histogram.buckets() {
        json.open_array();
        json.number_or_null(Some(bound).filter(|&bound| bound != u64::MAX));
        json.number(count);
        json.close_array();
    }
    json.close_array();
    json.close_object();
}

pub(crate) fn write_handles(view: &dyn View, out: &mut dyn Write) -> fmt::Result {
    let mut json = Json::new(out);
    json.open_object();
    json.key("loops").open_array();
    view.handles(&mut |answer| write_answer(&mut json, view, answer));
    json.close_array();
    json.close_object();
    json.end()
}

fn write_answer(json: &mut Json<'_>, view: &dyn View, answer: &Answer<'_>) {
    json.open_object();
    json.key("id").number(answer.id);
    json.key("state").text(answer.state.as_bytes());
    json.key("handles").open_array();
    (answer.handles)(&mut |handle| {
        json.open_object();
        json.key("kind").text(handle.kind.as_bytes());
        json.key("name").text_or_null(handle.name);
        json.key("active").truth(handle.is_active);
        json.key("referenced").truth(handle.is_referenced);
        json.key("closing").truth(handle.is_closing);
        json.key("fd").number_or_null(handle.fd);
        json.key("what").text_or_null(handle.what);
        write_function(json, view, "callback", handle.callback);
        json.key("since_ms").number_or_null(handle.since_ms);
        json.close_object();
    });
    json.close_array();
    json.key("more").number(answer.more);
    json.key("requests").number(answer.requests);
    json.close_object();
}
