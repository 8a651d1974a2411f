//! Who blocked the loop: the blocking twin once more, with the watchdog looking.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Built;
use super::program::Server;
use super::responsive::{self, Client};

/// Milliseconds that a callback may take. One answer takes some more.
const LIMIT: &str = "50";

/// The function of examples/prime_server.c whose calls compute.
const CULPRIT: &str = "on_read";

pub fn run(built: &Built) -> Result<(), String> {
    let told = built.folder.join("watchdog.txt");
    let _ = fs::remove_file(&told);
    let mut command: Command = built.example("prime_server");
    command.arg("--blocking").env("UV_WATCHDOG", format!("{LIMIT}:{}", told.display()));
    println!("\nwho was it?  UV_WATCHDOG={LIMIT} prime_server --blocking, which nobody built anew:");
    let server = Server::start(command)?;
    let asked = Client::connect(server.address).and_then(|mut client| responsive::ask_hard(&mut client));
    server.stop()?;
    asked.map_err(|e| format!("primes: {e}"))?;
    report(&told)
}

fn report(told: &Path) -> Result<(), String> {
    let text = fs::read_to_string(told).map_err(|e| format!("{}: {e}", told.display()))?;
    for line in text.lines() {
        println!("         {line}");
    }
    let names = format!("is blocked: {CULPRIT} (a callback of read");
    if text.contains(&names) { Ok(()) } else { Err(format!("the watchdog did not name {CULPRIT}")) }
}
