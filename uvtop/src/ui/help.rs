//! What keys do, and what figures mean.

use ratatui::text::{Line, Span};

use super::{Lines, Theme};

const KEYS: [(&str, &str); 12] = [
    ("q", "quit"),
    ("tab 1-4", "the views"),
    ("h", "handles: ask the loops what they have"),
    ("s", "sort callbacks by the next column"),
    ("w", "times of the last 10 s, or of all time"),
    ("p", "pause, and go on"),
    ("up down", "scroll, or choose; also page up and down"),
    ("enter", "look into the process"),
    ("esc", "back to the list"),
    ("ctrl-l", "draw all anew"),
    ("ctrl-z", "suspend"),
    ("?", "this page"),
];

const FIGURES: [(&str, &str); 6] = [
    ("busy", "share of the time that the loop did not wait"),
    ("lag", "how long a turn of the loop took: what comes meanwhile waits for so long"),
    ("lag bar", "each step is ten times as long: 10 µs, 100 µs, 1 ms ... 10 s"),
    ("share", "time in a callback by time that passed in the last 10 s"),
    ("wait, run", "of the pool's jobs: before a worker has them, and while it does them"),
    ("worst", "of recent times: up to a quarter too much"),
];

pub fn lines(theme: Theme, width: usize) -> Lines {
    let narrow = width < 60;
    let row = |(name, text): &(&'static str, &'static str)| {
        Line::from(vec![Span::styled(format!(" {name:<9} "), theme.key()), Span::raw(*text)])
    };
    let wrapped = |(name, text): &(&'static str, &'static str)| {
        let room = width.saturating_sub(12).max(10);
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            match lines.last_mut() {
                Some(last) if last.len() + word.len() < room => {
                    last.push_str(if last.is_empty() { "" } else { " " });
                    last.push_str(word);
                }
                _ => lines.push(word.into()),
            }
        }
        let names = std::iter::once(*name).chain(std::iter::repeat(""));
        let rows = lines.into_iter().zip(names).map(|(text, name)| {
            Line::from(vec![Span::styled(format!(" {name:<9} "), theme.key()), Span::raw(text)])
        });
        rows.collect::<Vec<_>>()
    };
    let rows = |all: &[(&'static str, &'static str)]| -> Vec<Line<'static>> {
        if narrow { all.iter().flat_map(wrapped).collect() } else { all.iter().map(row).collect() }
    };
    let body = rows(&KEYS).into_iter().chain([Line::raw("")]).chain(rows(&FIGURES));
    Lines { head: Vec::new(), body: body.collect() }
}
