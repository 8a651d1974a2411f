//! Files: the system's calls, on the pool.
//!
//! Each function calls `done` with the result, from the loop. If it fails itself, `done` is dropped.
//!
//! ```
//! use uv::fs;
//!
//! let event_loop = uv::Loop::new()?;
//! fs::stat(&event_loop, "Cargo.toml", |stat| assert!(stat.unwrap().is_file()))?;
//! fs::read_file(&event_loop, "Cargo.toml", |bytes| assert!(bytes.unwrap().starts_with(b"[package]")))?;
//! event_loop.run(uv::RunMode::Default);
//! # Ok::<(), uv::Error>(())
//! ```
#![forbid(unsafe_code)]

mod file;
mod stat;

use std::ffi::{CString, OsString};
use std::path::{Path, PathBuf};

pub use file::{File, read_file, write_file};
pub use libc::{
    O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, R_OK, W_OK, X_OK,
};
pub use stat::Stat;

use crate::error::{Error, Result};
use crate::event_loop::LoopRef;
use crate::raw::fs::{self as raw, Subject, on_done};
use crate::raw::text;
use crate::request::Request;
use crate::sys::{self, Fresh, Outcome, Text, uv_fs_t, uv_loop_t};

/// A name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dirent {
    /// The name, without the folder's.
    pub name: OsString,
    /// What it is, if the file system says so without being asked for each.
    pub kind: FileKind,
}

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FileKind {
    Unknown,
    File,
    Dir,
    Link,
    Fifo,
    Socket,
    Char,
    Block,
}

impl FileKind {
    fn of_c(kind: i32) -> FileKind {
        use FileKind::*;
        let kinds = [Unknown, File, Dir, Link, Fifo, Socket, Char, Block];
        usize::try_from(kind).ok().and_then(|kind| kinds.get(kind).copied()).unwrap_or(Unknown)
    }
}

/// Opens a file: with `flags` such as `O_RDONLY` or `O_WRONLY | O_CREAT`, and `mode` for one that is made.
pub fn open(
    event_loop: &LoopRef,
    path: impl AsRef<Path>,
    flags: i32,
    mode: u32,
    done: impl FnOnce(Result<File>) + 'static,
) -> Result<Request> {
    let opened = {
        let event_loop = event_loop.clone();
        move |fd: Result<_>| done(fd.map(|fd| File::new(event_loop, fd)))
    };
    raw::open(event_loop, &text::of_path(path.as_ref())?, flags, mode_of(mode)?, opened)
}

/// What is known of a file.
pub fn stat(
    event_loop: &LoopRef,
    path: impl AsRef<Path>,
    done: impl FnOnce(Result<Stat>) + 'static,
) -> Result<Request> {
    let path = text::of_path(path.as_ref())?;
    raw::stat(event_loop, Subject::Path(&path), |stat| done(stat.map(Stat::of_c)))
}

/// As [`stat`], but a link is not followed.
pub fn lstat(
    event_loop: &LoopRef,
    path: impl AsRef<Path>,
    done: impl FnOnce(Result<Stat>) + 'static,
) -> Result<Request> {
    let path = text::of_path(path.as_ref())?;
    raw::stat(event_loop, Subject::Link(&path), |stat| done(stat.map(Stat::of_c)))
}

/// What is in a folder, in the order of the names.
pub fn scandir(
    event_loop: &LoopRef,
    path: impl AsRef<Path>,
    done: impl FnOnce(Result<Vec<Dirent>>) + 'static,
) -> Result<Request> {
    raw::scandir(event_loop, &text::of_path(path.as_ref())?, |entries| {
        let entry = |(name, kind)| Dirent { name, kind: FileKind::of_c(kind) };
        done(entries.map(|entries| entries.into_iter().map(entry).collect()));
    })
}

/// Where a link points.
pub fn readlink(
    event_loop: &LoopRef,
    path: impl AsRef<Path>,
    done: impl FnOnce(Result<PathBuf>) + 'static,
) -> Result<Request> {
    raw::readlink(event_loop, &text::of_path(path.as_ref())?, |target| done(target.map(PathBuf::from)))
}

/// The whole path of a file, without links.
pub fn realpath(
    event_loop: &LoopRef,
    path: impl AsRef<Path>,
    done: impl FnOnce(Result<PathBuf>) + 'static,
) -> Result<Request> {
    raw::realpath(event_loop, &text::of_path(path.as_ref())?, |target| done(target.map(PathBuf::from)))
}

/// Makes a folder with a name of its own: the last six characters of `template`, which are `XXXXXX`, are replaced.
pub fn mkdtemp(
    event_loop: &LoopRef,
    template: impl AsRef<Path>,
    done: impl FnOnce(Result<PathBuf>) + 'static,
) -> Result<Request> {
    raw::mkdtemp(event_loop, &text::of_path(template.as_ref())?, |path| done(path.map(PathBuf::from)))
}

/// An operation on one path, or two, that has no result.
macro_rules! on_paths {
    ($($(#[$documentation:meta])* $name:ident = $function:ident($first:ident $(, $path:ident)?; $($more:ident: $kind:ty => $value:expr),*);)*) => {
        $(
            $(#[$documentation])*
            pub fn $name(
                event_loop: &LoopRef,
                $first: impl AsRef<Path>,
                $($path: impl AsRef<Path>,)?
                $($more: $kind,)*
                done: impl FnOnce(Result<()>) + 'static,
            ) -> Result<Request> {
                let $first = text::of_path($first.as_ref())?;
                $(let $path = text::of_path($path.as_ref())?;)?
                $(let $more = $value?;)*
                begin(event_loop, done, |event_loop, request| {
                    sys::$function(event_loop, request, c(&$first) $(, c(&$path))? $(, $more)*, on_done)
                })
            }
        )*
    };
}

on_paths! {
    /// Makes a folder.
    mkdir = uv_fs_mkdir(path; mode: u32 => mode_of(mode));
    /// Removes a folder, which is empty.
    rmdir = uv_fs_rmdir(path;);
    /// Removes a file's name.
    unlink = uv_fs_unlink(path;);
    /// Renames a file; one that has the new name is replaced.
    rename = uv_fs_rename(path, to;);
    /// Gives a file another name.
    link = uv_fs_link(path, to;);
    /// Sets what may be done with a file, and by whom.
    chmod = uv_fs_chmod(path; mode: u32 => mode_of(mode));
    /// Asks whether this process may read, write or run a file: `R_OK`, `W_OK` and `X_OK`, or 0 for whether it is there.
    access = uv_fs_access(path; mode: i32 => Ok::<_, Error>(mode));
}

/// Makes a link at `path` that points at `target`.
pub fn symlink(
    event_loop: &LoopRef,
    target: impl AsRef<Path>,
    path: impl AsRef<Path>,
    done: impl FnOnce(Result<()>) + 'static,
) -> Result<Request> {
    let [target, path] = [text::of_path(target.as_ref())?, text::of_path(path.as_ref())?];
    begin(event_loop, done, |event_loop, request| {
        sys::uv_fs_symlink(event_loop, request, c(&target), c(&path), 0, on_done)
    })
}

/// Copies a file; one that has the new name is replaced.
pub fn copyfile(
    event_loop: &LoopRef,
    path: impl AsRef<Path>,
    to: impl AsRef<Path>,
    done: impl FnOnce(Result<()>) + 'static,
) -> Result<Request> {
    let [path, to] = [text::of_path(path.as_ref())?, text::of_path(to.as_ref())?];
    begin(event_loop, done, |event_loop, request| {
        sys::uv_fs_copyfile(event_loop, request, c(&path), c(&to), 0, on_done)
    })
}

fn begin(
    event_loop: &LoopRef,
    done: impl FnOnce(Result<()>) + 'static,
    call: impl for<'a> FnOnce(&uv_loop_t, Fresh<'a, uv_fs_t>) -> Outcome<'a, uv_fs_t>,
) -> Result<Request> {
    raw::begin(event_loop, call, |_, _| (), done)
}

fn c(path: &CString) -> Text<'_> {
    path.as_c_str().into()
}

fn mode_of(mode: u32) -> Result<i32> {
    i32::try_from(mode).map_err(|_| Error::EINVAL)
}
