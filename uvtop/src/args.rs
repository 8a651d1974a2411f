//! What the command line asks for.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Shows what the event loops and the worker pool of a running program are at.
///
/// The program runs on this libuv and was started with UV_INSPECT=1, or with UV_INSPECT=DIR. Without a PID there is
/// a list to choose from.
#[derive(Debug, Parser)]
#[command(name = "uvtop", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// The process to look at
    pub pid: Option<u32>,

    /// Where processes listen [default: XDG_RUNTIME_DIR and /tmp/libuv-UID, as for UV_INSPECT=1]
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,

    /// Print one report and leave; needs no terminal
    #[arg(long, group = "plain")]
    pub once: bool,

    /// Print what the process answers to `json`, as it is
    #[arg(long, group = "plain")]
    pub json: bool,

    /// Print what the process answers to another question, as it is
    #[arg(long, group = "plain", value_name = "TOPIC")]
    pub ask: Option<Topic>,

    #[command(flatten)]
    pub look: Look,
}

impl Args {
    /// Whether an answer on standard output is wanted.
    pub fn is_plain(&self) -> bool {
        self.once || self.json || self.ask.is_some()
    }
}

/// How to look.
#[derive(Clone, Debug, clap::Args)]
pub struct Look {
    /// Milliseconds from one poll to the next
    #[arg(long, value_name = "MS", default_value_t = 500, value_parser = clap::value_parser!(u64).range(50..=60_000))]
    pub interval: u64,

    /// Write a picture of the screen to a file, after so many polls, and leave
    #[arg(long, value_name = "FILE", hide = true)]
    pub svg: Option<PathBuf>,

    #[arg(long, value_name = "N", hide = true, default_value_t = 56, requires = "svg")]
    pub svg_polls: u32,

    #[arg(long, value_name = "WIDTHxHEIGHT", hide = true, default_value = "100x26", requires = "svg", value_parser = size)]
    pub svg_size: (u16, u16),
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a program with UV_INSPECT, and look at it from its start to its end
    ///
    /// What it writes is shown when it has ended. `q` asks it to end (SIGTERM). The exit status is the program's.
    Run(Run),
}

#[derive(Debug, clap::Args)]
pub struct Run {
    /// Keep what the program writes in this file, and do not show it at the end
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub look: Look,

    /// The program, and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "PROGRAM")]
    pub program: Vec<OsString>,
}

/// What a process can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Topic {
    Json,
    /// For Prometheus
    Metrics,
    Handles,
    /// For Perfetto, or chrome://tracing; the process needs UV_TRACE
    Trace,
}

fn size(text: &str) -> Result<(u16, u16), String> {
    let parsed = text.split_once('x').and_then(|(width, height)| {
        let sizes = (width.parse().ok()?, height.parse().ok()?);
        (10..=500).contains(&sizes.0).then_some(sizes).filter(|sizes| (5..=500).contains(&sizes.1))
    });
    parsed.ok_or_else(|| "a size looks like 100x32".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_follows_the_program_is_the_programs() {
        let args =
            Args::try_parse_from(["uvtop", "run", "--interval", "100", "server", "--once", "-x", "run"]);
        let Some(Command::Run(run)) = args.unwrap().command else { panic!("it is `run`") };
        assert_eq!(run.look.interval, 100);
        assert_eq!(run.program, ["server", "--once", "-x", "run"]);
    }

    #[test]
    fn only_one_plain_answer_at_a_time() {
        assert!(Args::try_parse_from(["uvtop", "--once", "--json", "12"]).is_err());
        let args = Args::try_parse_from(["uvtop", "--ask", "handles", "12"]).unwrap();
        assert_eq!((args.ask, args.pid), (Some(Topic::Handles), Some(12)));
    }

    #[test]
    fn sizes() {
        assert_eq!(size("80x24"), Ok((80, 24)));
        assert!(size("80").is_err() && size("80x").is_err() && size("0x24").is_err());
    }
}
