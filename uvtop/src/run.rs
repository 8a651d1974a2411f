//! `uvtop run`: starts a program, looks at it, and hands on how it ended.

use std::fs::{self, DirBuilder, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::app::{App, Exit};
use crate::args::Run;
use crate::events::Event;
use crate::{screen, svg, tell, terminal};

/// How long a program may take to end when it is asked to, before it is killed.
const PATIENCE: Duration = Duration::from_secs(5);

/// What takes no longer than this is not worth a word.
const SOON: Duration = Duration::from_millis(500);

/// As shells say that a program cannot be started, or is not there.
const NOT_STARTED: u8 = 126;
const NOT_FOUND: u8 = 127;

/// The program's exit status, in the way of shells.
pub fn run(run: &Run) -> Result<u8, String> {
    if run.look.svg.is_none() {
        if let Some(refusal) = terminal::refusal() {
            return Err(refusal);
        }
    }
    let folder = PrivateFolder::new().map_err(|error| format!("no folder for the socket: {error}"))?;
    let output = run.output.clone().unwrap_or_else(|| folder.0.join("output"));
    let file = File::create(&output).map_err(|error| format!("{}: {error}", output.display()))?;
    let events = screen::follow_signals()?;
    let mut child = match start(run, &folder.0, file) {
        Ok(child) => child,
        Err((name, error)) => {
            tell(&format!("{name}: {error}"));
            return Ok(if error.kind() == io::ErrorKind::NotFound { NOT_FOUND } else { NOT_STARTED });
        }
    };
    let pid = Pid::from_child(&child);
    tell_end(pid, events.0.clone());
    let looked = look(run, &folder.0, &events);
    let status = end(&mut child, &looked, &events.1);
    if run.output.is_none() {
        show(&output);
    }
    looked?;
    status.map(shell_status).map_err(|error| error.to_string())
}

fn start(run: &Run, folder: &Path, output: File) -> Result<Child, (String, io::Error)> {
    let (name, arguments) =
        run.program.split_first().map_or((Path::new(""), &[][..]), |(name, rest)| (Path::new(name), rest));
    let told = |error| (name.display().to_string(), error);
    let errors = output.try_clone().map_err(told)?;
    Command::new(name)
        .args(arguments)
        .env("UV_INSPECT", folder)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        // What the terminal sends is for the screen; the program may have children, which end with it.
        .process_group(0)
        .spawn()
        .map_err(told)
}

/// Tells when it has ended. Its number stays its own until somebody asks for its status.
fn tell_end(pid: Pid, events: Sender<Event>) {
    thread::spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(pid), options), Err(Errno::INTR)) {}
        events.send(Event::ProgramEnded)
    });
}

fn look(run: &Run, folder: &Path, events: &(Sender<Event>, Receiver<Event>)) -> Result<Exit, String> {
    let folders = vec![folder.to_path_buf()];
    if let Some(file) = &run.look.svg {
        svg::take(None, &folders, &run.look, file)?;
        return Ok(Exit::Quit);
    }
    let mut app = App::new(folders, Duration::from_millis(run.look.interval), Instant::now());
    app.awaited = run.program.first().map(|name| Path::new(name).display().to_string());
    screen::run(&mut app, events)
}

/// Ends it, unless it has ended by itself.
fn end(child: &mut Child, looked: &Result<Exit, String>, events: &Receiver<Event>) -> io::Result<ExitStatus> {
    let group = Pid::from_child(child);
    if *looked != Ok(Exit::Ended) {
        let _ = kill_process_group(group, Signal::TERM); // or it ends just now
        if !has_ended(events, SOON) {
            tell(&format!("process {group} has been asked to end, and will be killed if it does not"));
            if !has_ended(events, PATIENCE) {
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
    }
    child.wait()
}

/// Waits for its end, until the user has no patience any more either.
fn has_ended(events: &Receiver<Event>, patience: Duration) -> bool {
    let end = Instant::now() + patience;
    loop {
        match events.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(Event::ProgramEnded) => return true,
            Ok(Event::Signal(_)) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// Shows what it wrote.
fn show(output: &Path) {
    let shown = File::open(output).and_then(|mut file| io::copy(&mut file, &mut io::stdout().lock()));
    if let Err(error) = shown {
        tell(&format!("the program's output: {error}"));
    }
}

fn shell_status(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// A folder of this user's alone, which goes with everything in it.
struct PrivateFolder(PathBuf);

impl PrivateFolder {
    fn new() -> io::Result<PrivateFolder> {
        let runtime =
            std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
        // A name that nobody guesses, so that nobody has taken it.
        let name = format!("uvtop-{:016x}", RandomState::new().build_hasher().finish());
        let make = |parent: PathBuf| {
            let path = parent.join(&name);
            DirBuilder::new().mode(0o700).create(&path).map(|()| PrivateFolder(path))
        };
        match runtime.map(make) {
            Some(Ok(folder)) => Ok(folder),
            _ => make(std::env::temp_dir()),
        }
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0); // or it stays
    }
}
