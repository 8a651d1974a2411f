//! The processes that listen.

use ratatui::text::Line;

use super::table::{Column, Table};
use super::{Lines, Theme};
use crate::app::{App, List};
use crate::list::Listed;
use crate::once::doing_in_short;
use crate::texts::uptime;

pub fn lines(app: &App, list: &List, theme: Theme, width: usize) -> Lines {
    let table = Table::new(
        vec![
            Column::figure("PID", 7, 0),
            Column::text("PROGRAM", 15, 0),
            Column::figure("UP", 9, 2),
            Column::figure("LOOPS", 5, 3),
            Column::rest("DOES", 12),
        ],
        width,
    );
    let Some(found) = &list.found else {
        return Lines {
            body: vec![Line::styled(" Looking who listens ...", theme.faint())],
            ..Lines::default()
        };
    };
    if found.is_empty() {
        return Lines { body: nobody(app, theme), ..Lines::default() };
    }
    let mut body: Vec<Line<'static>> = found.iter().map(|one| row(&table, one, theme)).collect();
    if let Some(selected) = body.get_mut(list.selected()) {
        *selected = selected.clone().patch_style(theme.chosen());
    }
    Lines { head: vec![table.head(theme)], body }
}

fn row(table: &Table, one: &Listed, theme: Theme) -> Line<'static> {
    let pid = (one.socket.pid.to_string(), theme.plain());
    match &one.found {
        Ok(sample) => {
            let (does, style) = match (sample.blocked(), sample.loops.first()) {
                (Some(one), _) => (doing_in_short(one), theme.bad()),
                (None, Some(first)) => (doing_in_short(first), theme.plain()),
                (None, None) => ("no loop".into(), theme.faint()),
            };
            table.row(vec![
                pid,
                (sample.program.clone(), theme.strong()),
                (uptime(sample.uptime_ms), theme.plain()),
                (sample.loops.len().to_string(), theme.plain()),
                (does, style),
            ])
        }
        Err(trouble) => {
            let blank = || (String::new(), theme.plain());
            table.row(vec![
                pid,
                ("?".into(), theme.faint()),
                blank(),
                blank(),
                (trouble.to_string(), theme.warning()),
            ])
        }
    }
}

fn nobody(app: &App, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(program) = &app.awaited {
        lines.push(Line::styled(format!(" {program} does not listen yet."), theme.strong()));
        lines.push(Line::raw(" It does when it makes its first loop,"));
        lines.push(Line::raw(" if it runs on this libuv."));
        return lines;
    }
    lines.push(Line::styled(" No process listens.", theme.strong()));
    lines.push(Line::raw(" Start one:"));
    lines.push(Line::raw("   UV_INSPECT=1 program"));
    lines.push(Line::raw("   uvtop run program"));
    lines.push(Line::raw(" Looked for in:"));
    lines.extend(
        app.folders().iter().map(|folder| Line::styled(format!("   {}", folder.display()), theme.faint())),
    );
    lines
}
