//! The handles of each loop, as it told when it was asked.

use ratatui::text::Line;

use super::table::{Column, Table};
use super::{Lines, Theme};
use crate::app::Attached;
use crate::model::{Handle, LoopHandles, Sample};
use crate::texts::{many, uptime};

pub fn lines(attached: &Attached, sample: &Sample, theme: Theme, width: usize) -> Lines {
    let Some((handles, when)) = &attached.handles else {
        let text =
            if attached.wants_handles { " The loops are asked ..." } else { " Press h to ask the loops." };
        return Lines { body: vec![Line::raw(text)], ..Lines::default() };
    };
    let table = Table::new(
        vec![
            Column::text("KIND", 9, 0),
            Column::text("ACTIVE", 7, 2),
            Column::text("REF", 3, 3),
            Column::figure("FD", 4, 1),
            Column::text("CALLBACK", 20, 0),
            Column::rest("WHAT", 8),
        ],
        width,
    );
    let mut body = Vec::new();
    for one in &handles.loops {
        body.push(title(one, sample, *when, theme));
        body.extend(one.handles.iter().map(|handle| row(&table, handle, theme)));
    }
    Lines { head: vec![table.head(theme)], body }
}

fn title(one: &LoopHandles, sample: &Sample, when: u64, theme: Theme) -> Line<'static> {
    let thread = sample.loops.iter().find(|other| other.id == one.id).map_or("", |other| &other.thread.name);
    let name = format!(" loop {} {thread}", one.id);
    if one.is_answered() {
        let number = many(one.handles.len() as u64, "handle", "handles");
        return Line::styled(format!("{name}: {number}, when up {}", uptime(when)), theme.strong());
    }
    let before = if one.handles.is_empty() { "" } else { "; what it told before:" };
    let style = if one.state == "blocked" { theme.bad() } else { theme.warning() };
    Line::styled(format!("{name} is {} and cannot tell{before} ", one.state), style)
}

fn row(table: &Table, handle: &Handle, theme: Theme) -> Line<'static> {
    let yes = |is_so: bool| if is_so { "yes" } else { "no" };
    let (active, style) = match (handle.closing, handle.active) {
        (true, _) => ("closing", theme.warning()),
        (false, true) => ("yes", theme.good()),
        (false, false) => ("no", theme.faint()),
    };
    let callback = if handle.place.is_known() { handle.place.label() } else { String::new() };
    table.row(vec![
        (handle.kind.clone(), theme.strong()),
        (active.into(), style),
        (yes(handle.referenced).into(), if handle.referenced { theme.plain() } else { theme.faint() }),
        (handle.fd.map_or_else(String::new, |fd| fd.to_string()), theme.plain()),
        (callback, theme.plain()),
        (handle.what(), theme.faint()),
    ])
}
