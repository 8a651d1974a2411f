//! `cargo xtask bench programs`: programs that others wrote, with each library in place of `libuv.so.1`, under load.

mod packages;
mod report;
mod rows;
mod server;

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use super::book::{Book, Figures, figure};
use super::libraries::{LIBUV, Libraries, OURS, children_cpu, output_of, value};
use super::options::Options;
use super::section;
use super::sweep::{Row, sweep};
use crate::root;
use packages::Packages;
use rows::{Load, Program, rows};
pub use server::Server;

const SUBJECTS: [&str; 2] = [LIBUV, OURS];
const ROUNDS: usize = 5;
const WARM_MS: usize = 1000;

/// All that a run needs.
struct Bench {
    libraries: Libraries,
    packages: Packages,
    /// The load for echo servers.
    echo_load: PathBuf,
    /// How long a run's load lasts.
    ms: usize,
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let options = Options::parse(arguments, ROUNDS)?;
    let mut book = Book::open("programs", options.quick)?;
    let all = rows();
    let bench = if options.report || options.list { None } else { Some(build(&options)?) };
    let list: Vec<Row<'_>> = all
        .iter()
        .map(|row| Row {
            name: row.name.clone(),
            run: Box::new(|subject| bench.as_ref().ok_or("nothing was built")?.measure(row, subject)),
        })
        .collect();
    sweep(&mut book, &options, &list, &SUBJECTS, &["rate", "cpu_us", "p50_us", "p99_us", "mean_us"])?;
    if options.write { section::write("programs", &report::text(&book, &all)) } else { Ok(()) }
}

fn build(options: &Options) -> Result<Bench, String> {
    let folder = c_tests::target_folder().join("bench/programs");
    let libraries = Libraries::build(options)?;
    let packages = Packages::fetch(&folder)?;
    let echo_load = folder.join("echo-load");
    let mut cc = Command::new(std::env::var("CC").unwrap_or_else(|_| "cc".into()));
    cc.args(["-std=gnu11", "-O2", "-o"]).arg(&echo_load).arg(root().join("bench/echo-load/main.c"));
    output_of(&mut cc)?;
    Ok(Bench { libraries, packages, echo_load, ms: if options.quick { 1000 } else { 4000 } })
}

impl Bench {
    fn measure(&self, row: &rows::Row, subject: &str) -> Result<Figures, String> {
        match &row.program {
            Program::Cmake => self.configure(subject),
            Program::NodeFs { operation, in_flight } => {
                let mut command = self.packages.node(&self.libraries, subject)?;
                command.arg(root().join("bench/programs/fs.js"));
                command.args([*operation, &in_flight.to_string(), &self.ms.to_string()]);
                let text = output_of(&mut command)?;
                let mut figures = answered(&text)?;
                figures.push(figure("cpu_us", value(&text, "cpu_ns")? / value(&text, "operations")? / 1e3));
                Ok(figures)
            }
            program => {
                let server = self.start(program, subject)?;
                // Its compiler has seen the code, and its threads are there, before anything is counted.
                self.load(&row.load, &server, WARM_MS)?;
                let cpu = server.cpu_ns()?;
                let (figures, operations) = self.load(&row.load, &server, self.ms)?;
                let cpu = server.cpu_ns()? - cpu;
                Ok(figures.into_iter().chain([figure("cpu_us", cpu / operations / 1e3)]).collect())
            }
        }
    }

    fn start(&self, program: &Program, subject: &str) -> Result<Server, String> {
        let scripts = root().join("bench/programs");
        match program {
            Program::NodeHttp => {
                let mut command = self.packages.node(&self.libraries, subject)?;
                Server::start(command.arg(scripts.join("http.js")))
            }
            Program::Uvloop(kind) => {
                let mut command = self.packages.python(&self.libraries, subject)?;
                Server::start(command.arg(scripts.join("uvloop_echo.py")).arg(kind))
            }
            Program::Luv => {
                let mut command = self.packages.lua(&self.libraries, subject)?;
                Server::start(command.arg(scripts.join("echo.lua")))
            }
            Program::Named => server::named(&self.packages, &self.libraries, subject),
            Program::NodeFs { .. } | Program::Cmake => Err("no server".into()),
        }
    }

    /// What the load says of it, and how often it was answered.
    fn load(&self, load: &Load, server: &Server, ms: usize) -> Result<(Figures, f64), String> {
        let seconds = (ms / 1000).max(1).to_string();
        let port = server.port;
        match load {
            Load::Http { path, keeps, paced } => {
                let mut command = self.packages.command("usr/bin/wrk")?;
                command.args(["-t1", if *paced { "-c20" } else { "-c50" }, "-d", &seconds, "-s"]);
                command.arg(root().join("bench/programs/wrk.lua"));
                if !keeps {
                    command.args(["-H", "Connection: close"]);
                }
                command.arg(format!("http://127.0.0.1:{port}/{path}"));
                if *paced {
                    command.args(["--", "paced"]);
                }
                told(&output_of(&mut command)?)
            }
            Load::Echo { size, rate } => {
                let mut command = Command::new("timeout");
                command.arg("60").arg(&self.echo_load).args([&port.to_string(), "10", &size.to_string()]);
                command.args([&ms.to_string(), &rate.to_string()]);
                told(&output_of(&mut command)?)
            }
            Load::Dns { mode, rate } => {
                let mut command = self.packages.command("usr/bin/dnsperf")?;
                command.args([
                    "-s",
                    "127.0.0.1",
                    "-p",
                    &port.to_string(),
                    "-m",
                    mode,
                    "-c",
                    "10",
                    "-l",
                    &seconds,
                ]);
                command.arg("-d").arg(&server.queries);
                if *rate > 0 {
                    command.args(["-Q", &rate.to_string()]);
                }
                dnsperf(&output_of(&mut command)?)
            }
            Load::Own => Err("no load".into()),
        }
    }

    fn configure(&self, subject: &str) -> Result<Figures, String> {
        let build = c_tests::target_folder().join("bench/programs/cmake-build");
        let _ = std::fs::remove_dir_all(&build);
        let mut command = self.packages.cmake(&self.libraries, subject)?;
        command.arg("-S").arg(root().join("bench/programs/project")).arg("-B").arg(&build);
        let (begin, cpu) = (Instant::now(), children_cpu());
        output_of(&mut command)?;
        let (wall, cpu) = (begin.elapsed().as_secs_f64(), children_cpu() - cpu);
        Ok(vec![figure("rate", 1.0 / wall), figure("cpu_us", cpu * 1e6)])
    }
}

/// Our own loads' line: how many, in which time, and percentiles.
fn answered(text: &str) -> Result<Figures, String> {
    if value(text, "errors").is_ok_and(|errors| errors > 0.0) {
        return Err(format!("not all was answered: {text}"));
    }
    let of = |name: &str| value(text, name);
    Ok(vec![
        figure("rate", of("operations")? * 1e9 / of("wall_ns")?),
        figure("p50_us", of("p50_ns")? / 1e3),
        figure("p90_us", of("p90_ns")? / 1e3),
        figure("p99_us", of("p99_ns")? / 1e3),
    ])
}

fn told(text: &str) -> Result<(Figures, f64), String> {
    Ok((answered(text)?, value(text, "operations")?))
}

fn dnsperf(text: &str) -> Result<(Figures, f64), String> {
    let after = |name: &str| -> Result<f64, String> {
        let rest = text.lines().find_map(|line| line.trim().strip_prefix(name));
        let number = rest.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        number.ok_or_else(|| format!("dnsperf says no {name}\n{text}"))
    };
    if after("Queries lost:")? > 0.0 {
        return Err(format!("queries were lost\n{text}"));
    }
    let mean = figure("mean_us", after("Average Latency (s):")? * 1e6);
    Ok((vec![figure("rate", after("Queries per second:")?), mean], after("Queries completed:")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_our_loads_are_read_and_errors_refused() {
        let text = "noise\noperations=100 wall_ns=2000000000 p50_ns=1000 p90_ns=2000 p99_ns=3000 errors=0\n";
        let (figures, operations) = told(text).expect("it is whole");
        assert_eq!(operations, 100.0);
        assert_eq!(figures[0], figure("rate", 50.0));
        assert_eq!(figures[3], figure("p99_us", 3.0));
        assert!(told(&text.replace("errors=0", "errors=1")).is_err());
    }

    #[test]
    fn figures_of_dnsperf_are_read_and_lost_queries_refused() {
        let text = "Statistics:\n\n  Queries sent:         500\n  Queries completed:    500 (100.00%)\n  \
                    Queries lost:         0 (0.00%)\n\n  Run time (s):         1.0\n  \
                    Queries per second:   500.500000\n\n  Average Latency (s):  0.000250 (min 0.0001, max 0.1)\n";
        let (figures, operations) = dnsperf(text).expect("it is whole");
        assert_eq!((figures, operations), (vec![figure("rate", 500.5), figure("mean_us", 250.0)], 500.0));
        assert!(dnsperf(&text.replace("lost:         0", "lost:         3")).is_err());
    }
}
