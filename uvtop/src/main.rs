//! `uvtop`: what the event loops and the worker pool of a running program are at.
#![forbid(unsafe_code)]

mod app;
mod args;
mod asker;
mod client;
mod events;
mod histogram;
mod list;
mod model;
mod once;
mod plain;
mod rates;
mod run;
mod screen;
mod sockets;
mod svg;
mod terminal;
mod texts;
mod ui;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;

use self::app::{App, Exit};
use self::args::{Args, Command};

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match &args.command {
        Some(Command::Run(run)) => run::run(run),
        None if args.is_plain() => plain::print(&args).map(|()| 0),
        None => look(&args),
    };
    match result {
        Ok(status) => ExitCode::from(status),
        Err(message) => {
            tell(&message);
            ExitCode::FAILURE
        }
    }
}

/// On standard error, if it is there: the terminal may be gone.
fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "uvtop: {message}");
}

/// The screen, with a process or with the list.
fn look(args: &Args) -> Result<u8, String> {
    let folders = plain::folders(args);
    let chosen = match args.pid {
        Some(pid) => plain::choose(&folders, Some(pid))?.into_iter().next(),
        None => None,
    };
    if let Some(file) = &args.look.svg {
        return svg::take(chosen, &folders, &args.look, file).map(|()| 0);
    }
    if let Some(refusal) = terminal::refusal() {
        return Err(refusal);
    }
    let mut app = App::new(folders, Duration::from_millis(args.look.interval), Instant::now());
    if let Some(socket) = chosen {
        app.attach(socket, Instant::now());
    }
    let events = screen::follow_signals()?;
    screen::run(&mut app, &events).map(|exit| match exit {
        Exit::Signal(signal) => u8::try_from(128 + signal).unwrap_or(u8::MAX),
        Exit::Quit | Exit::Ended => 0,
    })
}
