//! The program's functions, and what their calls took.

use super::table::{Column, Table};
use super::{Lines, Theme};
use crate::app::{App, Attached, Sort};
use crate::texts::{count, duration, percent};

pub fn lines(app: &App, attached: &Attached, theme: Theme, width: usize) -> Lines {
    let table = Table::new(
        vec![
            Column::figure("TOTAL", 7, 1).sorted_if(app.sort == Sort::Total),
            Column::figure("SHARE", 6, 4).sorted_if(app.sort == Sort::Share),
            Column::figure("COUNT", 6, 3).sorted_if(app.sort == Sort::Count),
            Column::figure("MEAN", 7, 5).sorted_if(app.sort == Sort::Mean),
            Column::figure("WORST", 7, 2).sorted_if(app.sort == Sort::Worst),
            Column::text("KIND", 10, 6),
            Column::rest("CALLBACK", 16),
        ],
        width,
    );
    let rows = attached.callbacks(app.sort).into_iter().map(|(one, share)| {
        // A worker may take its time, a loop may not.
        let by = |value, warning, bad| {
            if one.is_on_worker() { theme.plain() } else { theme.by(value, warning, bad) }
        };
        table.row(vec![
            (duration(one.total_ns), theme.plain()),
            (percent(share), by(share, 0.5, 0.9)),
            (count(one.count), theme.plain()),
            (duration(one.mean_ns()), theme.plain()),
            (duration(one.worst_ns), by(one.worst_ns as f64, 10e6, 100e6)),
            (one.kind.clone(), theme.faint()),
            (one.place.label(), theme.strong()),
        ])
    });
    Lines { head: vec![table.head(theme)], body: rows.collect() }
}
