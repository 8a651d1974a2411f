//! The last line: what has happened, or the keys.

use ratatui::text::{Line, Span};

use super::Theme;
use super::table::cut;
use crate::app::{App, Page, View};

pub fn line(app: &App, theme: Theme, width: usize) -> Line<'static> {
    if let Some(message) = &app.message {
        return Line::styled(cut(format!(" {message}"), width), theme.warning());
    }
    let keys: &[(&str, &str)] = match (&app.page, app.view) {
        _ if app.shows_help => &[("q", "quit"), ("any key", "back")],
        (Page::List(_), _) => {
            &[("q", "quit"), ("?", "help"), ("enter", "look into it"), ("up/down", "choose")]
        }
        (_, View::Callbacks) => &[
            ("q", "quit"),
            ("?", "help"),
            ("s", "sort"),
            ("tab", "view"),
            ("p", "pause"),
            ("h", "handles"),
            ("esc", "list"),
        ],
        (_, View::Handles) => &[
            ("q", "quit"),
            ("?", "help"),
            ("h", "ask anew"),
            ("tab", "view"),
            ("p", "pause"),
            ("esc", "list"),
        ],
        _ => &[
            ("q", "quit"),
            ("?", "help"),
            ("tab", "view"),
            ("h", "handles"),
            ("p", "pause"),
            ("s", "sort"),
            ("w", "recent/all"),
            ("esc", "list"),
        ],
    };
    let mut spans = Vec::new();
    let mut used = 0;
    for (key, what) in keys {
        used += key.len() + what.len() + 3;
        if used > width + 1 {
            break;
        }
        spans.push(Span::styled(format!(" {key}"), theme.key()));
        spans.push(Span::raw(format!(" {what} ")));
    }
    Line::from(spans)
}
