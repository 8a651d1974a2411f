//! The life of a request: set up, under way, done.

#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::ptr::{null, null_mut};

use libc::{c_int, ssize_t};

use super::{begun, inline, perform, read_write};
use crate::abi::*;
use crate::core::files::buffers::{self, Buffers};
use crate::core::files::parts::{self, Call, Parts, Subject};
use crate::core::inner;
use crate::core::memory::lend::Held;
use crate::core::observe::call::{self, CallKind};
use crate::core::state::req;
use crate::core::threadpool::{self, Work, WorkKind};
use crate::sys::errno::{Errno, UvResult};

/// In the field `flags`, which reads and stats have no use for: done on the loop's thread.
const DONE_HERE: c_int = 1;

/// Where an operation is done.
enum Way<'a> {
    AtOnce,
    /// With a callback, for which the loop is.
    Later(&'a uv_loop_t),
}

/// Gives the request its kind and clears what the last operation left.
#[inline(never)]
fn begin(call: Call<'_>, kind: uv_fs_type) -> UvResult<(Held<uv_fs_t>, Way<'_>)> {
    let request = call.request.ok_or(Errno::EINVAL)?;
    let way = match (call.cb, call.loop_) {
        (None, _) => Way::AtOnce,
        (Some(_), Some(loop_)) => Way::Later(loop_),
        (Some(_), None) => return Err(Errno::EINVAL),
    };
    request.r#type.set(UV_FS);
    request.fs_type.set(kind);
    request.r#loop.set(call.loop_.map_or(null_mut(), |loop_| std::ptr::from_ref(loop_).cast_mut()));
    request.cb.set(call.cb);
    request.result.set(0);
    request.ptr.set(null_mut());
    request.path.set(null());
    request.new_path.set(null());
    request.flags.set(0);
    request.bufs.set(null_mut());
    request.nbufs.set(0);
    Ok((request, way))
}

/// Sets an operation up, with `fill_in` setting the fields of its own, and carries it out, or has it
/// carried out if it has a callback. The answer is 0 for an operation that is under way, else its result.
pub(crate) fn launch(
    call: Call,
    kind: uv_fs_type,
    subject: Subject,
    fill_in: impl FnOnce(&uv_fs_t) -> UvResult,
) -> UvResult<c_int> {
    let (request, way) = begin(call, kind)?;
    fill_in(&request)?;
    go_on(request, way, subject)
}

/// What is the same for all of some thirty functions, once in the library.
#[inline(never)]
fn go_on(request: Held<uv_fs_t>, way: Way, subject: Subject) -> UvResult<c_int> {
    match way {
        Way::AtOnce => perform_now(&request, subject),
        Way::Later(loop_) => {
            parts::keep(&request, subject)?;
            if inline::try_stat(loop_, &request) {
                complete_later(loop_, request);
                return Ok(0);
            }
            submit(loop_, request)
        }
    }
}

/// As [`launch`], for reads and writes.
pub(crate) fn transfer(
    call: Call,
    kind: uv_fs_type,
    file: uv_file,
    buffers: Buffers,
    offset: i64,
) -> UvResult<c_int> {
    let (request, way) = begin(call, kind)?;
    let writes = kind == UV_FS_WRITE;
    read_write::check(buffers, writes)?;
    request.off.set(offset);
    let subject = Subject::Buffers(file, buffers);
    match way {
        Way::AtOnce => perform_now(&request, subject),
        Way::Later(loop_) if !writes && inline::try_read(loop_, &request, file, buffers) => {
            request.file.set(file);
            complete_later(loop_, request);
            Ok(0)
        }
        Way::Later(loop_) => {
            parts::keep(&request, subject).inspect_err(|_| begun::put_back(&request))?;
            submit(loop_, request)
        }
    }
}

/// Asks about the file at a path and calls `cb` with the answer, for the library's own use.
pub(crate) fn stat(loop_: &uv_loop_t, request: Held<uv_fs_t>, path: &CStr, cb: uv_fs_cb) -> UvResult {
    let call = Call { loop_: Some(loop_), request: Some(request), cb };
    launch(call, UV_FS_STAT, Subject::Path(Some(path)), |_| Ok(())).map(drop)
}

fn perform_now(request: &uv_fs_t, subject: Subject) -> UvResult<c_int> {
    parts::show(request, subject)?;
    perform::perform(request, Parts::Lent(subject));
    let result = request.result.get();
    match c_int::try_from(result) {
        Ok(code) if code < 0 => Err(Errno::from_code(code)),
        Ok(count) => Ok(count),
        Err(_) => Ok(c_int::MAX),
    }
}

/// Has a worker carry the operation out. The order of operations under way at once is anybody's, but
/// programs find them begun in the order of the calls nearly always.
fn submit(loop_: &uv_loop_t, request: Held<uv_fs_t>) -> UvResult<c_int> {
    if let Err(refusal) = threadpool::ensure() {
        begun::put_back(&request);
        parts::forget(&request);
        return Err(refusal);
    }
    req::register(loop_);
    let file_jobs = &inner(loop_).file_jobs;
    file_jobs.set(file_jobs.get() + 1);
    threadpool::start(loop_, request, WorkKind::FastIo);
    Ok(0)
}

/// Calls back in the next poll phase, for an operation that is done.
fn complete_later(loop_: &uv_loop_t, request: Held<uv_fs_t>) {
    req::register(loop_);
    request.flags.set(DONE_HERE);
    threadpool::complete_later(loop_, request);
}

/// uv_cancel: `UV_EBUSY` for a read of which some is done already.
pub(crate) fn cancel(request: &uv_fs_t) -> UvResult {
    if begun::is(request) { Err(Errno::EBUSY) } else { threadpool::cancel(request) }
}

fn is_done_here(request: &uv_fs_t) -> bool {
    let can_be = matches!(request.fs_type.get(), UV_FS_READ | UV_FS_STAT | UV_FS_LSTAT | UV_FS_FSTAT);
    can_be && request.flags.get() == DONE_HERE
}

impl Work for uv_fs_t {
    fn run(request: &Held<Self>) {
        perform::perform_on_worker(request);
        buffers::drop_kept(request);
    }

    fn describe(request: &Held<Self>) -> call::Call<'_> {
        let function = request.cb.get().map_or(0, |cb| cb as usize);
        call::Call::new(CallKind::FsWork, function, request.as_ptr().addr())
            .with_operation(request.fs_type.get())
            .with_detail(parts::kept_path(request))
    }

    fn done(request: Held<Self>, status: c_int) {
        if let Some(loop_) = request.owner() {
            req::unregister(loop_);
            if !is_done_here(&request) {
                let file_jobs = &inner(loop_).file_jobs;
                file_jobs.set(file_jobs.get().saturating_sub(1));
            }
        }
        if status != 0 {
            request.result.set(status as ssize_t);
        }
        request.complete();
    }
}
