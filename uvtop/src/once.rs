//! `uvtop --once`: one report in plain text.

use std::fmt::{self, Write};

use crate::client::Trouble;
use crate::model::{Handles, Loop, Now, Sample, State};
use crate::rates::{self, History};
use crate::texts::{count, duration, duration_ms, many, maybe, per_second, percent, uptime};

/// Functions that are told.
const MOST_CALLBACKS: usize = 20;

/// Handles of a loop that are told.
const MOST_HANDLES: usize = 100;

/// The history has two samples, from which come the figures of the present.
pub fn report(history: &History, handles: &Result<Handles, Trouble>) -> String {
    let mut text = String::new();
    if let Some(sample) = history.newest() {
        // Writing to a string does not fail.
        let _ = write_all(&mut text, history, sample, handles);
    }
    text
}

fn write_all(
    out: &mut String,
    history: &History,
    sample: &Sample,
    handles: &Result<Handles, Trouble>,
) -> fmt::Result {
    let Sample { pid, program, library, uptime_ms, .. } = sample;
    writeln!(out, "{program}[{pid}], libuv {library}, up {}", uptime(*uptime_ms))?;
    for one in &sample.loops {
        write_loop(out, history, one)?;
    }
    write_callbacks(out, history, sample)?;
    write_pool(out, history, sample)?;
    match handles {
        Ok(handles) => write_handles(out, handles),
        Err(trouble) => writeln!(out, "\nhandles: {trouble}"),
    }
}

/// What a worker is in.
fn call(now: &Now) -> String {
    format!("in {} ({}) for {}", now.place.label(), now.kind, duration_ms(now.since_ms))
}

/// What a loop is at.
pub fn doing(one: &Loop) -> String {
    match &one.now {
        Some(now) if one.state == State::Blocked => format!("BLOCKED {}", call(now)),
        Some(now) => call(now),
        None => one.state.word().into(),
    }
}

/// The same in fewer words.
pub fn doing_in_short(one: &Loop) -> String {
    match &one.now {
        Some(now) => {
            let blocked = if one.state == State::Blocked { "BLOCKED " } else { "" };
            format!("{blocked}{} {}", now.place.label(), duration_ms(now.since_ms))
        }
        None => one.state.word().into(),
    }
}

fn write_loop(out: &mut String, history: &History, one: &Loop) -> fmt::Result {
    let name = one.name.as_deref().unwrap_or(&one.thread.name);
    writeln!(out, "\nloop {} ({name}, thread {}): {}", one.id, one.thread.tid, doing(one))?;
    let now = history.lines(one.id).and_then(|lines| lines.busy.last());
    let ever = rates::busy_ever(one);
    writeln!(
        out,
        "  busy      {} of the last {}, {} since its start",
        now.map_or_else(|| "-".into(), percent),
        duration_ms(history.recent_ms()),
        ever.map_or_else(|| "-".into(), percent),
    )?;
    let lag = &one.lag;
    let [p50, p99] = [500, 990].map(|per_mille| maybe(lag.quantile(per_mille)));
    writeln!(
        out,
        "  lag       p50 {p50}, p99 {p99}, worst {}, of {}",
        maybe(lag.worst()),
        turns(lag.count())
    )?;
    if one.blocked.count > 0 {
        let worst = duration_ms(one.blocked.worst_ms);
        writeln!(out, "  blocked   {}, for {worst} at the worst", many(one.blocked.count, "time", "times"))?;
    }
    Ok(())
}

fn turns(number: u64) -> String {
    many(number, "turn", "turns")
}

fn write_callbacks(out: &mut String, history: &History, sample: &Sample) -> fmt::Result {
    if sample.callbacks.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n   total   share    count      mean     worst  kind         callback")?;
    let shares = history.recent_shares();
    for one in sample.callbacks.iter().take(MOST_CALLBACKS) {
        writeln!(
            out,
            "{:>8} {:>7} {:>8} {:>9} {:>9}  {:<11}  {}",
            duration(one.total_ns),
            percent(shares.of(one)),
            count(one.count),
            duration(one.mean_ns()),
            duration(one.worst_ns),
            one.kind,
            one.place.label(),
        )?;
    }
    write_rest(out, sample.callbacks.len(), MOST_CALLBACKS)
}

/// Says how many more there are.
fn write_rest(out: &mut String, len: usize, most: usize) -> fmt::Result {
    match len.saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(out, "     and {more} more"),
    }
}

fn write_pool(out: &mut String, history: &History, sample: &Sample) -> fmt::Result {
    let pool = &sample.pool;
    if pool.size == 0 {
        return writeln!(out, "\npool: not in use");
    }
    write!(out, "\npool: {} of {} busy", pool.busy, many(pool.size, "worker", "workers"))?;
    match pool.queued {
        0 => writeln!(out, ", no job waits")?,
        1 => writeln!(out, ", a job has waited for {}", duration_ms(pool.longest_wait_ms))?,
        jobs => {
            writeln!(
                out,
                ", {} wait, the first for {}",
                many(jobs, "job", "jobs"),
                duration_ms(pool.longest_wait_ms)
            )?;
        }
    }
    for (index, worker) in pool.workers.iter().enumerate() {
        let present = worker.now.as_ref().map_or_else(|| "at rest".into(), call);
        writeln!(out, "  worker {} (thread {}): {present}", index + 1, worker.tid)?;
    }
    if !pool.work.is_empty() {
        writeln!(
            out,
            "\n  kind             jobs      rate  wait p50       p99     worst   run p50       p99     worst"
        )?;
    }
    for work in &pool.work {
        let recent = history.recent_work(&work.kind).1.count();
        let rate = recent as f64 * 1000.0 / history.recent_ms().max(1) as f64;
        write!(out, "  {:<11} {:>9} {:>9}", work.kind, count(work.run.count()), per_second(rate))?;
        for times in [&work.wait, &work.run] {
            for time in [times.quantile(500), times.quantile(990), times.worst()] {
                write!(out, " {:>9}", maybe(time))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn write_handles(out: &mut String, handles: &Handles) -> fmt::Result {
    for one in &handles.loops {
        if !one.is_answered() {
            writeln!(out, "\nhandles of loop {}: it cannot tell, it is {}", one.id, one.state)?;
            continue;
        }
        writeln!(out, "\nhandles of loop {}: {}", one.id, one.handles.len())?;
        for handle in one.handles.iter().take(MOST_HANDLES) {
            let callback = handle.place.is_known().then(|| handle.place.label());
            let parts = [
                Some(handle.flags()),
                handle.fd.map(|fd| format!("fd {fd}")),
                Some(handle.what()).filter(|what| !what.is_empty()),
                callback.map(|callback| format!("-> {callback}")),
            ];
            let parts = parts.into_iter().flatten().collect::<Vec<_>>();
            writeln!(out, "  {:<9} {}", handle.kind, parts.join("  "))?;
        }
        write_rest(out, one.handles.len(), MOST_HANDLES)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::{RECORDED_HANDLES, recorded};

    fn recorded_report() -> String {
        let mut history = History::default();
        recorded().into_iter().for_each(|sample| history.add(sample));
        report(&history, &Handles::parse(RECORDED_HANDLES.as_bytes()))
    }

    #[test]
    fn a_recorded_process() {
        let text = recorded_report();
        for part in [
            "troubled[",
            ", thread ",
            "): BLOCKED in render_report (timer) for 1.",
            "loop 2 (housekeeping",
            "): waiting\n",
            "of 4 workers busy",
            " in compress_image (work) for ",
            "-> accept_client\n",
            "active, referenced  fd ",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains('\x1b'));
    }

    #[test]
    fn handles_that_cannot_be_had() {
        let mut history = History::default();
        recorded().into_iter().for_each(|sample| history.add(sample));
        let text = report(&history, &Err(Trouble::Silent));
        assert!(text.contains("\nhandles: it does not answer"), "{text}");
        let blocked = r#"{"loops":[{"id":1,"state":"blocked","handles":[],"requests":0}]}"#;
        let text = report(&history, &Handles::parse(blocked.as_bytes()));
        assert!(text.contains("\nhandles of loop 1: it cannot tell, it is blocked\n"), "{text}");
    }

    #[test]
    fn nothing_known_is_nothing_told() {
        assert_eq!(report(&History::default(), &Err(Trouble::Gone)), "");
    }
}
