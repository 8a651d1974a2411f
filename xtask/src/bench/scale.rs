//! `cargo xtask bench scale`: several loops on one port, and how cost grows with the number of things.

mod report;

use std::process::Command;
use std::time::Instant;

use super::book::{Book, Figures, figure};
use super::libraries::{LIBUV, Libraries, OURS, c_files, output_of, value};
use super::options::Options;
use super::programs::Server;
use super::sweep::{self, sweep};
use crate::root;

const SUBJECTS: [&str; 2] = [LIBUV, OURS];
const ROUNDS: usize = 5;
const PROGRAM: &str = "uv-scale";
const ECHO_LOAD: &str = "echo-load";
/// The benchmarks' own program, for its load of short connections.
const CHURN_LOAD: &str = "uv-load";

/// How many there are of what grows. Both ends of a connection take a descriptor: 10,000 would be over the usual limit
/// of 20,000.
const GROWING: [(&str, &[usize]); 3] = [
    ("connections", &[10, 100, 1000, 9900]),
    ("timers", &[1000, 10_000, 100_000, 1_000_000, 10_000_000]),
    ("jobs", &[1, 10, 100, 1000, 10_000, 100_000]),
];

#[derive(Clone, Copy)]
enum Row {
    /// So many loops answer.
    Echo(usize),
    /// They take a connection for each message.
    Churn(usize),
    Growing(&'static str, usize),
}

impl Row {
    fn name(self) -> String {
        match self {
            Row::Echo(loops) => format!("echo, loops={loops}"),
            Row::Churn(loops) => format!("churn, loops={loops}"),
            Row::Growing(what, count) => format!("{what}={count}"),
        }
    }
}

fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = [1, 2, 4].map(Row::Echo).into();
    rows.extend([1, 2, 4].map(Row::Churn));
    for (what, counts) in GROWING {
        rows.extend(counts.iter().map(|&count| Row::Growing(what, count)));
    }
    rows
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let options = Options::parse(arguments, ROUNDS)?;
    let mut book = Book::open("scale", options.quick)?;
    let libraries = if options.report || options.list { None } else { Some(build(&options)?) };
    let list: Vec<sweep::Row<'_>> = rows()
        .into_iter()
        .map(|row| sweep::Row {
            name: row.name(),
            run: Box::new({
                let (libraries, quick) = (&libraries, options.quick);
                move |subject| measure(libraries.as_ref().ok_or("nothing was built")?, row, subject, quick)
            }),
        })
        .collect();
    sweep(&mut book, &options, &list, &SUBJECTS, &["rate", "cpu_us", "p50_us", "p99_us"])?;
    if options.write { report::write(&book) } else { Ok(()) }
}

fn build(options: &Options) -> Result<Libraries, String> {
    let libraries = Libraries::build(options)?;
    let bench = root().join("bench");
    let flags = ["-Wall", "-Wextra", "-Werror"];
    for (program, folder) in [(PROGRAM, "scale"), (ECHO_LOAD, "echo-load"), (CHURN_LOAD, ".")] {
        libraries.compile(program, &c_files(&bench.join(folder))?, &flags)?;
    }
    Ok(libraries)
}

fn measure(libraries: &Libraries, row: Row, subject: &str, quick: bool) -> Result<Figures, String> {
    let program = libraries.of(subject).program(PROGRAM);
    match row {
        Row::Growing(what, count) => {
            let mut command = libraries.command(subject, &program, 170);
            command.args([what, &count.to_string()]);
            if what == "connections" {
                command.arg(if quick { "5000" } else { "50000" });
            }
            figures(&output_of(&mut command)?)
        }
        Row::Echo(loops) | Row::Churn(loops) => {
            let closes = matches!(row, Row::Churn(_));
            let mut command = Command::new(&program);
            libraries.environment(subject, &mut command);
            let mode = if closes { "churn" } else { "serve" };
            let server = Server::start(command.args([mode, &loops.to_string()]))?;
            if closes { churn(libraries, &server, quick) } else { echo(libraries, &server, quick) }
        }
    }
}

/// The program's own line, as of one operation.
fn figures(text: &str) -> Result<Figures, String> {
    let operations = value(text, "operations")?;
    let wall = value(text, "wall_ns")? / operations / 1e3;
    Ok(vec![
        figure("rate", 1e6 / wall),
        figure("wall_us", wall),
        figure("cpu_us", value(text, "cpu_ns")? / operations / 1e3),
    ])
}

fn echo(libraries: &Libraries, server: &Server, quick: bool) -> Result<Figures, String> {
    let cpu = server.cpu_ns()?;
    let mut load = libraries.command(LIBUV, libraries.of(LIBUV).program(ECHO_LOAD), 60);
    let ms = if quick { "500" } else { "3000" };
    load.args([server.port.to_string().as_str(), "50", "64", ms, "0"]);
    let text = output_of(&mut load)?;
    let operations = value(&text, "operations")?;
    Ok(vec![
        figure("rate", operations * 1e9 / value(&text, "wall_ns")?),
        figure("cpu_us", (server.cpu_ns()? - cpu) / operations / 1e3),
        figure("p50_us", value(&text, "p50_ns")? / 1e3),
        figure("p99_us", value(&text, "p99_ns")? / 1e3),
    ])
}

fn churn(libraries: &Libraries, server: &Server, quick: bool) -> Result<Figures, String> {
    let messages: u32 = if quick { 2000 } else { 20_000 };
    let cpu = server.cpu_ns()?;
    let mut load = libraries.command(LIBUV, libraries.of(LIBUV).program(CHURN_LOAD), 60);
    load.args(["--load", "churn", &server.port.to_string(), "", "50", "64", &messages.to_string()]);
    let begin = Instant::now();
    output_of(&mut load)?;
    let seconds = begin.elapsed().as_secs_f64();
    let messages = f64::from(messages);
    Ok(vec![figure("rate", messages / seconds), figure("cpu_us", (server.cpu_ns()? - cpu) / messages / 1e3)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_of_one_operation() {
        let figures = figures("operations=4 wall_ns=8000 cpu_ns=4000\n").expect("it is whole");
        assert_eq!(figures, [figure("rate", 500_000.0), figure("wall_us", 2.0), figure("cpu_us", 1.0)]);
    }

    #[test]
    fn no_two_rows_have_a_name() {
        let mut names: Vec<String> = rows().into_iter().map(Row::name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
