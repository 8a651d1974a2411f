//! Directories that are read piece by piece.

use std::ffi::{CStr, c_char};
use std::ptr::{NonNull, null_mut};

use libc::{DIR, c_int, ssize_t};

use super::request::{Subject, begin, launch, post};
use super::scandir::dirent_type;
use crate::abi::*;
use crate::core::alloc;
use crate::standalone::text::c_string;
use crate::sys::errno::{Errno, UvResult, to_int};
use crate::sys::fs::dir;

/// # Safety
/// `req` was set up by [`uv_fs_opendir`].
pub(super) unsafe fn open(req: *mut uv_fs_t) -> UvResult {
    // SAFETY: the caller's promise; a directory that finds no place is closed again.
    unsafe {
        let opened = dir::open(CStr::from_ptr((*req).path))?;
        let made = alloc::new(uv_dir_t {
            dirents: null_mut(),
            nentries: 0,
            reserved: [null_mut(); 4],
            dir: opened.as_ptr(),
        });
        match made {
            Ok(made) => (*req).ptr = made.cast(),
            Err(error) => {
                dir::close(opened);
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Fills the program's entries; returns how many.
///
/// # Safety
/// `req` was set up by [`uv_fs_readdir`].
pub(super) unsafe fn read(req: *mut uv_fs_t) -> UvResult<ssize_t> {
    // SAFETY: the caller's promise: the directory is open and has `nentries` entries.
    unsafe {
        let from = (*req).ptr.cast::<uv_dir_t>();
        let mut count = 0;
        let outcome = NonNull::new((*from).dir)
            .ok_or(Errno::EINVAL)
            .and_then(|opened| fill(opened, (*from).dirents, (*from).nentries, &mut count));
        match outcome {
            Ok(()) => Ok(count),
            Err(error) => {
                free_names(from, count);
                Err(error)
            }
        }
    }
}

/// # Safety
/// `opened` is open; there is room for `room` entries.
unsafe fn fill(
    opened: NonNull<DIR>,
    entries: *mut uv_dirent_t,
    room: usize,
    count: &mut ssize_t,
) -> UvResult {
    for index in 0..room {
        // SAFETY: the caller's promise; an entry is copied before the next one is read.
        unsafe {
            let Some(entry) = dir::next(opened)? else { break };
            let name = c_string::copy(entry.name.to_bytes())?;
            entries.add(index).write(uv_dirent_t { name, r#type: dirent_type(entry.kind) });
            *count += 1;
        }
    }
    Ok(())
}

/// Frees the names of the first `count` entries.
///
/// # Safety
/// A read has filled that many, and they were not freed.
pub(super) unsafe fn free_names(from: *mut uv_dir_t, count: ssize_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let entries = (*from).dirents;
        if entries.is_null() {
            return;
        }
        for index in 0..usize::try_from(count).unwrap_or(0) {
            let entry = entries.add(index);
            alloc::free((*entry).name.cast_mut().cast());
            (*entry).name = std::ptr::null();
        }
    }
}

/// # Safety
/// `req` was set up by [`uv_fs_closedir`].
pub(super) unsafe fn close(req: *mut uv_fs_t) -> UvResult {
    // SAFETY: the caller's promise: the directory came from `open`.
    unsafe {
        let from = (*req).ptr.cast::<uv_dir_t>();
        if let Some(opened) = NonNull::new((*from).dir) {
            dir::close(opened);
        }
        alloc::delete(from);
        (*req).ptr = null_mut();
    }
    Ok(())
}

/// Opens a directory for [`uv_fs_readdir`]: a `uv_dir_t` at `req.ptr`, which stays until
/// [`uv_fs_closedir`].
///
/// Returns 0 or an error; with a callback 0, and the request has the result. Loop thread only with a
/// callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_opendir>.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_opendir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_OPENDIR, cb, Subject::Path(path), |_| ()) })
}

/// Reads the next entries into `dir.dirents`, up to `dir.nentries` of them. The names in them stay
/// until uv_fs_req_cleanup.
///
/// Returns the number of entries (0 at the end), `UV_EINVAL` without a directory or room, or another
/// error; with a callback 0, and the request has the result. Threads as for [`uv_fs_opendir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_readdir>.
///
/// # Safety
/// As for [`uv_fs_opendir`]; `dir` is null or came from it, and nothing else uses it meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_readdir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    dir: *mut uv_dir_t,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe {
        begin(r#loop, req, UV_FS_READDIR, cb, Subject::None).and_then(|()| {
            if dir.is_null() || (*dir).dir.is_null() || (*dir).dirents.is_null() {
                return Err(Errno::EINVAL);
            }
            (*req).ptr = dir.cast();
            post(req)
        })
    })
}

/// Closes a directory and frees `dir`.
///
/// Returns 0 or, without a directory, `UV_EINVAL`; with a callback 0. Threads as for
/// [`uv_fs_opendir`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_closedir>.
///
/// # Safety
/// As for [`uv_fs_readdir`]; `dir` is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_closedir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    dir: *mut uv_dir_t,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe {
        begin(r#loop, req, UV_FS_CLOSEDIR, cb, Subject::None).and_then(|()| {
            if dir.is_null() {
                return Err(Errno::EINVAL);
            }
            (*req).ptr = dir.cast();
            post(req)
        })
    })
}
