//! `cargo xtask bench sight`: what it costs that somebody looks (docs/inside.md), in processor time an operation.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::book::{Book, Figures, figure};
use super::options::Options;
use super::sweep::{Row, sweep};
use super::{Subject, build, parse, section};

const ROUNDS: usize = 15;
const ROWS: [&str; 2] = ["tcp_echo_50", "work_1000_10us"];
/// Nobody looks.
const OFF: &str = "off";

struct Look {
    subject: &'static str,
    variable: &'static str,
    /// The most that it may cost.
    target: f64,
}

const LOOKS: [Look; 3] = [
    Look { subject: "watchdog", variable: "UV_WATCHDOG", target: 1.02 },
    Look { subject: "inspect", variable: "UV_INSPECT", target: 1.03 },
    Look { subject: "trace", variable: "UV_TRACE", target: 1.05 },
];

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let options = Options::parse(arguments, ROUNDS)?;
    let mut book = Book::open("sight", options.quick)?;
    let own = c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
    let folder = c_tests::target_folder().join("bench");
    let library = options.library.clone().unwrap_or_else(|| own.folder.join("libuv.so"));
    let ours = build(&folder.join("ours"), &library, &own.include)?;
    let scale = if options.quick { 0.1 } else { 0.5 };
    let rows = ROWS.map(|name| Row {
        name: name.into(),
        run: Box::new(|subject| measure(&ours, name, subject, scale, &folder)),
    });
    let subjects = [OFF, LOOKS[0].subject, LOOKS[1].subject, LOOKS[2].subject];
    sweep(&mut book, &options, &rows, &subjects, &[])?;
    if options.list {
        return Ok(());
    }
    let text = report(&book);
    println!("\n{text}");
    if options.write { section::write("sight", &text) } else { Ok(()) }
}

fn measure(ours: &Subject, row: &str, subject: &str, scale: f64, folder: &Path) -> Result<Figures, String> {
    let mut command = ours.command(row, scale);
    let socket = folder.join("sight");
    let value = match subject {
        "watchdog" => "100".into(),
        "inspect" => {
            fs::create_dir_all(&socket).map_err(|e| format!("{}: {e}", socket.display()))?;
            socket.into_os_string()
        }
        _ => folder.join("sight.json:4M").into_os_string(),
    };
    if let Some(look) = LOOKS.iter().find(|look| look.subject == subject) {
        command.env(look.variable, value);
    }
    let output = command.output().map_err(|e| format!("{row}: {e}"))?;
    let run = parse(&String::from_utf8_lossy(&output.stdout))
        .ok_or_else(|| format!("{row}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr)))?;
    Ok(vec![figure("cpu_ns", run.cpu), figure("rate", run.rate)])
}

fn report(book: &Book) -> String {
    let rounds = book.rounds(ROWS, OFF);
    let mut text = format!(
        "## What looking costs\n\nProcessor time an operation while somebody looks, over that of the same run without; the \
         median of {rounds} runs in turn, and the quarter below and above it.\n\n| variable | row | ns without | ratio | target | |\n|---|---|--:|---|---|---|\n"
    );
    for look in &LOOKS {
        for row in ROWS {
            let (Some(ratio), Some(off)) =
                (book.ratio(row, (look.subject, OFF), "cpu_ns"), book.median(row, OFF, "cpu_ns"))
            else {
                continue;
            };
            let mut all = book.ratios(row, (look.subject, OFF), "cpu_ns");
            all.sort_by(f64::total_cmp);
            let at = |part: usize| all.get(all.len() * part / 4).copied().unwrap_or(f64::NAN);
            let verdict = if ratio <= look.target { "met" } else { "not met" };
            let _ = writeln!(
                text,
                "| `{}` | {row} | {off:.0} | **{ratio:.3}** [{:.3}..{:.3}] | <= {:.2} | {verdict} |",
                look.variable,
                at(1),
                at(3),
                look.target
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::book::tests::book;
    use super::*;

    #[test]
    fn what_looking_costs_is_told_beside_its_target() {
        let book = book(
            "tcp_echo_50\toff\t0\tcpu_ns=1000\ntcp_echo_50\twatchdog\t0\tcpu_ns=1010\ntcp_echo_50\ttrace\t0\tcpu_ns=1060\n",
        );
        let text = report(&book);
        assert!(
            text.contains(
                "| `UV_WATCHDOG` | tcp_echo_50 | 1000 | **1.010** [1.010..1.010] | <= 1.02 | met |"
            ),
            "{text}"
        );
        assert!(
            text.contains(
                "| `UV_TRACE` | tcp_echo_50 | 1000 | **1.060** [1.060..1.060] | <= 1.05 | not met |"
            ),
            "{text}"
        );
    }
}
