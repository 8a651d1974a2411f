//! `cargo xtask bench gaps`: one request at a time, with a pause before the next one; what it costs and how long
//! it takes, by the length of the pause.

mod point;
mod report;

use std::process::{Child, Command, Stdio};

use super::book::{Book, Figures, figure};
use super::libraries::{ASLEEP, LIBUV, Libraries, OURS, c_files, output_of, value};
use super::options::Options;
use super::sweep::{Row, sweep};
use crate::root;
use point::Point;

/// Subjects, in turn.
const SUBJECTS: [&str; 3] = [LIBUV, OURS, ASLEEP];
const ROUNDS: usize = 5;
const PROGRAM: &str = "uv-gaps";
/// Programs that keep the processors busy.
const OCCUPIERS: usize = 2;

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let options = Options::parse(arguments, ROUNDS)?;
    let mut book = Book::open("gaps", options.quick)?;
    let points = point::all();
    let libraries = if options.report || options.list { None } else { Some(build(&options)?) };
    let rows: Vec<Row<'_>> = points
        .iter()
        .map(|point| Row {
            name: point.name(),
            run: Box::new(|subject| {
                let libraries = libraries.as_ref().ok_or("nothing was built")?;
                measure(libraries, point, subject, options.quick)
            }),
        })
        .collect();
    sweep(&mut book, &options, &rows, &SUBJECTS, &["cpu_us", "p50_us", "p99_us"])?;
    if options.list {
        return Ok(());
    }
    report::show(&book, &options);
    if options.write { report::write(&book) } else { Ok(()) }
}

fn build(options: &Options) -> Result<Libraries, String> {
    let libraries = Libraries::build(options)?;
    let sources = c_files(&root().join("bench/gaps"))?;
    libraries.compile(PROGRAM, &sources, &["-Wall", "-Wextra", "-Werror"])?;
    Ok(libraries)
}

fn measure(libraries: &Libraries, point: &Point, subject: &str, quick: bool) -> Result<Figures, String> {
    let program = libraries.of(subject).program(PROGRAM);
    let mut occupiers = Occupiers::default();
    if point.line.crowded {
        let mut command = Command::new(&program);
        libraries.environment(subject, &mut command);
        occupiers.start(command)?;
    }
    let (warm, measured) = if quick { ("20", "60") } else { ("50", "250") };
    let mut command = libraries.command(subject, &program, 30);
    let text = output_of(command.args(point.arguments()).args([warm, measured]))?;
    figures(&text)
}

/// The program's figures, as of one request.
fn figures(text: &str) -> Result<Figures, String> {
    let requests = value(text, "requests")?;
    let each = |name: &str| Ok::<f64, String>(value(text, name)? / requests / 1e3);
    let cpu = each("cpu_ns")?;
    Ok(vec![
        figure("requests", requests),
        figure("cpu_us", cpu),
        // Without what a pause that computes has taken itself.
        figure("net_cpu_us", cpu - each("pause_cpu_ns")?),
        figure("pause_us", each("pause_ns")?),
        figure("p50_us", value(text, "p50_ns")? / 1e3),
        figure("p90_us", value(text, "p90_ns")? / 1e3),
        figure("p99_us", value(text, "p99_ns")? / 1e3),
    ])
}

/// Processes that compute until this is dropped.
#[derive(Default)]
struct Occupiers(Vec<Child>);

impl Occupiers {
    fn start(&mut self, mut command: Command) -> Result<(), String> {
        command.arg("--occupy").stdin(Stdio::null());
        for _ in 0..OCCUPIERS {
            self.0.push(command.spawn().map_err(|e| format!("{PROGRAM} --occupy: {e}"))?);
        }
        Ok(())
    }
}

impl Drop for Occupiers {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_of_one_request() {
        let text = "requests=10 wall_ns=9 cpu_ns=50000 pause_ns=20000 pause_cpu_ns=10000 \
                    p50_ns=1500 p90_ns=2500 p99_ns=3500\n";
        let figures = figures(text).expect("it is whole");
        let get = |name: &str| figures.iter().find(|(known, _)| known == name).map(|&(_, value)| value);
        assert_eq!(get("cpu_us"), Some(5.0));
        assert_eq!(get("net_cpu_us"), Some(4.0));
        assert_eq!(get("pause_us"), Some(2.0));
        assert_eq!(get("p99_us"), Some(3.5));
    }
}
