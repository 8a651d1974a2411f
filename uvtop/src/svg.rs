//! A picture of the screen, for documentation.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use ratatui::text::Span;

use crate::app::App;
use crate::args::Look;
use crate::asker::{self, Order};
use crate::events::Event;
use crate::list::list;
use crate::sockets::Socket;
use crate::ui::{self, Theme};

/// How long a program may take to begin to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// Of this process, or of the first that listens in these folders.
pub fn take(socket: Option<Socket>, folders: &[PathBuf], look: &Look, file: &Path) -> Result<(), String> {
    if let Some(socket) = socket {
        return of(socket, look, file);
    }
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(one) = list(folders).into_iter().find(|one| one.found.is_ok()) {
            return of(one.socket, look, file);
        }
        if Instant::now() > end {
            return Err("the program does not listen".into());
        }
        thread::sleep(Duration::from_millis(10)); // nothing tells
    }
}

/// Looks at the process for so many polls, and draws what the screen shows then.
fn of(socket: Socket, look: &Look, file: &Path) -> Result<(), String> {
    let interval = Duration::from_millis(look.interval);
    let mut app = App::new(Vec::new(), interval, Instant::now());
    let path = socket.path.clone();
    app.attach(socket, Instant::now());
    for _ in 0..look.svg_polls {
        let answer = asker::carry_out(Order::Sample(path.clone()));
        app.handle(Event::Answer(Box::new(answer)), Instant::now());
        thread::sleep(interval);
    }
    let (width, height) = look.svg_size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).map_err(|error| error.to_string())?;
    let theme = Theme { has_colour: true, is_unicode: true };
    let drawn = terminal.draw(|frame| ui::draw(frame, &mut app, theme)).map_err(|error| error.to_string())?;
    fs::write(file, draw(drawn.buffer)).map_err(|error| format!("{}: {error}", file.display()))
}

/// The size of a character's place, and how far its base is below its top.
const WIDTH: f64 = 8.0;
const HEIGHT: f64 = 17.0;
const BASE: f64 = 13.0;
const MARGIN: f64 = 10.0;

const BACKGROUND: &str = "#1b1d22";
const FOREGROUND: &str = "#d5d8de";

fn draw(buffer: &Buffer) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) =
        (f64::from(columns) * WIDTH + 2.0 * MARGIN, f64::from(rows) * HEIGHT + 2.0 * MARGIN);
    let mut out = String::new();
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13">
<rect width="{width}" height="{height}" rx="6" fill="{BACKGROUND}"/>"#
    );
    for row in 0..rows {
        let cells: Vec<&Cell> = (0..columns).filter_map(|column| buffer.cell((column, row))).collect();
        let mut column = 0;
        for run in cells.chunk_by(|one, next| look(one) == look(next)) {
            draw_run(&mut out, run, f64::from(column) * WIDTH + MARGIN, f64::from(row) * HEIGHT + MARGIN);
            column += run.len() as u16;
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Foreground, background and boldness.
fn look(cell: &Cell) -> (&'static str, &'static str, bool) {
    let foreground = match cell.fg {
        Color::Green => "#7fc97f",
        Color::Yellow => "#e6c15a",
        Color::Red => "#ff6b6b",
        Color::Cyan => "#5fc6d8",
        _ if cell.modifier.contains(Modifier::DIM) => "#8a909c",
        _ => FOREGROUND,
    };
    let is_bold = cell.modifier.contains(Modifier::BOLD);
    if cell.modifier.contains(Modifier::REVERSED) {
        (BACKGROUND, foreground, is_bold)
    } else {
        (foreground, BACKGROUND, is_bold)
    }
}

/// Cells of one look. Bars are drawn, since fonts disagree on them.
fn draw_run(out: &mut String, cells: &[&Cell], x: f64, y: f64) {
    let Some((foreground, background, is_bold)) = cells.first().map(|cell| look(cell)) else { return };
    let width = cells.len() as f64 * WIDTH;
    if background != BACKGROUND {
        let _ =
            writeln!(out, r#"<rect x="{x}" y="{y}" width="{width}" height="{HEIGHT}" fill="{background}"/>"#);
    }
    let mut x = x;
    for part in
        cells.chunk_by(|one, next| eighths(one.symbol()).is_none() && eighths(next.symbol()).is_none())
    {
        let width = part.len() as f64 * WIDTH;
        let text: String = part.iter().map(|cell| cell.symbol()).collect();
        match part.first().and_then(|cell| eighths(cell.symbol())) {
            Some(eighths) => {
                let height = (HEIGHT - 3.0) * f64::from(eighths) / 8.0;
                let (top, width) = (y + HEIGHT - 1.0 - height, width - 1.0);
                let _ = writeln!(
                    out,
                    r#"<rect x="{x}" y="{top}" width="{width}" height="{height}" fill="{foreground}"/>"#
                );
            }
            None => draw_text(out, &text, (foreground, is_bold), x, y),
        }
        x += width;
    }
}

/// Without the blanks around it.
fn draw_text(out: &mut String, text: &str, (colour, is_bold): (&str, bool), x: f64, y: f64) {
    let columns = |text: &str| Span::raw(text).width() as f64 * WIDTH;
    let shown = text.trim_end();
    let x = x + columns(shown) - columns(shown.trim_start());
    let shown = shown.trim_start();
    if shown.is_empty() {
        return;
    }
    let weight = if is_bold { r#" font-weight="bold""# } else { "" };
    let (base, width) = (y + BASE, columns(shown));
    let text = shown.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "\u{a0}");
    let _ = writeln!(
        out,
        r#"<text x="{x}" y="{base}" fill="{colour}"{weight} textLength="{width}" lengthAdjust="spacingAndGlyphs">{text}</text>"#
    );
}

fn eighths(symbol: &str) -> Option<u8> {
    let bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    (1..).zip(bars).find(|(_, bar)| *bar == symbol).map(|(eighths, _)| eighths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::{Style, Stylize};

    #[test]
    fn texts_and_bars() {
        let mut buffer = Buffer::with_lines(["a<b ▁█ c"]);
        buffer.set_style(Rect::new(7, 0, 1, 1), Style::new().red().reversed());
        let picture = draw(&buffer);
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
        assert!(picture.contains(">a&lt;b</text>"), "{picture}");
        assert_eq!(
            picture.matches("<rect ").count(),
            4,
            "the background, two bars, a reversed cell: {picture}"
        );
        assert!(picture.contains("#ff6b6b"));
    }
}
