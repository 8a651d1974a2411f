//! The table of programs.

use std::fmt::Write as _;

use super::super::book::Book;
use super::super::libraries::{LIBUV, OURS};
use super::super::report::{count, spread};
use super::rows::Row;

const PAIR: (&str, &str) = (OURS, LIBUV);

pub fn text(book: &Book, rows: &[Row]) -> String {
    let rounds = book.rounds(rows.iter().map(|row| row.name.as_str()), OURS);
    let mut text = format!(
        "## Programs\n\n\
         Debian's packages of Node, uvloop, luv, BIND and CMake, with each library in place of `libuv.so.1`: medians of \
         {rounds} pairs, ours over libuv's, in brackets the smallest and the largest pair. Load comes from other \
         processes on the same machine (wrk with 50 connections, dnsperf, a program of ours with 10 connections). \
         Latency in microseconds, ours / libuv's; for `named` it is the mean. `cpu` is the server's processor time an \
         answer; for a program without a server, that of all its processes.\n\n\
         | program | ours, 1/s | libuv, 1/s | rate | p50 | p90 | p99 | cpu |\n|---|--:|--:|---|--:|--:|--:|---|\n"
    );
    for row in rows {
        text.push_str(&line(book, &row.name));
    }
    text
}

fn line(book: &Book, row: &str) -> String {
    let Some(ratio) = book.ratio(row, PAIR, "rate") else {
        return format!("| {row} | not measured | | | | | | |\n");
    };
    let rate = |subject| book.median(row, subject, "rate").map(count).unwrap_or_default();
    let latency = |names: &[&str]| {
        let both = names
            .iter()
            .find_map(|name| Some((book.median(row, OURS, name)?, book.median(row, LIBUV, name)?)));
        both.map(|(ours, theirs)| format!("{ours:.0} / {theirs:.0}")).unwrap_or_default()
    };
    let mut text = format!(
        "| {row} | {} | {} | **{ratio:.2}** [{}] | {} | {} | {} |",
        rate(OURS),
        rate(LIBUV),
        spread(&book.ratios(row, PAIR, "rate")),
        latency(&["p50_us", "mean_us"]),
        latency(&["p90_us"]),
        latency(&["p99_us"])
    );
    if let Some(cpu) = book.ratio(row, PAIR, "cpu_us") {
        let _ = write!(text, " {cpu:.2} [{}] |", spread(&book.ratios(row, PAIR, "cpu_us")));
    } else {
        text.push_str(" |");
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::super::super::book::tests::book;
    use super::*;

    #[test]
    fn a_row_shows_what_there_is() {
        let book = book(
            "a\tlibuv\t0\trate=10\tp50_us=2\tcpu_us=4\na\tours\t0\trate=20\tp50_us=1\tcpu_us=2\n\
             b\tlibuv\t0\trate=10\tmean_us=7\nb\tours\t0\trate=10\tmean_us=8\n",
        );
        assert_eq!(
            line(&book, "a"),
            "| a | 20.0 | 10.0 | **2.00** [2.00..2.00] | 1 / 2 |  |  | 0.50 [0.50..0.50] |\n"
        );
        assert_eq!(line(&book, "b"), "| b | 10.0 | 10.0 | **1.00** [1.00..1.00] | 8 / 7 |  |  | |\n");
        assert_eq!(line(&book, "c"), "| c | not measured | | | | | | |\n");
    }
}
