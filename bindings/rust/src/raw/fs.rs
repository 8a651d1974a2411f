//! File operations whose answers are more than a status.

use std::ffi::{CStr, CString, OsString};
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStringExt;

use crate::error::{Result, check_size};
use crate::event_loop::LoopRef;
use crate::raw::request::{self, Kind};
use crate::raw::text;
use crate::request::Request;
use crate::sys::{self, Fresh, Outcome, uv_dirent_t, uv_fs_t, uv_loop_t, uv_stat_t};

// SAFETY: it is a request of uv.h.
unsafe impl Kind for uv_fs_t {
    type Answer = ();
    type Shared = ();

    fn cleanup(&self) {
        sys::uv_fs_req_cleanup(self);
    }
}

/// What is asked for by a path, or of an open file.
pub enum Subject<'a> {
    Path(&'a CStr),
    /// A path whose last part may be a link, which is not followed.
    Link(&'a CStr),
    File(RawFd),
}

pub extern "C" fn on_done(request: &uv_fs_t) {
    request::finish(request, ());
}

/// Begins an operation and has `done` called with what `answer` reads.
pub fn begin<T: 'static>(
    event_loop: &LoopRef,
    call: impl for<'a> FnOnce(&uv_loop_t, Fresh<'a, uv_fs_t>) -> Outcome<'a, uv_fs_t>,
    answer: impl FnOnce(&uv_fs_t, usize) -> T + 'static,
    done: impl FnOnce(Result<T>) + 'static,
) -> Result<Request> {
    let told = move |request: &uv_fs_t, ()| {
        done(check_size(sys::uv_fs_get_result(request)).map(|result| answer(request, result)));
    };
    Ok(Request::new(request::begin(event_loop, (), Box::new(told), call)?))
}

pub fn open(
    event_loop: &LoopRef,
    path: &CStr,
    flags: i32,
    mode: i32,
    done: impl FnOnce(Result<OwnedFd>) + 'static,
) -> Result<Request> {
    begin(
        event_loop,
        |event_loop, request| sys::uv_fs_open(event_loop, request, path.into(), flags, mode, on_done),
        // SAFETY: the result of an open that succeeded is a new descriptor, which is nobody else's. This is called once.
        |_, result| unsafe { OwnedFd::from_raw_fd(result as RawFd) },
        done,
    )
}

pub fn stat(
    event_loop: &LoopRef,
    subject: Subject<'_>,
    done: impl FnOnce(Result<uv_stat_t>) + 'static,
) -> Result<Request> {
    begin(
        event_loop,
        |event_loop, request| match subject {
            Subject::Path(path) => sys::uv_fs_stat(event_loop, request, path.into(), on_done),
            Subject::Link(path) => sys::uv_fs_lstat(event_loop, request, path.into(), on_done),
            Subject::File(file) => sys::uv_fs_fstat(event_loop, request, file, on_done),
        },
        // SAFETY: a stat that succeeded has filled this in.
        |request, _| unsafe { *sys::uv_fs_get_statbuf(request) },
        done,
    )
}

/// Where a link points.
pub fn readlink(
    event_loop: &LoopRef,
    path: &CStr,
    done: impl FnOnce(Result<OsString>) + 'static,
) -> Result<Request> {
    begin(
        event_loop,
        |event_loop, request| sys::uv_fs_readlink(event_loop, request, path.into(), on_done),
        // SAFETY: the result is text, which stays until the request is cleaned up.
        |request, _| os_string(unsafe { text::copy(sys::uv_fs_get_ptr(request).cast()) }),
        done,
    )
}

/// What a path comes to without links.
pub fn realpath(
    event_loop: &LoopRef,
    path: &CStr,
    done: impl FnOnce(Result<OsString>) + 'static,
) -> Result<Request> {
    begin(
        event_loop,
        |event_loop, request| sys::uv_fs_realpath(event_loop, request, path.into(), on_done),
        // SAFETY: as above.
        |request, _| os_string(unsafe { text::copy(sys::uv_fs_get_ptr(request).cast()) }),
        done,
    )
}

pub fn mkdtemp(
    event_loop: &LoopRef,
    template: &CStr,
    done: impl FnOnce(Result<OsString>) + 'static,
) -> Result<Request> {
    begin(
        event_loop,
        |event_loop, request| sys::uv_fs_mkdtemp(event_loop, request, template.into(), on_done),
        // SAFETY: the request has the path, as it has become, until it is cleaned up.
        |request, _| os_string(unsafe { text::copy(sys::uv_fs_get_path(request)) }),
        done,
    )
}

/// The names in a folder, each with its uv_dirent_type_t.
pub fn scandir(
    event_loop: &LoopRef,
    path: &CStr,
    done: impl FnOnce(Result<Vec<(OsString, i32)>>) + 'static,
) -> Result<Request> {
    begin(
        event_loop,
        |event_loop, request| sys::uv_fs_scandir(event_loop, request, path.into(), 0, on_done),
        |request, count| {
            let mut entries = Vec::with_capacity(count);
            let mut entry = uv_dirent_t { name: std::ptr::null(), kind: 0 };
            while sys::uv_fs_scandir_next(request, &mut entry) == 0 {
                // SAFETY: the name stays until the next one is asked for.
                entries.push((os_string(unsafe { text::copy(entry.name) }), entry.kind));
            }
            entries
        },
        done,
    )
}

fn os_string(text: Option<CString>) -> OsString {
    OsString::from_vec(text.unwrap_or_default().into_bytes())
}
