//! Setting access and modification times.

use std::ffi::c_char;

use libc::{c_int, c_long, timespec};

use super::request::{Subject, launch};
use crate::abi::*;
use crate::sys::errno::to_int;

const NANOSECONDS: f64 = 1e9;

/// Seconds since the epoch as the system wants them: infinity is now, not-a-number leaves the time
/// as it is.
fn convert(time: f64) -> timespec {
    if time.is_infinite() {
        return timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
    }
    if time.is_nan() {
        return timespec { tv_sec: 0, tv_nsec: libc::UTIME_OMIT };
    }
    // The fraction counts up from the whole second before, also for times before the epoch.
    let seconds = time.trunc();
    let nanoseconds = ((time - seconds) * NANOSECONDS) as c_long;
    if nanoseconds < 0 {
        timespec { tv_sec: (seconds - 1.0) as _, tv_nsec: nanoseconds + NANOSECONDS as c_long }
    } else {
        timespec { tv_sec: seconds as _, tv_nsec: nanoseconds }
    }
}

/// The two times of a request.
///
/// # Safety
/// `req` was set up by one of the functions below.
pub(super) unsafe fn of(req: *const uv_fs_t) -> [timespec; 2] {
    // SAFETY: the caller's promise.
    unsafe { [convert((*req).atime), convert((*req).mtime)] }
}

/// Sets the times in a request.
fn set(atime: f64, mtime: f64) -> impl FnOnce(*mut uv_fs_t) {
    move |req| {
        // SAFETY: only used on requests that are set up.
        unsafe {
            (*req).atime = atime;
            (*req).mtime = mtime;
        }
    }
}

/// Sets the access and modification times of the file at `path`, in seconds since the epoch;
/// `UV_FS_UTIME_NOW` and `UV_FS_UTIME_OMIT` have their meaning.
///
/// Returns 0 or an error; with a callback 0, and the request has the result. Loop thread only with a
/// callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_utime>.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_utime(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    atime: f64,
    mtime: f64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_UTIME, cb, Subject::Path(path), set(atime, mtime)) })
}

/// As [`uv_fs_utime`], on a symbolic link itself.
///
/// Results and threads as for [`uv_fs_utime`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_lutime>.
///
/// # Safety
/// As for [`uv_fs_utime`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_lutime(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    atime: f64,
    mtime: f64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_LUTIME, cb, Subject::Path(path), set(atime, mtime)) })
}

/// As [`uv_fs_utime`], on an open file.
///
/// Results and threads as for [`uv_fs_utime`].
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_futime>.
///
/// # Safety
/// As for [`uv_fs_utime`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_futime(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    file: uv_file,
    atime: f64,
    mtime: f64,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_FUTIME, cb, Subject::File(file), set(atime, mtime)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::clock;

    #[track_caller]
    fn check(time: f64, seconds: i64, nanoseconds: c_long) {
        let converted = convert(time);
        assert_eq!((clock::seconds(&converted), converted.tv_nsec), (seconds, nanoseconds));
    }

    #[test]
    fn fractions_count_up() {
        check(400497753.25, 400497753, 250_000_000);
        check(-14245440.25, -14245441, 750_000_000);
        check(0.0, 0, 0);
        check(-1.0, -1, 0);
        assert!(clock::seconds(&convert(f64::MIN)) <= i32::MIN.into());
        check(UV_FS_UTIME_NOW, 0, libc::UTIME_NOW);
        check(f64::NEG_INFINITY, 0, libc::UTIME_NOW);
        check(UV_FS_UTIME_OMIT, 0, libc::UTIME_OMIT);
    }
}
