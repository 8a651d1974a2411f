//! The life of a request: set up, under way, done, cleaned up.

use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};

use libc::{c_int, c_void, ssize_t};

use super::{inline, perform, scandir};
use crate::abi::*;
use crate::core::queue::container_of;
use crate::core::threadpool::{self, WorkKind};
use crate::core::{alloc, req::raw as requests};
use crate::sys::errno::{Errno, UvResult};

/// What an operation is about. One with a callback gets copies of paths of its own.
#[derive(Clone, Copy)]
pub(super) enum Subject {
    None,
    File(uv_file),
    Path(*const c_char),
    Paths(*const c_char, *const c_char),
    /// A path that the operation changes: a copy in any case.
    Template(*const c_char),
}

/// Gives the request its kind and clears what the last operation left.
///
/// # Safety
/// `req` is null or the caller's memory and not under way; the paths are null or C strings.
pub(super) unsafe fn begin(
    loop_: *mut uv_loop_t,
    req: *mut uv_fs_t,
    kind: uv_fs_type,
    cb: uv_fs_cb,
    subject: Subject,
) -> UvResult {
    if req.is_null() || (cb.is_some() && loop_.is_null()) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    unsafe {
        (*req).r#type = UV_FS;
        (*req).fs_type = kind;
        (*req).r#loop = loop_;
        (*req).cb = cb;
        (*req).result = 0;
        (*req).ptr = null_mut();
        (*req).path = null();
        (*req).new_path = null();
        (*req).bufs = null_mut();
        (*req).nbufs = 0;
        match subject {
            Subject::None => {}
            Subject::File(file) => (*req).file = file,
            Subject::Path(path) if cb.is_none() && !path.is_null() => (*req).path = path,
            Subject::Path(path) | Subject::Template(path) => (*req).path = copy(&[path])?,
            Subject::Paths(path, new_path) if cb.is_none() && !path.is_null() && !new_path.is_null() => {
                (*req).path = path;
                (*req).new_path = new_path;
            }
            Subject::Paths(path, new_path) => {
                let block = copy(&[path, new_path])?;
                (*req).path = block;
                (*req).new_path = block.add(CStr::from_ptr(path).count_bytes() + 1);
            }
        }
        Ok(())
    }
}

/// The strings one after the other in one block.
///
/// # Safety
/// They are null, which is an error, or C strings.
unsafe fn copy(strings: &[*const c_char]) -> UvResult<*const c_char> {
    // SAFETY: the caller's promise; the block has room for all, including their ends.
    unsafe {
        let mut size = 0;
        for &string in strings {
            if string.is_null() {
                return Err(Errno::EINVAL);
            }
            size += CStr::from_ptr(string).count_bytes() + 1;
        }
        let block = alloc::malloc(size).cast::<c_char>();
        if block.is_null() {
            return Err(Errno::ENOMEM);
        }
        let mut end = block;
        for &string in strings {
            let length = CStr::from_ptr(string).count_bytes() + 1;
            end.copy_from_nonoverlapping(string, length);
            end = end.add(length);
        }
        Ok(block)
    }
}

/// Carries the operation out, or has it carried out if it has a callback. The answer is 0 for an
/// operation that is under way, else its result.
///
/// # Safety
/// `req` was set up. With a callback: on the loop's thread, and the request stays until then.
pub(super) unsafe fn post(req: *mut uv_fs_t) -> UvResult<c_int> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*req).cb.is_none() {
            perform::perform(req);
            return result(req);
        }
        if inline::try_perform(req) {
            complete_later(req);
        } else {
            submit(req);
        }
        Ok(0)
    }
}

/// The request's result as a status.
unsafe fn result(req: *const uv_fs_t) -> UvResult<c_int> {
    // SAFETY: our caller's promise.
    let result = unsafe { (*req).result };
    match c_int::try_from(result) {
        Ok(code) if code < 0 => Err(Errno::from_code(code)),
        Ok(count) => Ok(count),
        Err(_) => Ok(c_int::MAX),
    }
}

/// Has a worker carry the operation out.
///
/// # Safety
/// As for [`post`]; the request has a callback.
pub(super) unsafe fn submit(req: *mut uv_fs_t) {
    // SAFETY: the caller's promise; the request stays until `done`.
    unsafe {
        let loop_ = (*req).r#loop;
        requests::register(loop_);
        threadpool::raw::submit(loop_, &raw mut (*req).work_req, WorkKind::FastIo, work, done);
    }
}

/// Calls back in the next poll phase, for an operation that is done.
///
/// # Safety
/// As for [`submit`].
pub(super) unsafe fn complete_later(req: *mut uv_fs_t) {
    // SAFETY: the caller's promise; the request stays until `done`.
    unsafe {
        let loop_ = (*req).r#loop;
        requests::register(loop_);
        threadpool::raw::complete_later(loop_, &raw mut (*req).work_req, done);
    }
}

/// On a worker.
unsafe extern "C" fn work(w: *mut uv__work) {
    // SAFETY: `w` is in a request that `submit` was given, which is the worker's until `done`.
    unsafe {
        let req = container_of!(w, uv_fs_t, work_req);
        perform::perform(req);
    }
}

unsafe extern "C" fn done(w: *mut uv__work, status: c_int) {
    // SAFETY: as in `work`; the request is the user's again once the callback is called.
    unsafe {
        let req = container_of!(w, uv_fs_t, work_req);
        requests::unregister((*req).r#loop);
        if status != 0 {
            (*req).result = status as ssize_t;
        }
        if let Some(cb) = (*req).cb {
            cb(req);
        }
    }
}

/// Sets an operation up, with `fill` setting the fields of its own, and posts it.
///
/// # Safety
/// As for [`begin`] and [`post`].
pub(super) unsafe fn launch(
    loop_: *mut uv_loop_t,
    req: *mut uv_fs_t,
    kind: uv_fs_type,
    cb: uv_fs_cb,
    subject: Subject,
    fill: impl FnOnce(*mut uv_fs_t),
) -> UvResult<c_int> {
    // SAFETY: the caller's promise.
    unsafe {
        begin(loop_, req, kind, cb, subject)?;
        fill(req);
        post(req)
    }
}

/// Whether the list of buffers is a block of the request's own.
///
/// # Safety
/// `req` was set up.
pub(super) unsafe fn owns_bufs(req: *mut uv_fs_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { !(*req).bufs.is_null() && (*req).bufs != (&raw mut (*req).bufsml).cast() }
}

unsafe fn cleanup(req: *mut uv_fs_t) {
    // SAFETY: the export's promise: what is freed here is what this module and its siblings
    // allocated for the kind of operation.
    unsafe {
        let kind = (*req).fs_type;
        if !(*req).path.is_null() && ((*req).cb.is_some() || matches!(kind, UV_FS_MKDTEMP | UV_FS_MKSTEMP)) {
            alloc::free((*req).path.cast_mut().cast()); // `new_path` is in the same block
        }
        (*req).path = null();
        (*req).new_path = null();

        if owns_bufs(req) {
            alloc::free((*req).bufs.cast());
        }
        (*req).bufs = null_mut();

        let ptr = (*req).ptr;
        (*req).ptr = null_mut();
        if ptr.is_null() || ptr == (&raw mut (*req).statbuf).cast() {
            return;
        }
        match kind {
            UV_FS_OPENDIR => {} // the directory stays open until uv_fs_closedir
            // The directory is the program's; the names in it were made for this request.
            UV_FS_READDIR => super::dir::free_names(ptr.cast(), (*req).result),
            UV_FS_SCANDIR => scandir::free(ptr),
            // Not closed, so still the program's.
            UV_FS_CLOSEDIR => {}
            _ => alloc::free(ptr),
        }
    }
}

/// Frees what the request holds; its result stays. Needed after every operation, also one without a
/// callback. Null is allowed. Any thread that may use the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_req_cleanup>.
///
/// # Safety
/// `req` is null, or was given to a function of this group and is not under way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_req_cleanup(req: *mut uv_fs_t) {
    if !req.is_null() {
        // SAFETY: our caller's promise is the one `cleanup` asks for.
        unsafe { cleanup(req) };
    }
}

/// The kind of operation. Any thread that may use the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_type>.
///
/// # Safety
/// `req` was given to a function of this group.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_type(req: *const uv_fs_t) -> uv_fs_type {
    // SAFETY: our caller's promise.
    unsafe { (*req).fs_type }
}

/// The result: negative for an error, else 0, a count, or a descriptor. Any thread that may use the
/// request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_result>.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_result(req: *const uv_fs_t) -> ssize_t {
    // SAFETY: our caller's promise.
    unsafe { (*req).result }
}

/// The result as a positive error number of the system. Any thread that may use the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_system_error>.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_system_error(req: *const uv_fs_t) -> c_int {
    // SAFETY: our caller's promise. Errors fit an int; of a count only the sign matters.
    unsafe { (*req).result.wrapping_neg() as c_int }
}

/// What the operation produced: a string, a stat, a directory, or null. Any thread that may use the
/// request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_ptr>.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_ptr(req: *const uv_fs_t) -> *mut c_void {
    // SAFETY: our caller's promise.
    unsafe { (*req).ptr }
}

/// The path that the operation was given, or the one that it made. Any thread that may use the
/// request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_path>.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_path(req: *const uv_fs_t) -> *const c_char {
    // SAFETY: our caller's promise.
    unsafe { (*req).path }
}

/// Where the request keeps the answer of uv_fs_stat, uv_fs_lstat and uv_fs_fstat. Any thread that
/// may use the request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_get_statbuf>.
///
/// # Safety
/// As for [`uv_fs_get_type`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_get_statbuf(req: *mut uv_fs_t) -> *mut uv_stat_t {
    // SAFETY: our caller's promise; no reference is made.
    unsafe { &raw mut (*req).statbuf }
}
