//! The table on the terminal, bench/RESULTS.md and its plot.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::rows::{Row, Target};
use super::sizes::Size;
use super::{Measured, Run, median};

const RESULTS_START: &str = "<!-- results: written by cargo xtask bench --write -->";
const RESULTS_END: &str = "<!-- end of results -->";

impl Measured {
    /// Ours over libuv's, of each pair.
    fn ratios(&self, of: fn(&Run) -> f64) -> Vec<f64> {
        self.ours.iter().zip(&self.theirs).map(|(ours, theirs)| of(ours) / of(theirs)).collect()
    }

    fn rate_ratio(&self) -> f64 {
        median(self.ratios(|run| run.rate))
    }

    fn cpu_ratio(&self) -> f64 {
        median(self.ratios(|run| run.cpu))
    }

    /// Ours over the library's of before, of each pair: the rate's and the processor time's.
    fn since_before(&self) -> String {
        if self.before.is_empty() {
            return String::new();
        }
        let ratios = |of: fn(&Run) -> f64| -> Vec<f64> {
            self.ours.iter().zip(&self.before).map(|(ours, before)| of(ours) / of(before)).collect()
        };
        let (rates, cpus) = (ratios(|run| run.rate), ratios(|run| run.cpu));
        format!(
            "before: {:.2} [{}], {:.2} [{}] ",
            median(rates.clone()),
            spread(&rates),
            median(cpus.clone()),
            spread(&cpus)
        )
    }

    fn meets_target(&self) -> bool {
        let is_lean = match (self.row.instructions, self.our_counts, self.their_counts) {
            (Some(most), Some(ours), Some(theirs)) => ours.instructions <= most * theirs.instructions,
            _ => true,
        };
        is_lean
            && match self.row.target {
                Target::Rate(least) => self.rate_ratio() >= least,
                Target::Cpu(most) => self.cpu_ratio() <= most,
                Target::Both(least, most) => self.rate_ratio() >= least && self.cpu_ratio() <= most,
            }
    }

    fn counts(&self) -> String {
        let (Some(ours), Some(theirs)) = (self.our_counts, self.their_counts) else {
            return String::new();
        };
        format!(
            "{:.2}/{:.2} {:.0}/{:.0}",
            ours.system_calls, theirs.system_calls, ours.instructions, theirs.instructions
        )
    }
}

fn target(row: &Row) -> String {
    let mut text = match row.target {
        Target::Rate(least) => format!("rate >= {least:.2}"),
        Target::Cpu(most) => format!("cpu <= {most:.2}"),
        Target::Both(least, most) => format!("rate >= {least:.2}, cpu <= {most:.2}"),
    };
    if let Some(most) = row.instructions {
        let _ = write!(text, ", instructions <= {most:.2}");
    }
    text
}

pub fn spread(values: &[f64]) -> String {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(0.0, f64::max);
    format!("{low:.2}..{high:.2}")
}

pub fn count(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{:.2}M", v / 1e6),
        v if v >= 1e3 => format!("{:.1}k", v / 1e3),
        v => format!("{v:.1}"),
    }
}

pub fn header() {
    println!(
        "{:<26}{:>9}{:>9}  {:<22}{:<22}    system calls, instructions an operation",
        "", "ours/s", "libuv/s", "rate ratio", "cpu ratio"
    );
}

pub fn line(one: &Measured) {
    let rate = |runs: &[Run]| count(median(runs.iter().map(|run| run.rate).collect()));
    println!(
        "{:<26}{:>9}{:>9}  {:<22}{:<22} {:<3}{}{}",
        one.row.name,
        rate(&one.ours),
        rate(&one.theirs),
        format!("{:.2} [{}]", one.rate_ratio(), spread(&one.ratios(|run| run.rate))),
        format!("{:.2} [{}]", one.cpu_ratio(), spread(&one.ratios(|run| run.cpu))),
        if one.meets_target() { "" } else { "!" },
        one.since_before(),
        one.counts()
    );
}

pub fn size_line(size: &Size) {
    println!(
        "{:<50}{:>9}{:>9}  {:.2} {}",
        size.what,
        count(size.ours),
        count(size.theirs),
        size.ratio(),
        size.verdict()
    );
}

/// Replaces the generated part of RESULTS.md; what stands around it is written by hand.
pub fn write(folder: &Path, measured: &[Measured], sizes: &[Size], pairs: usize) -> Result<(), String> {
    replace_between(&folder.join("RESULTS.md"), RESULTS_START, RESULTS_END, &table(measured, sizes, pairs))?;
    let plot = folder.join("ratios.svg");
    fs::write(&plot, svg(measured)).map_err(|e| format!("{}: {e}", plot.display()))
}

/// Replaces what stands between two marks of a file; marks that are not there are added at its end.
pub fn replace_between(path: &Path, start: &str, end: &str, text: &str) -> Result<(), String> {
    let old = fs::read_to_string(path).unwrap_or_default();
    let (before, after) = match (old.split_once(start), old.split_once(end)) {
        (Some((before, _)), Some((_, after))) => (before, after),
        _ => (old.as_str(), "\n"),
    };
    let new = format!("{before}{start}\n\n{text}\n{end}{after}");
    fs::write(path, new).map_err(|e| format!("{}: {e}", path.display()))
}

fn table(measured: &[Measured], sizes: &[Size], pairs: usize) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut text = format!(
        "Medians of {pairs} pairs, ours over libuv 1.53.0, on {cores} cores of a virtual x86-64 machine. In \
         brackets the smallest and the largest pair. `cpu` is processor time an operation, of the whole \
         process, `calls` and `instructions` are of one operation, ours / libuv's.\n\n\
         ![ratios](ratios.svg)\n\n\
         | benchmark | what | ours, 1/s | libuv, 1/s | rate | cpu | calls | instructions | target | |\n\
         |---|---|--:|--:|---|---|---|---|---|---|\n"
    );
    for one in measured {
        let rate = |runs: &[Run]| count(median(runs.iter().map(|run| run.rate).collect()));
        let (calls, instructions) = match (one.our_counts, one.their_counts) {
            (Some(ours), Some(theirs)) => (
                format!("{:.2} / {:.2}", ours.system_calls, theirs.system_calls),
                format!("{:.0} / {:.0}", ours.instructions, theirs.instructions),
            ),
            _ => (String::new(), String::new()),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | **{:.2}** [{}] | {:.2} [{}] | {calls} | {instructions} | {} | {} |",
            one.row.name,
            one.row.what,
            rate(&one.ours),
            rate(&one.theirs),
            one.rate_ratio(),
            spread(&one.ratios(|run| run.rate)),
            one.cpu_ratio(),
            spread(&one.ratios(|run| run.cpu)),
            target(&one.row),
            if one.meets_target() { "met" } else { "not met" }
        );
    }
    if !sizes.is_empty() {
        text.push_str("\n| size | ours | libuv | ratio | target | |\n|---|--:|--:|---|---|---|\n");
    }
    for size in sizes {
        let most = size.most.map(|most| format!("<= {most:.2}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | {} | {} | **{:.2}** | {most} | {} |",
            size.what,
            count(size.ours),
            count(size.theirs),
            size.ratio(),
            size.verdict()
        );
    }
    text
}

/// A bar for each ratio of rates, on a logarithmic scale around 1.
fn svg(measured: &[Measured]) -> String {
    const LINE: usize = 18;
    const LEFT: f64 = 230.0;
    const UNIT: f64 = 130.0; // a factor of ten
    let height = measured.len() * LINE + 40;
    let zero = LEFT + UNIT;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{zero}\" y=\"16\" text-anchor=\"middle\">libuv = 1</text>\n\
         <line x1=\"{zero}\" y1=\"22\" x2=\"{zero}\" y2=\"{}\" stroke=\"#888\"/>\n",
        height - 10
    );
    for (index, one) in measured.iter().enumerate() {
        let ratio = one.rate_ratio();
        let end = zero + UNIT * ratio.max(0.1).log10();
        let y = 26 + index * LINE;
        let _ = writeln!(
            text,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n\
             <rect x=\"{:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"{}\" fill=\"{}\"/>\n\
             <text x=\"{:.1}\" y=\"{}\">{ratio:.2}</text>",
            LEFT - 10.0,
            y + 11,
            one.row.name,
            zero.min(end),
            (end - zero).abs().max(1.0),
            LINE - 4,
            if ratio >= 1.0 { "#3a7d44" } else { "#b5533c" },
            zero.max(end) + 4.0,
            y + 11
        );
    }
    text.push_str("</svg>\n");
    text
}
