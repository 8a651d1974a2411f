//! `examples/inspect.c`: a program that looks inside itself.

use super::Built;

/// What it has to say of the loop that it holds, and of its own figures.
const SAYS: [&str; 3] =
    ["main loop is held: the timer \"nap\"", "callbacks: 1, the longest", "jobs: 1, the longest"];

pub fn run(built: &Built) -> Result<(), String> {
    println!("\ninside   a program asks the library who holds its loop, and what its workers did");
    let output = built.example("inspect").output().map_err(|e| format!("inspect: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    for line in text.lines() {
        println!("         {line}");
    }
    match SAYS.iter().find(|part| !text.contains(*part)) {
        None if output.status.success() => Ok(()),
        None => Err(format!("inspect: {}", output.status)),
        Some(missing) => Err(format!("inspect does not say: {missing}")),
    }
}
