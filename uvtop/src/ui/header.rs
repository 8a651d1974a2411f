//! The first lines: which process this is, and which view.

use ratatui::text::{Line, Span};

use super::Theme;
use crate::app::{App, Page, View};
use crate::texts::{duration_ms, many, uptime};

pub fn title(app: &App, theme: Theme, width: usize) -> Line<'static> {
    let mut spans = vec![Span::styled(" uvtop ", theme.chosen())];
    match &app.page {
        Page::List(list) => {
            let number = list.found.as_deref().map(|found| many(found.len() as u64, "process", "processes"));
            spans.push(Span::styled(format!(" {}", number.unwrap_or_default()), theme.strong()));
        }
        Page::Attached(attached) => {
            let pid = attached.socket.pid;
            let Some(sample) = attached.history.newest() else {
                spans.push(Span::styled(format!(" process {pid}"), theme.strong()));
                return Line::from(spans);
            };
            spans.push(Span::styled(format!(" {}[{pid}]", sample.program), theme.strong()));
            spans.push(Span::raw(format!("  up {}", uptime(sample.uptime_ms))));
            if attached.is_silent {
                spans.push(Span::styled("  NO ANSWER", theme.bad()));
            }
            if app.is_paused {
                spans.push(Span::styled("  PAUSED", theme.warning()));
            }
            let every = duration_ms(app.interval().as_millis() as u64);
            let rest = format!("  libuv {}  every {every} ", sample.library);
            let used: usize = spans.iter().map(Span::width).sum();
            if let Some(gap) = width.checked_sub(used + rest.len()) {
                spans.push(Span::styled(format!("{}{rest}", " ".repeat(gap)), theme.faint()));
            }
        }
    }
    Line::from(spans)
}

pub fn tabs(app: &App, theme: Theme, width: usize) -> Line<'static> {
    // " 1 Overview 2 Callbacks 3 Pool 4 Handles" are 40 columns.
    let (gap, end) = if width >= 50 { (" ", " ") } else { ("", "") };
    let mut spans = Vec::new();
    for (number, view) in (1..).zip(View::ALL) {
        let is_chosen = view == app.view;
        let (key, title) =
            if is_chosen { (theme.chosen(), theme.chosen()) } else { (theme.key(), theme.plain()) };
        spans.push(Span::raw(if number == 1 { "" } else { gap }));
        spans.push(Span::styled(format!(" {number}"), key));
        spans.push(Span::styled(format!(" {}{end}", view.title()), title));
    }
    Line::from(spans)
}
