//! Draws what [`crate::app`] says. Each view is lines: a head that stays, and a body that scrolls.

mod callbacks;
mod footer;
mod handles;
mod header;
mod help;
mod list;
mod overview;
mod plain_ascii;
mod pool;
mod sparkline;
mod table;
mod theme;

#[cfg(test)]
mod tests;

pub use self::theme::Theme;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{App, Attached, Page, View};

/// A view in lines.
#[derive(Debug, Default)]
struct Lines {
    head: Vec<Line<'static>>,
    body: Vec<Line<'static>>,
}

/// Less than this is no screen.
const SMALLEST: (u16, u16) = (20, 5);

pub fn draw(frame: &mut Frame<'_>, app: &mut App, theme: Theme) {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return put(frame, area, &[Line::raw("too small")]);
    }
    let width = area.width.into();
    let [top, middle, bottom] = [1, area.height - 2, 1].map(|height| Rect { height, ..area });
    let middle = Rect { y: 1, ..middle };
    let bottom = Rect { y: area.height - 1, ..bottom };
    put(frame, top, &[header::title(app, theme, width)]);
    let lines = if app.shows_help { help::lines(theme, width) } else { page(app, theme, width) };
    scroll(frame, middle, app, lines);
    put(frame, bottom, &[footer::line(app, theme, width)]);
    if !theme.is_unicode {
        plain_ascii::reduce(frame.buffer_mut());
    }
}

fn page(app: &App, theme: Theme, width: usize) -> Lines {
    match &app.page {
        Page::List(list) => list::lines(app, list, theme, width),
        Page::Attached(attached) => {
            let mut lines = view(app, attached, theme, width);
            lines.head.insert(0, header::tabs(app, theme, width));
            lines
        }
    }
}

fn view(app: &App, attached: &Attached, theme: Theme, width: usize) -> Lines {
    let Some(sample) = attached.history.newest() else {
        let text = if attached.is_silent { "It does not answer. Is it stopped?" } else { "" };
        return Lines { body: vec![Line::raw(format!(" {text}"))], ..Lines::default() };
    };
    match app.view {
        View::Overview => overview::lines(app, attached, sample, theme, width),
        View::Callbacks => callbacks::lines(app, attached, theme, width),
        View::Pool => pool::lines(app, attached, sample, theme, width),
        View::Handles => handles::lines(attached, sample, theme, width),
    }
}

/// Shows as much of the body as there is room for below the head.
fn scroll(frame: &mut Frame<'_>, area: Rect, app: &mut App, lines: Lines) {
    let room = usize::from(area.height).saturating_sub(lines.head.len());
    app.page_rows = room.max(1);
    let most = lines.body.len().saturating_sub(room);
    let first = match &app.page {
        // The selected line is kept in sight.
        Page::List(list) if !app.shows_help => (list.selected() + 1).saturating_sub(room),
        _ => {
            app.scroll = app.scroll.min(most);
            app.scroll
        }
    };
    let shown = lines.head.into_iter().chain(lines.body.into_iter().skip(first).take(room));
    put(frame, area, &shown.collect::<Vec<_>>());
}

fn put(frame: &mut Frame<'_>, area: Rect, lines: &[Line<'_>]) {
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        frame.buffer_mut().set_line(area.x, y, line, area.width);
    }
}
