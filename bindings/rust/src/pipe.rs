//! Pipes: sockets with a path, and ends of pipes between processes.
#![forbid(unsafe_code)]

use std::ffi::CString;
use std::os::fd::OwnedFd;
use std::path::Path;

use crate::error::{Error, Result, check};
use crate::event_loop::LoopRef;
use crate::handle::{Handle, handle_type};
use crate::raw::handle::create;
use crate::raw::request::connect_pipe;
use crate::raw::text;
use crate::stream::{self, State, Stream};
use crate::sys;
use crate::tcp::take_over;

handle_type! {
    /// A socket with a path, or the end of a pipe. What it can do with bytes is in [`Stream`].
    Pipe: uv_pipe_t
}

/// The system has room for this much of a path.
const LONGEST: usize = 107;

impl Stream for Pipe {
    fn another(&self) -> Result<Pipe> {
        Pipe::new(self.event_loop())
    }
}

impl Pipe {
    /// Makes the handle; its socket is made when it is bound or connected.
    pub fn new(event_loop: &LoopRef) -> Result<Pipe> {
        create(event_loop, State::default(), |event_loop, pipe| sys::uv_pipe_init(event_loop, pipe, 0))
    }

    /// Takes over the end of a pipe, or a Unix socket; anything else is [`Error::EINVAL`].
    pub fn open(&self, end: impl Into<OwnedFd>) -> Result<()> {
        take_over(&self.0, end.into(), |pipe, fd| sys::uv_pipe_open(pipe, fd))
    }

    /// Binds to a path, which is removed when the handle is closed.
    pub fn bind(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = short(path.as_ref())?;
        check(sys::uv_pipe_bind(self.0.open()?, path.as_c_str().into())).map(drop)
    }

    /// Connects, and calls `done` when that is done or has failed. If this fails `done` is dropped.
    pub fn connect(&self, path: impl AsRef<Path>, done: impl FnOnce(Result<()>) + 'static) -> Result<()> {
        let path = short(path.as_ref())?;
        stream::connect(&self.0, done, |pipe, request| connect_pipe(pipe, request, &path))
    }
}

/// libuv cuts longer paths off.
fn short(path: &Path) -> Result<CString> {
    let path = text::of_path(path)?;
    if path.as_bytes().len() > LONGEST { Err(Error::ENAMETOOLONG) } else { Ok(path) }
}
