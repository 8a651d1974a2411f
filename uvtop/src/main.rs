//! `uvtop`: what the event loops and the worker pool of a running program are at.
#![forbid(unsafe_code)]

mod args;
mod client;
mod histogram;
mod model;
mod once;
mod plain;
mod rates;
mod sockets;
mod texts;

use std::process::ExitCode;

use clap::Parser;

use self::args::Args;

fn main() -> ExitCode {
    let args = Args::parse();
    let result = plain::print(&args).map(|()| ExitCode::SUCCESS);
    result.unwrap_or_else(|message| {
        eprintln!("uvtop: {message}");
        ExitCode::FAILURE
    })
}
