//! The sweep's tables and its plot.

use std::fmt::Write as _;

use super::super::book::Book;
use super::super::libraries::{ASLEEP, LIBUV, OURS};
use super::super::options::Options;
use super::super::plot::{Axis, Panel, Scale, Series, Stroke, svg};
use super::super::section;
use super::point::{GAPS, Gap, KINDS, Line, lines};

/// What the ratios of processor time are held to.
const MOST: f64 = 1.02;
const PLOT: &str = "gaps.svg";

/// A table: what it shows, of which subject, beside libuv.
struct Table {
    title: &'static str,
    subject: &'static str,
    figure: &'static str,
}

/// Processor time is without what the pause itself has taken.
const TABLES: [Table; 4] = [
    Table { title: "Processor time a request", subject: OURS, figure: "net_cpu_us" },
    Table { title: "Latency, p50", subject: OURS, figure: "p50_us" },
    Table { title: "Latency, p99", subject: OURS, figure: "p99_us" },
    Table { title: "Processor time, with `UV_ADAPTIVE_WAIT=0`", subject: ASLEEP, figure: "net_cpu_us" },
];

/// For the terminal: the tables' lines with rows that were chosen.
pub fn show(book: &Book, options: &Options) {
    for table in &TABLES {
        println!("\n{}, over libuv's:", table.title);
        let is_chosen = |line: &Line| GAPS.iter().any(|&gap| options.chooses(&line.at(gap).name()));
        for line in lines().into_iter().filter(is_chosen) {
            let ratios = ratios(book, line, table);
            let cells: Vec<String> = ratios.iter().map(|ratio| cell(*ratio)).collect();
            println!("{:<42} {}", line.title(), cells.join(" "));
        }
    }
}

pub fn write(book: &Book) -> Result<(), String> {
    section::write("gaps", &text(book))?;
    section::write_plot(PLOT, &plot(book))
}

fn ratios(book: &Book, line: Line, table: &Table) -> Vec<Option<f64>> {
    GAPS.map(|gap| book.ratio(&line.at(gap).name(), (table.subject, LIBUV), table.figure)).to_vec()
}

/// Lines of which the book has anything.
fn measured(book: &Book) -> impl Iterator<Item = Line> {
    lines().into_iter().filter(|&line| ratios(book, line, &TABLES[0]).iter().any(Option::is_some))
}

fn cell(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "-".into(), |ratio| format!("{ratio:.2}"))
}

fn text(book: &Book) -> String {
    let names: Vec<String> = super::point::all().iter().map(super::Point::name).collect();
    let rounds = book.rounds(names.iter().map(String::as_str), OURS);
    let mut text = format!(
        "## One request at a time, with a pause before the next\n\n\
         Medians of {rounds} rounds, in each of which libuv, this library, and this library with \
         `UV_ADAPTIVE_WAIT=0` take turns: ours over libuv's. The loop's thread submits, waits for the answer, pauses \
         for so many microseconds (`~30`: exponentially distributed around 30) outside of the library, and submits \
         again. It pauses *asleep* (`clock_nanosleep`, without timer slack: the processor is free, and the time \
         includes what the kernel takes to sleep and wake), or *computing* (the processor time of the pause itself is \
         taken off). *Alone*: nothing else runs. *Crowded*: two other programs compute all the time, on two \
         processors. Processor time is the whole process's. `gap_work`: an empty job; `gap_async`: a word to another \
         thread, which sends one back (one loop: that thread waits at a semaphore; two: it runs a loop); `gap_fs`: a \
         file opened, by the pool; `gap_fs_stat`: a stat of a cached path. More than {MOST} is bold.\n\n\
         ![processor time and latency by gap]({PLOT})\n"
    );
    let heads: Vec<String> = GAPS.iter().map(|gap| gap.head()).collect();
    for table in &TABLES {
        let _ = write!(
            text,
            "\n### {}, over libuv's\n\n| | {} |\n|---|{}\n",
            table.title,
            heads.join(" | "),
            "--:|".repeat(GAPS.len())
        );
        for line in measured(book) {
            let cells = ratios(book, line, table).into_iter().map(marked).collect::<Vec<_>>();
            let _ = writeln!(text, "| {} | {} |", line.title(), cells.join(" | "));
        }
    }
    text
}

fn marked(ratio: Option<f64>) -> String {
    match ratio {
        // As it is written, so that no 1.02 is bold.
        Some(ratio) if (ratio * 100.0).round() > MOST * 100.0 => format!("**{ratio:.2}**"),
        other => cell(other),
    }
}

fn plot(book: &Book) -> String {
    let panels: Vec<Panel> = measured(book).map(|line| panel(book, line)).collect();
    svg(KINDS.len(), &panels)
}

fn panel(book: &Book, line: Line) -> Panel {
    let tick = |value: f64, name: &str| (value, name.to_owned());
    let x_ticks =
        [2.0, 5.0, 10.0, 20.0, 45.0, 100.0, 200.0, 500.0, 1000.0].map(|us| tick(us, &us.to_string()));
    let mut x = Axis { scale: Scale::Log, from: 1.0, to: 1000.0, ticks: x_ticks.to_vec() };
    // A gap of 0 has no place on the scale: it stands at the beginning.
    x.ticks.push(tick(1.0, "0"));
    let y_ticks = [tick(0.0, "0"), tick(0.5, "0.5"), tick(1.0, "1"), tick(1.5, "1.5")];
    let y = Axis { scale: Scale::Linear, from: 0.0, to: 1.6, ticks: y_ticks.to_vec() };
    let series = |name, colour, stroke, table: &Table| {
        let all = GAPS.iter().zip(ratios(book, line, table));
        let points = all.filter_map(|(gap, ratio)| match *gap {
            Gap::Every(us) => Some((f64::from(us), ratio?)),
            Gap::Random(_) => None,
        });
        Series { name, colour, stroke, points: points.collect() }
    };
    let [cpu, p50, p99, asleep] = &TABLES;
    Panel {
        title: line.title(),
        x,
        y,
        levels: vec![1.0, MOST],
        series: vec![
            series("latency p99 / libuv's", "#d9a441", Stroke::Solid, p99),
            series("latency p50 / libuv's", "#3b6ea5", Stroke::Solid, p50),
            series("processor time with UV_ADAPTIVE_WAIT=0 / libuv's", "#999", Stroke::Dashed, asleep),
            series("processor time / libuv's, lines at 1.00 and 1.02", "#b5333c", Stroke::Solid, cpu),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::book::tests::book;
    use super::*;

    #[test]
    fn what_is_over_the_limit_as_written_is_bold() {
        assert_eq!(marked(Some(1.0249)), "1.02");
        assert_eq!(marked(Some(1.026)), "**1.03**");
        assert_eq!(marked(None), "-");
    }

    #[test]
    fn a_table_has_the_ratio_in_its_column_and_the_plot_its_point() {
        let row = "gap_work/1-loop/alone/sleep/gap=10us";
        let book = book(&format!("{row}\tlibuv\t0\tnet_cpu_us=10\n{row}\tours\t0\tnet_cpu_us=8\n"));
        let text = text(&book);
        assert!(text.contains("| gap_work, 1 loop, alone, asleep | - | - | - | 0.80 | - |"), "{text}");
        assert!(text.contains("Medians of 1 rounds"));
        assert_eq!(plot(&book).matches("<circle").count(), 1);
    }
}
