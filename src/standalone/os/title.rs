//! The title of the process, which is the memory where the system put the arguments.
//!
//! `uv_setup_args` copies the arguments, so that the program goes on with the copy and the original
//! memory is free for titles. The title's length is limited by what the arguments took.

use std::ffi::CStr;
use std::ptr::null_mut;

use libc::{c_char, c_int, size_t};
use parking_lot::Mutex;

use crate::core::alloc;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::thread;

struct Title {
    start: *mut c_char,
    len: usize,
    /// How many bytes there are, with the final NUL.
    room: usize,
    /// The copy of the arguments.
    copy: *mut *mut c_char,
}

// SAFETY: the memory is the process's own and touched by nobody but the holder of the lock.
unsafe impl Send for Title {}

static TITLE: Mutex<Option<Title>> = Mutex::new(None);

/// Copies the arguments and takes over their memory.
///
/// # Safety
/// `argv` holds `argc` NUL-terminated texts, at least one, in memory that nobody else will write to.
unsafe fn take_arguments(argc: usize, argv: *mut *mut c_char) -> UvResult<*mut *mut c_char> {
    // SAFETY: the caller's promise; the copy has room for the array, its null and the texts.
    unsafe {
        let len_of = |i: usize| libc::strlen(*argv.add(i)) + 1;
        let texts: usize = (0..argc).map(len_of).sum();
        let copy = alloc::malloc((argc + 1) * size_of::<*mut c_char>() + texts).cast::<*mut c_char>();
        if copy.is_null() {
            return Err(Errno::ENOMEM);
        }
        let mut text = copy.add(argc + 1).cast::<c_char>();
        // The system puts the arguments one behind the other; a program may pass others.
        let start = *argv;
        let mut end = start;
        for i in 0..argc {
            let len = len_of(i);
            text.copy_from_nonoverlapping(*argv.add(i), len);
            copy.add(i).write(text);
            text = text.add(len);
            if *argv.add(i) == end {
                end = end.add(len);
            }
        }
        copy.add(argc).write(null_mut());
        let room = end.offset_from_unsigned(start);
        *TITLE.lock() = Some(Title { start, len: len_of(0) - 1, room, copy });
        Ok(copy)
    }
}

fn set(text: &CStr) -> UvResult {
    let mut title = TITLE.lock();
    let title = title.as_mut().ok_or(Errno::ENOBUFS)?;
    let text = text.to_bytes();
    let text = &text[..text.len().min(title.room - 1)];
    // SAFETY: the title's memory is ours, and we hold its lock; text and NULs fill its room exactly.
    unsafe {
        title.start.copy_from(text.as_ptr().cast(), text.len());
        title.start.add(text.len()).write_bytes(0, title.room - text.len());
    }
    title.len = text.len();
    // Tools show the name of the thread too. Not being able to set it is no failure.
    let _ = thread::set_own_name(text);
    Ok(())
}

/// # Safety
/// `buffer` is null or writable for `size` bytes.
unsafe fn get(buffer: *mut c_char, size: size_t) -> UvResult {
    if buffer.is_null() || size == 0 {
        return Err(Errno::EINVAL);
    }
    let title = TITLE.lock();
    let title = title.as_ref().ok_or(Errno::ENOBUFS)?;
    if size <= title.len {
        return Err(Errno::ENOBUFS);
    }
    // SAFETY: the caller's promise; the title and a NUL fit.
    unsafe {
        buffer.copy_from_nonoverlapping(title.start, title.len);
        buffer.add(title.len).write(0);
    }
    Ok(())
}

/// Frees the copy of the arguments. There is no title afterwards.
pub(crate) fn forget() {
    if let Some(title) = TITLE.lock().take() {
        // SAFETY: the copy came from `malloc`; a program that shuts the library down does not use it
        // any more.
        unsafe { alloc::free(title.copy.cast()) };
    }
}

/// Takes over the arguments' memory for the title; returns what the program goes on with: a copy, or
/// the arguments themselves if there is no memory for one. Call it once, at the start of `main`.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_setup_args>.
///
/// # Safety
/// The arguments are those of `main`; the copy is used until `uv_library_shutdown` at the latest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_setup_args(argc: c_int, argv: *mut *mut c_char) -> *mut *mut c_char {
    match usize::try_from(argc) {
        // SAFETY: the caller's promise is the one asked for.
        Ok(argc @ 1..) => unsafe { take_arguments(argc, argv) }.unwrap_or(argv),
        _ => argv,
    }
}

/// Sets the title of the process, cut to the room that its arguments took, and the name of the
/// calling thread.
///
/// Returns 0, or `UV_ENOBUFS` before [`uv_setup_args`]. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_set_process_title>.
///
/// # Safety
/// `title` is NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_set_process_title(title: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    to_status(set(unsafe { CStr::from_ptr(title) }))
}

/// Writes the title of the process.
///
/// Returns 0, `UV_EINVAL` without a buffer, or `UV_ENOBUFS` if the title and a NUL do not fit, or
/// before [`uv_setup_args`]. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_get_process_title>.
///
/// # Safety
/// `buffer` is null or writable for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_get_process_title(buffer: *mut c_char, size: size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { get(buffer, size) })
}
