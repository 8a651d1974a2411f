//! The table of several loops, and the plot of what grows.

use std::fmt::Write as _;

use super::super::book::Book;
use super::super::libraries::{LIBUV, OURS};
use super::super::plot::{Axis, Panel, Series, Stroke, svg};
use super::super::report::{count, spread};
use super::super::section;
use super::{GROWING, Row, rows};

const PAIR: (&str, &str) = (OURS, LIBUV);
const PLOT: &str = "scale.svg";

pub fn write(book: &Book) -> Result<(), String> {
    section::write("scale", &text(book))?;
    section::write_plot(PLOT, &plot(book))
}

fn text(book: &Book) -> String {
    let names: Vec<String> = rows().into_iter().map(Row::name).collect();
    let rounds = book.rounds(names.iter().map(String::as_str), OURS);
    let mut text = format!(
        "## Scale\n\n\
         Medians of {rounds} pairs, ours over libuv's, in brackets the smallest and the largest pair. *loops*: so many \
         on threads, each with a listening socket of its own on one port (`UV_TCP_REUSEPORT`), 64 bytes on 50 \
         connections (*echo*), or a connection for each message (*churn*); the load is a process of its own on the \
         same machine. *connections*: so many open in one loop, both ends, 10 messages under way, on each in turn. \
         *timers*: started, put off and fired. *jobs*: empty ones, queued at once. `cpu` is processor time an \
         operation.\n\n\
         ![cost by number]({PLOT})\n\n\
         | | ours, 1/s | libuv, 1/s | rate | ours, cpu us | libuv, cpu us | cpu |\n|---|--:|--:|---|--:|--:|---|\n"
    );
    for name in &names {
        let (Some(rate), Some(cpu)) = (book.ratio(name, PAIR, "rate"), book.ratio(name, PAIR, "cpu_us"))
        else {
            let _ = writeln!(text, "| {name} | not measured | | | | | |");
            continue;
        };
        let per_second = |subject| book.median(name, subject, "rate").map(count).unwrap_or_default();
        let cost =
            |subject| book.median(name, subject, "cpu_us").map(|us| format!("{us:.3}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {name} | {} | {} | **{rate:.2}** [{}] | {} | {} | {cpu:.2} [{}] |",
            per_second(OURS),
            per_second(LIBUV),
            spread(&book.ratios(name, PAIR, "rate")),
            cost(OURS),
            cost(LIBUV),
            spread(&book.ratios(name, PAIR, "cpu_us"))
        );
    }
    text
}

fn plot(book: &Book) -> String {
    let figures = [("cpu_us", "processor time"), ("wall_us", "time")];
    let panels: Vec<Panel> = figures
        .into_iter()
        .flat_map(|(figure, what)| GROWING.map(|(thing, counts)| panel(book, (figure, what), thing, counts)))
        .collect();
    svg(GROWING.len(), &panels)
}

fn panel(book: &Book, (figure, what): (&str, &str), thing: &'static str, counts: &[usize]) -> Panel {
    let points = |subject: &str| -> Vec<(f64, f64)> {
        let at = |count: &usize| {
            let cost = book.median(&Row::Growing(thing, *count).name(), subject, figure)?;
            Some((*count as f64, cost))
        };
        counts.iter().filter_map(at).collect()
    };
    let (ours, theirs) = (points(OURS), points(LIBUV));
    let costs: Vec<f64> = ours.iter().chain(&theirs).map(|point| point.1).collect();
    Panel {
        title: format!("{thing}: {what} of one, us"),
        x: Axis::powers_of_ten(counts.iter().map(|&count| count as f64)),
        y: Axis::powers_of_ten(costs),
        levels: Vec::new(),
        series: vec![
            Series { name: "libuv", colour: "#888", stroke: Stroke::Dashed, points: theirs },
            Series { name: "ours", colour: "#b5333c", stroke: Stroke::Solid, points: ours },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::book::tests::book;
    use super::*;

    #[test]
    fn rows_and_points_are_where_there_are_figures() {
        let book = book(
            "timers=1000\tlibuv\t0\trate=10\tcpu_us=4\twall_us=5\ntimers=1000\tours\t0\trate=20\tcpu_us=2\twall_us=3\n",
        );
        let text = text(&book);
        assert!(text.contains(
            "| timers=1000 | 20.0 | 10.0 | **2.00** [2.00..2.00] | 2.000 | 4.000 | 0.50 [0.50..0.50] |"
        ));
        assert!(text.contains("| jobs=1 | not measured |"));
        assert_eq!(plot(&book).matches("<circle").count(), 4);
    }
}
