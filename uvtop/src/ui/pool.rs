//! The workers, and the jobs that they have done.

use ratatui::text::{Line, Span};

use super::table::{Column, Table};
use super::{Lines, Theme, sparkline};
use crate::app::{App, Attached, Window};
use crate::model::{Pool, Sample};
use crate::texts::{count, duration_ms, many, maybe};

/// A job should not wait for so long.
const LONG_MS: u64 = 100;
const TOO_LONG_MS: u64 = 1000;

pub fn lines(app: &App, attached: &Attached, sample: &Sample, theme: Theme, width: usize) -> Lines {
    let mut body = summary(attached, sample, theme, width);
    body.push(Line::raw(""));
    body.extend(workers(&sample.pool, theme, width));
    if !sample.pool.work.is_empty() {
        body.push(Line::raw(""));
        body.extend(work(app, attached, sample, theme, width));
    }
    Lines { head: Vec::new(), body }
}

/// How many workers have something to do, and what waits for them.
pub fn summary(attached: &Attached, sample: &Sample, theme: Theme, width: usize) -> Vec<Line<'static>> {
    let pool = &sample.pool;
    if pool.size == 0 {
        return vec![Line::from(vec![
            Span::styled(" pool ", theme.strong()),
            Span::styled(" not in use", theme.faint()),
        ])];
    }
    let is_full = pool.busy >= pool.size;
    let style = match pool.longest_wait_ms {
        _ if !is_full => theme.good(),
        0..LONG_MS => theme.warning(),
        _ if pool.longest_wait_ms >= TOO_LONG_MS => theme.bad(),
        _ => theme.warning(),
    };
    let mut text = format!(" {} of {} busy, {} queued", pool.busy, pool.size, pool.queued);
    if pool.queued > 0 {
        text = format!("{text}, the first for {}", duration_ms(pool.longest_wait_ms));
    }
    let state =
        Line::from(vec![Span::styled(" pool ", theme.strong()), Span::styled(format!("{text} "), style)]);
    let room = sparkline::room(width);
    let queued = &attached.history.queued;
    let most = queued.tail(room).fold(1.0, f64::max);
    let bar = |jobs: f64| theme.by(jobs, 1.0, f64::INFINITY);
    let mut graph = vec![Span::styled(" queue ", theme.faint())];
    graph.extend(sparkline::spans(Some(queued), room, |jobs| jobs / most, bar));
    graph.push(Span::raw(format!(" {:>9}", many(pool.queued, "job", "jobs"))));
    vec![state, Line::from(graph)]
}

fn workers(pool: &Pool, theme: Theme, width: usize) -> Vec<Line<'static>> {
    let columns = vec![
        Column::figure("WORKER", 6, 0),
        Column::figure("THREAD", 7, 1),
        Column::figure("FOR", 7, 0),
        Column::text("KIND", 11, 2),
        Column::rest("JOB", 12),
    ];
    let table = Table::new(columns, width);
    let mut lines = vec![table.head(theme)];
    for (number, worker) in (1..).zip(&pool.workers) {
        let present = worker.now.as_ref();
        let [since, kind, job] = present.map_or_else(
            || [String::new(), String::new(), "at rest".into()],
            |now| [duration_ms(now.since_ms), now.kind.clone(), now.place.label()],
        );
        let since_ms = present.map_or(0, |now| now.since_ms);
        lines.push(table.row(vec![
            (number.to_string(), theme.plain()),
            (worker.tid.to_string(), theme.faint()),
            (since, theme.by(since_ms as f64, LONG_MS as f64, TOO_LONG_MS as f64)),
            (kind, theme.faint()),
            (job, if present.is_some() { theme.strong() } else { theme.faint() }),
        ]));
    }
    lines
}

fn work(app: &App, attached: &Attached, sample: &Sample, theme: Theme, width: usize) -> Vec<Line<'static>> {
    let columns = vec![
        Column::text("JOBS", 12, 0),
        Column::figure("COUNT", 6, 1),
        Column::figure("WAIT p50", 8, 3),
        Column::figure("p99", 7, 4),
        Column::figure("max", 7, 0),
        Column::figure("RUN p50", 8, 2),
        Column::figure("p99", 7, 5),
        Column::figure("max", 7, 0),
    ];
    let table = Table::new(columns, width);
    let mut lines = vec![table.head(theme)];
    for work in &sample.pool.work {
        let (wait, run) = match app.window {
            Window::Recent => attached.history.recent_work(&work.kind),
            Window::Ever => (work.wait.clone(), work.run.clone()),
        };
        let times = [&wait, &run].map(|times| [times.quantile(500), times.quantile(990), times.worst()]);
        let mut cells = vec![(work.kind.clone(), theme.strong()), (count(run.count()), theme.plain())];
        cells.extend(times.into_iter().flatten().map(|time| (maybe(time), theme.plain())));
        lines.push(table.row(cells));
    }
    lines
}
