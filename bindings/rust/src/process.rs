//! Child processes.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::ffi::{CString, OsStr};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::error::{Error, Result, check};
use crate::event_loop::LoopRef;
use crate::handle::{Handle, handle_type};
use crate::pipe::Pipe;
use crate::raw::handle::{self, Typed, create, enter};
use crate::raw::{spawn, text};
use crate::slot::Slot;
use crate::sys::{self, uv_process_t};

handle_type! {
    /// A child process. Closing the handle leaves the child alone, and its end is not told then.
    Process: uv_process_t
}

/// How a child has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// What it has returned.
    pub status: i64,
    /// The signal that has ended it, or 0.
    pub signal: i32,
}

type OnExit = dyn FnMut(&Process, Exit);

pub struct State {
    on_exit: Slot<OnExit>,
    has_ended: Cell<bool>,
}

impl handle::State for State {
    fn clear(&self) {
        self.on_exit.clear();
    }
}

/// What a child gets as one of its descriptors.
#[derive(Debug)]
pub enum Stdio {
    /// Nothing; of the first three, `/dev/null`.
    Ignore,
    /// What the parent has with the same number.
    Inherit,
    /// This file.
    File(OwnedFd),
    /// The other end of a pipe, which is connected when the child is started: to read from and to write to. Keep a clone
    /// of it, or it is closed with the [`Command`].
    Pipe(Pipe),
}

/// A program to start, and how.
///
/// ```
/// use uv::{Command, Loop, RunMode, Stdio};
///
/// let event_loop = Loop::new()?;
/// let process = Command::new("sh").args(["-c", "exit 3"]).spawn(&event_loop, |_, exit| {
///     assert_eq!(exit.status, 3);
/// })?;
/// event_loop.run(RunMode::Default);
/// # Ok::<(), uv::Error>(())
/// ```
#[derive(Debug)]
pub struct Command {
    /// The first one is the program's name.
    args: Vec<Vec<u8>>,
    file: Option<Vec<u8>>,
    env: Option<Vec<Vec<u8>>>,
    cwd: Option<Vec<u8>>,
    flags: u32,
    uid: u32,
    gid: u32,
    stdio: Vec<Stdio>,
}

impl Command {
    /// A program, by its path or by its name in `PATH`; its first argument is the same.
    pub fn new(program: impl AsRef<OsStr>) -> Command {
        Command {
            args: vec![program.as_ref().as_bytes().to_vec()],
            file: None,
            env: None,
            cwd: None,
            flags: 0,
            uid: 0,
            gid: 0,
            stdio: Vec::new(),
        }
    }

    /// Another first argument than the program.
    pub fn arg0(mut self, name: impl AsRef<OsStr>) -> Command {
        let program = std::mem::replace(&mut self.args[0], name.as_ref().as_bytes().to_vec());
        self.file.get_or_insert(program);
        self
    }

    /// One more argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Command {
        self.args.push(arg.as_ref().as_bytes().to_vec());
        self
    }

    /// More arguments.
    pub fn args(self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        args.into_iter().fold(self, Command::arg)
    }

    /// One variable of an environment that replaces the parent's.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Command {
        let pair = [name.as_ref().as_bytes(), value.as_ref().as_bytes()].join(&b'=');
        self.env.get_or_insert_default().push(pair);
        self
    }

    /// An empty environment, in the place of the parent's.
    pub fn env_clear(mut self) -> Command {
        self.env = Some(Vec::new());
        self
    }

    /// The folder to start in.
    pub fn cwd(mut self, folder: impl AsRef<Path>) -> Command {
        self.cwd = Some(folder.as_ref().as_os_str().as_bytes().to_vec());
        self
    }

    /// The user to start as.
    pub fn uid(mut self, uid: u32) -> Command {
        (self.uid, self.flags) = (uid, self.flags | sys::UV_PROCESS_SETUID);
        self
    }

    /// The group to start as.
    pub fn gid(mut self, gid: u32) -> Command {
        (self.gid, self.flags) = (gid, self.flags | sys::UV_PROCESS_SETGID);
        self
    }

    /// Starts the child in a session of its own.
    pub fn detached(mut self) -> Command {
        self.flags |= sys::UV_PROCESS_DETACHED;
        self
    }

    /// The next descriptor of the child: 0, 1, 2, and so on. Those that are not given are [`Stdio::Ignore`].
    pub fn stdio(mut self, stdio: Stdio) -> Command {
        self.stdio.push(stdio);
        self
    }

    /// Starts the program, and calls `on_exit` when it has ended.
    pub fn spawn(
        &self,
        event_loop: &LoopRef,
        on_exit: impl FnOnce(&Process, Exit) + 'static,
    ) -> Result<Process> {
        self.check_pipes(event_loop)?;
        let args = texts(&self.args)?;
        let env = self.env.as_deref().map(texts).transpose()?;
        let cwd = self.cwd.as_deref().map(text_of).transpose()?;
        let file = self.file.as_deref().map(text_of).transpose()?;
        let stdio = self.stdio.iter().enumerate().map(descriptor).collect::<Result<Vec<_>>>()?;
        let options = spawn::Options {
            file: file.as_deref().unwrap_or(&args[0]),
            args: &args,
            env: env.as_deref(),
            cwd: cwd.as_deref(),
            flags: self.flags,
            uid: self.uid,
            gid: self.gid,
            stdio: &stdio,
        };
        let mut on_exit = Some(on_exit);
        let on_exit = move |process: &Process, exit| {
            if let Some(on_exit) = on_exit.take() {
                on_exit(process, exit);
            }
        };
        let state = State { on_exit: Slot::new(Box::new(on_exit)), has_ended: Cell::new(false) };
        let mut status = 0;
        let process: Process = create(event_loop, state, |event_loop, process| {
            let outcome;
            (outcome, status) = spawn::spawn(event_loop, process, &options, self::on_exit);
            outcome
        })?;
        // If there is a handle without a child it is closed here.
        check(status).map(|_| process)
    }

    /// libuv looks at pipes when the child is there already.
    fn check_pipes(&self, event_loop: &LoopRef) -> Result<()> {
        let mut pipes = Vec::new();
        for stdio in &self.stdio {
            let Stdio::Pipe(pipe) = stdio else { continue };
            if pipe.is_closing() || !pipe.event_loop().is(event_loop) {
                return Err(Error::EINVAL);
            }
            let address: *const _ = &**pipe.owner();
            if pipe.fileno().is_ok() || pipes.contains(&address) {
                return Err(Error::EBUSY);
            }
            pipes.push(address);
        }
        Ok(())
    }
}

impl Process {
    /// The child's number.
    pub fn pid(&self) -> Result<i32> {
        self.0.open().map(|process| sys::uv_process_get_pid(process))
    }

    /// Sends a signal to the child; [`Error::ESRCH`] if it has ended.
    pub fn kill(&self, signum: i32) -> Result<()> {
        if self.0.state.has_ended.get() {
            return Err(Error::ESRCH);
        }
        check(sys::uv_process_kill(self.0.open()?, signum)).map(drop)
    }
}

extern "C" fn on_exit(process: &uv_process_t, status: i64, signal: i32) {
    enter(process, |process: &Process| {
        process.0.state.has_ended.set(true);
        process.0.state.on_exit.call(|callback| callback(process, Exit { status, signal }));
    });
}

fn descriptor((number, stdio): (usize, &Stdio)) -> Result<spawn::Stdio<'_>> {
    Ok(match stdio {
        Stdio::Ignore => spawn::Stdio::Nothing,
        Stdio::Inherit => spawn::Stdio::File(i32::try_from(number).map_err(|_| Error::EINVAL)?),
        Stdio::File(file) => spawn::Stdio::File(file.as_raw_fd()),
        Stdio::Pipe(pipe) => spawn::Stdio::Stream(pipe.owner().stream()?),
    })
}

fn texts(texts: &[Vec<u8>]) -> Result<Vec<CString>> {
    texts.iter().map(|text| text_of(text)).collect()
}

fn text_of(text: &[u8]) -> Result<CString> {
    text::of_path(Path::new(OsStr::from_bytes(text)))
}
