//! Open files.
#![forbid(unsafe_code)]

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd, OwnedFd};
use std::path::Path;
use std::rc::Rc;

use super::{Stat, begin};
use crate::error::{Error, Result};
use crate::event_loop::LoopRef;
use crate::raw::fs::{self as raw, Subject, on_done};
use crate::raw::transfer;
use crate::request::Request;
use crate::sys;
use crate::work::queue_work;

/// An open file. A clone is the same file, which is closed with the last one, when no operation uses it any more.
#[derive(Clone, Debug)]
pub struct File {
    fd: Rc<OwnedFd>,
    event_loop: LoopRef,
}

impl File {
    /// A file that was opened elsewhere.
    pub fn new(event_loop: LoopRef, fd: impl Into<OwnedFd>) -> File {
        File { fd: Rc::new(fd.into()), event_loop }
    }

    /// Reads up to `size` bytes: at an offset, or where the file is at. None means the end.
    pub fn read(
        &self,
        size: usize,
        offset: Option<u64>,
        done: impl FnOnce(Result<Vec<u8>>) + 'static,
    ) -> Result<Request> {
        transfer::read_file(&self.event_loop, self.fd.clone(), size, offset_of(offset)?, done)
    }

    /// Writes bytes: at an offset, or where the file is at. The result is how many were written.
    pub fn write(
        &self,
        bytes: impl AsRef<[u8]> + 'static,
        offset: Option<u64>,
        done: impl FnOnce(Result<usize>) + 'static,
    ) -> Result<Request> {
        transfer::write_file(&self.event_loop, self.fd.clone(), bytes, offset_of(offset)?, done)
    }

    /// What is known of the file.
    pub fn stat(&self, done: impl FnOnce(Result<Stat>) + 'static) -> Result<Request> {
        let fd = self.fd.clone();
        raw::stat(&self.event_loop, Subject::File(self.fd.as_raw_fd()), |stat| {
            drop(fd);
            done(stat.map(Stat::of_c));
        })
    }

    /// Makes the file as long as this.
    pub fn truncate(&self, size: u64, done: impl FnOnce(Result<()>) + 'static) -> Result<Request> {
        let size = i64::try_from(size).map_err(|_| Error::EFBIG)?;
        let fd = self.fd.clone();
        let done = |result| {
            drop(fd);
            done(result);
        };
        begin(&self.event_loop, done, |event_loop, request| {
            sys::uv_fs_ftruncate(event_loop, request, self.fd.as_raw_fd(), size, on_done)
        })
    }

    /// Waits until the device has what was written.
    pub fn sync(&self, done: impl FnOnce(Result<()>) + 'static) -> Result<Request> {
        let fd = self.fd.clone();
        let done = |result| {
            drop(fd);
            done(result);
        };
        begin(&self.event_loop, done, |event_loop, request| {
            sys::uv_fs_fsync(event_loop, request, self.fd.as_raw_fd(), on_done)
        })
    }

    /// Closes the file on the pool, and tells how that went: dropping it closes it here and now, and tells nothing.
    /// While there are clones, or operations under way, it is [`Error::EBUSY`], and the file is only dropped.
    pub fn close(self, done: impl FnOnce(Result<()>) + 'static) -> Result<Request> {
        let File { fd, event_loop } = self;
        event_loop.open()?;
        let fd = Rc::try_unwrap(fd).map_err(|_| Error::EBUSY)?.into_raw_fd();
        begin(&event_loop, done, |event_loop, request| sys::uv_fs_close(event_loop, request, fd, on_done))
    }
}

impl AsFd for File {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Reads a whole file, in one job of the pool.
pub fn read_file(
    event_loop: &LoopRef,
    path: impl AsRef<Path>,
    done: impl FnOnce(Result<Vec<u8>>) + 'static,
) -> Result<Request> {
    let path = path.as_ref().to_path_buf();
    queue_work(
        event_loop,
        || std::fs::read(path).map_err(error_of),
        |bytes| done(bytes.and_then(|bytes| bytes)),
    )
}

/// Writes a whole file, in one job of the pool; one that is there is replaced.
pub fn write_file(
    event_loop: &LoopRef,
    path: impl AsRef<Path>,
    bytes: impl AsRef<[u8]> + Send + 'static,
    done: impl FnOnce(Result<()>) + 'static,
) -> Result<Request> {
    let path = path.as_ref().to_path_buf();
    queue_work(
        event_loop,
        || std::fs::write(path, bytes).map_err(error_of),
        |status| done(status.and_then(|status| status)),
    )
}

fn error_of(error: io::Error) -> Error {
    error.raw_os_error().and_then(|code| Error::from_code(-code)).unwrap_or(Error::UNKNOWN)
}

fn offset_of(offset: Option<u64>) -> Result<i64> {
    offset.map_or(Ok(-1), |offset| i64::try_from(offset).map_err(|_| Error::EINVAL))
}
