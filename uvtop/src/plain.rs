//! Answers on standard output, for scripts and for those without a terminal.

use std::io::{self, Write};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::args::{Args, Topic};
use crate::client::{Trouble, ask};
use crate::model::{Handles, Sample};
use crate::once;
use crate::rates::History;
use crate::sockets::{self, Socket};

/// How long a process may take for an answer.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// Prints what is asked for, of one process or of all that listen.
pub fn print(args: &Args) -> Result<(), String> {
    let folders = folders(args);
    let topic = args.ask.or(args.json.then_some(Topic::Json));
    let mut troubles = Vec::new();
    let mut is_first = true;
    for socket in choose(&folders, args.pid)? {
        let answer = match topic {
            Some(topic) => ask(&socket.path, topic, PATIENCE),
            None => report(&socket, Duration::from_millis(args.look.interval)).map(String::into_bytes),
        };
        match answer {
            Ok(answer) => {
                if !is_first && topic.is_none() {
                    put(b"\n")?;
                }
                put(&answer)?;
                is_first = false;
            }
            // Left by a process that was killed.
            Err(Trouble::Gone) => {}
            Err(trouble) => troubles.push(format!("process {}: {trouble}", socket.pid)),
        }
    }
    match troubles.is_empty() {
        true if is_first => Err(nobody(&folders, args.pid)),
        true => Ok(()),
        false => Err(troubles.join("\n")),
    }
}

/// Where to look.
pub fn folders(args: &Args) -> Vec<PathBuf> {
    args.dir.as_ref().map_or_else(sockets::usual_folders, |folder| vec![folder.clone()])
}

/// The sockets of a process, or of all.
pub fn choose(folders: &[PathBuf], pid: Option<u32>) -> Result<Vec<Socket>, String> {
    let mut found = sockets::find(folders);
    found.retain(|socket| pid.is_none_or(|pid| pid == socket.pid));
    if found.is_empty() { Err(nobody(folders, pid)) } else { Ok(found) }
}

/// What to say where there is nobody.
pub fn nobody(folders: &[PathBuf], pid: Option<u32>) -> String {
    let who = pid.map_or_else(|| "no process listens".into(), |pid| format!("process {pid} does not listen"));
    let names = folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>();
    let place = if names.is_empty() { "anywhere".into() } else { format!("in {}", names.join(" or ")) };
    format!("{who} {place}; start it with UV_INSPECT=1, or by `uvtop run PROGRAM`")
}

fn report(socket: &Socket, interval: Duration) -> Result<String, Trouble> {
    let mut history = History::default();
    history.add(Sample::parse(&ask(&socket.path, Topic::Json, PATIENCE)?)?);
    thread::sleep(interval);
    history.add(Sample::parse(&ask(&socket.path, Topic::Json, PATIENCE)?)?);
    let handles = ask(&socket.path, Topic::Handles, PATIENCE).and_then(|answer| Handles::parse(&answer));
    Ok(once::report(&history, &handles))
}

/// Whoever reads may have seen enough, which is not a failure.
fn put(bytes: &[u8]) -> Result<(), String> {
    match io::stdout().write_all(bytes).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
