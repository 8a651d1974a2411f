//! The loops, and in short the pool and the callbacks that take most.

use ratatui::text::{Line, Span};

use super::{Lines, Theme, callbacks, pool, sparkline};
use crate::app::{App, Attached, Window};
use crate::model::{Loop, Sample, State};
use crate::once::{doing, doing_in_short};
use crate::rates::{self, LoopLines};
use crate::texts::{count, duration_ms, many, maybe, percent};

/// Lags from which a loop is slow, and very slow.
const SLOW_NS: f64 = 10e6;
const VERY_SLOW_NS: f64 = 100e6;

pub fn lines(app: &App, attached: &Attached, sample: &Sample, theme: Theme, width: usize) -> Lines {
    let mut body = Vec::new();
    for one in &sample.loops {
        body.push(state(one, theme, width));
        body.extend(graphs(app, attached, one, theme, width));
    }
    if sample.loops.is_empty() {
        body.push(Line::styled(" It has no loop at present.", theme.faint()));
    }
    body.push(Line::raw(""));
    body.extend(pool::summary(attached, sample, theme, width));
    body.push(Line::raw(""));
    let Lines { head, body: rows } = callbacks::lines(app, attached, theme, width);
    body.extend(head);
    body.extend(rows);
    Lines { head: Vec::new(), body }
}

fn state(one: &Loop, theme: Theme, width: usize) -> Line<'static> {
    let name = one.name.as_deref().unwrap_or(&one.thread.name);
    let style = match one.state {
        State::Blocked => theme.bad(),
        State::Calling | State::Turning => theme.warning(),
        State::Waiting => theme.good(),
        State::NotRunning | State::Other => theme.faint(),
    };
    let (title, doing) = if width >= sparkline::WIDE {
        (format!(" loop {} {name} ", one.id), doing(one))
    } else {
        (format!(" loop {} ", one.id), doing_in_short(one))
    };
    let mut spans = vec![Span::styled(title, theme.strong()), Span::styled(format!(" {doing} "), style)];
    let parts = [
        (one.blocked.count > 0)
            .then(|| format!("blocked {}x, {}", one.blocked.count, duration_ms(one.blocked.worst_ms))),
        one.handles.as_ref().map(|handles| format!("{} active", many(handles.active, "handle", "handles"))),
        one.requests.map(|requests| many(requests, "request", "requests")),
    ];
    let rest = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let used: usize = spans.iter().map(Span::width).sum();
    if let Some(gap) = width.checked_sub(used + rest.len() + 1) {
        spans.push(Span::styled(format!("{}{rest}", " ".repeat(gap)), theme.faint()));
    }
    Line::from(spans)
}

/// How busy it is and how late, over time.
fn graphs(app: &App, attached: &Attached, one: &Loop, theme: Theme, width: usize) -> [Line<'static>; 2] {
    let lines = attached.history.lines(one.id);
    let now = lines.and_then(|lines| lines.busy.last()).map_or_else(|| "-".into(), percent);
    let lag = match app.window {
        Window::Recent => attached.history.recent_lag(one.id),
        Window::Ever => one.lag.clone(),
    };
    let worst = maybe(lag.worst());
    let (busy_text, lag_text) = if width >= sparkline::WIDE {
        let ever = rates::busy_ever(one).map_or_else(|| "-".into(), percent);
        let turns = attached.history.turns_per_second(one).unwrap_or(0.0).round() as u64;
        let [p50, p99] = [500, 990].map(|per_mille| maybe(lag.quantile(per_mille)));
        (
            format!("{now:>7} now {ever:>6} ever {:>7} turns/s", count(turns)),
            format!("p50 {p50:>7}  p99 {p99:>7}  worst {worst:>7}"),
        )
    } else {
        (format!("{now:>9} now"), format!("worst {worst:>7}"))
    };
    let room = sparkline::room(width);
    let busy = lines.map(|lines: &LoopLines| &lines.busy);
    let busy = sparkline::spans(busy, room, |share| share, |share| theme.by(share, 0.5, 0.9));
    let lag = lines.map(|lines| &lines.lag);
    let lag =
        sparkline::spans(lag, room, sparkline::height_of_time, |ns| theme.by(ns, SLOW_NS, VERY_SLOW_NS));
    [("busy ", busy, busy_text), ("lag  ", lag, lag_text)].map(|(name, graph, text)| {
        let mut spans = vec![Span::styled(format!(" {name} "), theme.faint())];
        spans.extend(graph);
        spans.push(Span::raw(format!(" {text}")));
        Line::from(spans)
    })
}
