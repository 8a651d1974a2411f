//! Tables that leave out columns where the screen is narrow.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::Theme;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    title: &'static str,
    width: usize,
    /// Figures are at the right.
    is_figure: bool,
    /// It takes what the others leave, and has at least its width.
    is_rest: bool,
    /// Those with the highest go first where there is no room; 0 stays.
    rank: u8,
    is_sorted: bool,
}

impl Column {
    pub const fn figure(title: &'static str, width: usize, rank: u8) -> Column {
        Column { title, width, is_figure: true, is_rest: false, rank, is_sorted: false }
    }

    pub const fn text(title: &'static str, width: usize, rank: u8) -> Column {
        Column { is_figure: false, ..Column::figure(title, width, rank) }
    }

    pub const fn rest(title: &'static str, least: usize) -> Column {
        Column { is_rest: true, ..Column::text(title, least, 0) }
    }

    /// Whether the rows are in this column's order; it stays then.
    pub fn sorted_if(self, is_sorted: bool) -> Column {
        let rank = if is_sorted { 0 } else { self.rank };
        Column { is_sorted, rank, ..self }
    }
}

pub struct Table {
    columns: Vec<Column>,
    /// The widths of those that there is room for.
    widths: Vec<Option<usize>>,
}

pub type Cell = (String, Style);

impl Table {
    pub fn new(columns: Vec<Column>, width: usize) -> Table {
        let mut widths: Vec<Option<usize>> = columns.iter().map(|column| Some(column.width)).collect();
        // Each has a space before it.
        let needed = |widths: &[Option<usize>]| widths.iter().flatten().map(|width| width + 1).sum::<usize>();
        while needed(&widths) > width {
            let shown =
                columns.iter().zip(&mut widths).filter(|(column, width)| column.rank > 0 && width.is_some());
            let Some((_, least)) = shown.max_by_key(|(column, _)| column.rank) else { break };
            *least = None;
        }
        let left = width.saturating_sub(needed(&widths));
        for (column, width) in columns.iter().zip(&mut widths).filter(|(column, _)| column.is_rest) {
            *width = Some(column.width + left);
        }
        Table { columns, widths }
    }

    pub fn head(&self, theme: Theme) -> Line<'static> {
        let cells = self.columns.iter().map(|column| {
            let style = if column.is_sorted { theme.key().patch(theme.strong()) } else { theme.faint() };
            (column.title.to_string(), style)
        });
        self.row(cells.collect())
    }

    pub fn row(&self, cells: Vec<Cell>) -> Line<'static> {
        let mut spans = Vec::new();
        for ((column, width), (text, style)) in self.columns.iter().zip(&self.widths).zip(cells) {
            let Some(width) = *width else { continue };
            let text = cut(text, width);
            let gap = " ".repeat(width - columns_of(&text));
            let (before, after) = if column.is_figure { (gap, String::new()) } else { (String::new(), gap) };
            spans.push(Span::raw(format!(" {before}")));
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(after));
        }
        Line::from(spans)
    }
}

fn columns_of(text: &str) -> usize {
    Span::raw(text).width()
}

/// The text in so many columns.
pub fn cut(text: String, width: usize) -> String {
    if columns_of(&text) <= width {
        return text;
    }
    let mut short = String::new();
    for character in text.chars() {
        short.push(character);
        if columns_of(&short) >= width {
            short.pop();
            break;
        }
    }
    if width > 0 {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &Line<'_>) -> String {
        line.spans.iter().map(|span| span.content.as_ref()).collect()
    }

    fn table(width: usize) -> Table {
        let columns = vec![
            Column::figure("TOTAL", 8, 0),
            Column::figure("MEAN", 8, 2),
            Column::text("KIND", 6, 1).sorted_if(false),
            Column::rest("NAME", 12),
        ];
        Table::new(columns, width)
    }

    fn row(width: usize) -> String {
        text(&table(width).row(
            ["1 s", "2 s", "timer", "on_timer_that_is_long"].map(|cell| (cell.into(), Style::new())).into(),
        ))
    }

    #[test]
    fn columns_go_as_the_screen_gets_narrow() {
        assert_eq!(row(60), format!("{:<60}", "      1 s      2 s timer  on_timer_that_is_long"));
        assert_eq!(row(34), "      1 s timer  on_timer_that_is…");
        assert_eq!(row(24), "      1 s on_timer_that…");
        assert_eq!(row(8), "      1 s on_timer_th…", "the screen cuts the rest");
        assert_eq!(
            text(&table(24).head(Theme { has_colour: false, is_unicode: true })).trim_end(),
            "    TOTAL NAME"
        );
    }

    #[test]
    fn texts_are_cut_by_columns_not_by_characters() {
        assert_eq!(cut("日本語".into(), 5), "日本…");
        assert_eq!(cut("日本語".into(), 4), "日…");
        assert_eq!(
            (cut("abc".into(), 3), cut("abc".into(), 2), cut("abc".into(), 0)),
            ("abc".into(), "a…".into(), "".into())
        );
    }
}
