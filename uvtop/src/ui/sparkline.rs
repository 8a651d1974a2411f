//! A line of small bars, one a poll, the newest at the right.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::rates::Line;

/// From so many columns on there is room for words.
pub const WIDE: usize = 70;

/// What stands before each line, and behind it.
const NAME: usize = 7;
const WORDS: usize = 41;
const FEW_WORDS: usize = 15;

/// How long lines are on such a screen: all the same, since they are of the same time.
pub fn room(width: usize) -> usize {
    width.saturating_sub(NAME + if width >= WIDE { WORDS } else { FEW_WORDS })
}

/// From an eighth to all of a line's height.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

fn bar(height: f64) -> char {
    let place = (height.clamp(0.0, 1.0) * 7.0).round() as usize;
    BARS.get(place).copied().unwrap_or('█')
}

/// The newest points, each with a height from 0 to 1 and a style; as wide as asked for.
pub fn spans(
    line: Option<&Line>,
    width: usize,
    height: impl Fn(f64) -> f64,
    style: impl Fn(f64) -> Style,
) -> Vec<Span<'static>> {
    let points: Vec<f64> = line.map_or_else(Vec::new, |line| line.tail(width).collect());
    let mut spans = vec![Span::raw(" ".repeat(width - points.len()))];
    for point in points {
        let (bar, style) = (bar(height(point)), style(point));
        match spans.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push(bar),
            _ => spans.push(Span::styled(bar.to_string(), style)),
        }
    }
    spans
}

/// Times differ too much for a height in proportion: each step is ten times as long, from 10 µs to 10 s.
pub fn height_of_time(ns: f64) -> f64 {
    if ns <= 10_000.0 { 0.0 } else { (ns.log10() - 4.0).ceil() / 7.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars() {
        assert_eq!([0.0, 0.5, 1.0, 9.0, -1.0].map(bar), ['▁', '▅', '█', '█', '▁']);
        let times = [0.0, 9_000.0, 11_000.0, 999e3, 1.1e6, 99e6, 0.9e9, 9e9, 11e9];
        let drawn: String = times.iter().map(|ns| bar(height_of_time(*ns))).collect();
        assert_eq!(drawn, "▁▁▂▃▄▅▆▇█");
    }

    #[test]
    fn it_is_as_wide_as_asked_for() {
        let spans = spans(None, 5, |_| 0.0, |_| Style::new());
        assert_eq!(spans.iter().map(Span::width).sum::<usize>(), 5);
    }
}
