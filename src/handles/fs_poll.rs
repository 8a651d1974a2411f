//! Watching a path by asking about it again and again. <https://docs.libuv.org/en/v1.x/fs_poll.html>
//!
//! Each start has a [`Watch`] of its own, since a stat may still be under way when the handle is stopped
//! and started anew. The handle's field `poll_ctx` is the newest; it closes when the last one is gone.

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use libc::{c_int, c_uint, size_t};

use crate::abi::*;
use crate::core::handle::raw::{self as handle, as_handle, flags};
use crate::core::lend::{hold, lend, lend_text};
use crate::core::out_text::lend_out_text;
use crate::core::queue::container_of;
use crate::core::{alloc, closing};
use crate::handles::timer;
use crate::requests::fs::{request, results};
use crate::standalone::text::c_string;
use crate::sys::abort::fatal;
use crate::sys::errno::{Errno, UvResult, to_status};

/// What the last stat said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Success,
    Failure(c_int),
}

struct Watch {
    handle: *mut uv_fs_poll_t,
    cb: uv_fs_poll_cb,
    /// Milliseconds, at least 1.
    interval: u64,
    /// When the last stat was started, in the loop's time.
    started: u64,
    last: Last,
    stat: uv_stat_t,
    /// The path; freed with the watch.
    path: *mut c_char,
    timer: uv_timer_t,
    req: uv_fs_t,
    /// The one from before the last stop.
    older: *mut Watch,
}

// SAFETY: all integers.
static NO_STAT: uv_stat_t = unsafe { std::mem::zeroed() };

/// Whether a change is worth telling. Access times are not.
fn differ(a: &uv_stat_t, b: &uv_stat_t) -> bool {
    let times = |s: &uv_stat_t| [s.st_ctim, s.st_mtim, s.st_birthtim].map(|t| (t.tv_sec, t.tv_nsec));
    let rest =
        |s: &uv_stat_t| [s.st_size, s.st_mode, s.st_uid, s.st_gid, s.st_ino, s.st_dev, s.st_flags, s.st_gen];
    times(a) != times(b) || rest(a) != rest(b)
}

/// Whether the handle is active and this is its present watch.
unsafe fn is_current(watch: *mut Watch) -> bool {
    // SAFETY: the handle stays until its watches are gone; our callers' promise.
    unsafe {
        let handle = (*watch).handle;
        handle::is_active(as_handle(handle))
            && !handle::is_closing(as_handle(handle))
            && (*handle).poll_ctx.get() == watch.cast()
    }
}

unsafe fn start(
    handle: *mut uv_fs_poll_t,
    cb: uv_fs_poll_cb,
    path: *const c_char,
    interval: c_uint,
) -> UvResult {
    // SAFETY: an initialised handle and a C string: the export's promise. Fields that are not set here
    // are plain data, and zero.
    unsafe {
        if handle::is_active(as_handle(handle)) {
            return Ok(());
        }
        if handle::is_closing(as_handle(handle)) || path.is_null() {
            return Err(Errno::EINVAL);
        }
        let loop_ = (*handle).r#loop.get();
        let path = c_string::copy(CStr::from_ptr(path).to_bytes())?;
        let watch = alloc::calloc(1, size_of::<Watch>()).cast::<Watch>();
        if watch.is_null() {
            alloc::free(path.cast());
            return Err(Errno::ENOMEM);
        }
        (*watch).handle = handle;
        (*watch).cb = cb;
        (*watch).interval = u64::from(interval).max(1);
        (*watch).started = (*loop_).time.get();
        (*watch).last = Last::Nothing;
        (*watch).path = path;
        let timer = &raw mut (*watch).timer;
        if let Err(error) = timer::init(&*loop_, &*timer) {
            free(watch);
            return Err(error);
        }
        (*timer).set(flags::INTERNAL);
        handle::unref(as_handle(timer));
        if let Err(error) = ask(watch, loop_) {
            close_timer(timer); // the handle knows nothing of it
            return Err(error);
        }
        (*watch).older = (*handle).poll_ctx.get().cast();
        (*handle).poll_ctx.set(watch.cast());
        handle::start(as_handle(handle));
        Ok(())
    }
}

unsafe fn free(watch: *mut Watch) {
    // SAFETY: made by `start`, and nothing refers to it: our callers' promise.
    unsafe {
        alloc::free((*watch).path.cast());
        alloc::free(watch.cast());
    }
}

unsafe fn stop(handle: *mut uv_fs_poll_t) {
    // SAFETY: an initialised handle: our callers' promise. Active, it has a watch.
    unsafe {
        if !handle::is_active(as_handle(handle)) {
            return;
        }
        let timer = &raw mut (*(*handle).poll_ctx.get().cast::<Watch>()).timer;
        // Without a timer that runs there is a stat under way, whose end closes the timer.
        if handle::is_active(as_handle(timer)) {
            close_timer(timer);
        }
        handle::stop(as_handle(handle));
    }
}

/// # Safety
/// See [`crate::api::kinds::close`].
pub(crate) unsafe fn close(handle: *mut uv_fs_poll_t) {
    // SAFETY: the caller's promise.
    unsafe {
        stop(handle);
        if (*handle).poll_ctx.get().is_null() {
            closing::raw::make_pending(as_handle(handle));
        }
    }
}

unsafe extern "C" fn on_timer(timer: *mut uv_timer_t) {
    // SAFETY: the timer is part of a watch, which stays until the timer is closed.
    unsafe {
        let watch = container_of!(timer, Watch, timer);
        let loop_ = (*timer).r#loop.get();
        (*watch).started = (*loop_).time.get();
        if ask(watch, loop_).is_err() {
            go_on(watch); // no memory at present
        }
    }
}

/// Starts a stat.
unsafe fn ask(watch: *mut Watch, loop_: *mut uv_loop_t) -> UvResult {
    // SAFETY: the watch has a path, and stays until the stat has ended.
    unsafe {
        let path = lend_text((*watch).path);
        request::stat(lend(loop_), hold(&raw mut (*watch).req), path, Some(on_stat))
    }
}

unsafe extern "C" fn on_stat(req: *mut uv_fs_t) {
    // SAFETY: as in `on_timer`. The callback may stop, start or close the handle, but the watch stays:
    // its timer is not closed while the stat counts as under way.
    unsafe {
        let watch = container_of!(req, Watch, req);
        if is_current(watch) {
            tell(watch);
        }
        results::cleanup(lend(req));
        go_on(watch);
    }
}

/// Tells the program what the stat has found, if that is news.
unsafe fn tell(watch: *mut Watch) {
    // SAFETY: as in `on_stat`; the callback is called last, or its changes do not matter.
    unsafe {
        let handle = (*watch).handle;
        let status = (*watch).req.result.get() as c_int;
        let before = &raw const (*watch).stat;
        if status != 0 {
            let is_news = (*watch).last != Last::Failure(status);
            (*watch).last = Last::Failure(status);
            if let Some(cb) = (*watch).cb
                && is_news
            {
                cb(handle, status, before, &raw const NO_STAT);
            }
            return;
        }
        let now = (*watch).req.statbuf.as_ptr().cast_const();
        let is_news = match (*watch).last {
            Last::Nothing => false,
            Last::Failure(_) => true,
            Last::Success => differ(&*before, &*now),
        };
        (*watch).last = Last::Success;
        if let Some(cb) = (*watch).cb
            && is_news
        {
            cb(handle, 0, before, now);
        }
        (*watch).stat = *now;
    }
}

/// Waits for the next stat, one interval after the last one was started, or ends the watch.
unsafe fn go_on(watch: *mut Watch) {
    // SAFETY: as in `on_stat`.
    unsafe {
        let timer = &raw mut (*watch).timer;
        if !is_current(watch) {
            close_timer(timer);
            return;
        }
        let late = (*(*timer).r#loop.get()).time.get() - (*watch).started;
        let wait = (*watch).interval - late % (*watch).interval;
        if timer::start(&*timer, Some(on_timer), wait, 0).is_err() {
            fatal("uv_fs_poll_t: its timer cannot be started");
        }
    }
}

/// Closes the timer of a context, whose memory goes with it.
unsafe fn close_timer(timer: *mut uv_timer_t) {
    // SAFETY: not converted: an initialised timer of ours.
    let timer = unsafe { &*timer };
    closing::mark(timer, Some(on_timer_closed));
    timer::close(timer);
}

unsafe extern "C" fn on_timer_closed(timer: *mut uv_handle_t) {
    // SAFETY: the timer is part of a watch, and the last thing that used it. The handle stays until the
    // last of its watches is gone.
    unsafe {
        let watch = container_of!(timer.cast::<uv_timer_t>(), Watch, timer);
        let handle = (*watch).handle;
        let newest = (*handle).poll_ctx.get().cast::<Watch>();
        if newest == watch {
            (*handle).poll_ctx.set((*watch).older.cast());
        } else {
            let mut other = newest;
            while !other.is_null() && (*other).older != watch {
                other = (*other).older;
            }
            if !other.is_null() {
                (*other).older = (*watch).older;
            }
        }
        if !newest.is_null() && (*handle).poll_ctx.get().is_null() && handle::is_closing(as_handle(handle)) {
            closing::raw::make_pending(as_handle(handle));
        }
        free(watch);
    }
}

/// Initialises the handle. Returns 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_poll.html#c.uv_fs_poll_init>.
///
/// # Safety
/// The loop is initialised; `handle` is writable memory that stays until its close callback.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_poll_init(r#loop: *mut uv_loop_t, handle: *mut uv_fs_poll_t) -> c_int {
    // SAFETY: our caller's promise.
    unsafe {
        handle::init(r#loop, as_handle(handle), UV_FS_POLL);
        (*handle).poll_ctx.set(null_mut());
    }
    0
}

/// Asks about `path` every `interval` milliseconds (0 counts as 1) and calls `cb` for each change. An
/// error is told once, until another comes or the path is there again.
///
/// Returns 0, also if the handle is active already; `UV_EINVAL` if it is closing; `UV_ENOMEM`. Loop
/// thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_poll.html#c.uv_fs_poll_start>.
///
/// # Safety
/// `handle` is initialised and its close callback has not run; `path` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_poll_start(
    handle: *mut uv_fs_poll_t,
    cb: uv_fs_poll_cb,
    path: *const c_char,
    interval: c_uint,
) -> c_int {
    // SAFETY: our caller's promise is the one `start` asks for.
    to_status(unsafe { start(handle, cb, path, interval) })
}

/// Stops asking; the callback is not called any more. Returns 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_poll.html#c.uv_fs_poll_stop>.
///
/// # Safety
/// `handle` is initialised and its close callback has not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_poll_stop(handle: *mut uv_fs_poll_t) -> c_int {
    // SAFETY: our caller's promise is the one `stop` asks for.
    unsafe { stop(handle) };
    0
}

/// Copies the path that is asked about and sets `size` to its length.
///
/// Returns 0, `UV_EINVAL` if the handle is not active or there is no room at all, `UV_ENOBUFS` with
/// the size needed if there is too little. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs_poll.html#c.uv_fs_poll_getpath>.
///
/// # Safety
/// `handle` is initialised; `buffer` has `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_poll_getpath(
    handle: *mut uv_fs_poll_t,
    buffer: *mut c_char,
    size: *mut size_t,
) -> c_int {
    // SAFETY: our caller's promise. An active handle has a watch.
    to_status(unsafe {
        let active = handle::is_active(as_handle(handle));
        lend_out_text(buffer, size).and_then(|to| {
            if active {
                return to.write_text(CStr::from_ptr((*(*handle).poll_ctx.get().cast::<Watch>()).path));
            }
            to.write_none();
            Err(Errno::EINVAL)
        })
    })
}
