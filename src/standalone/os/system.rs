//! The machine: its name, its system, how long it runs and how busy it is.

use std::ffi::CStr;

use libc::{c_char, c_double, c_int, size_t, utsname};

use crate::abi::{UV_MAXHOSTNAMESIZE, uv_utsname_t};
use crate::core::out_text;
use crate::sys::errno::{Errno, UvResult, check, to_status};
use crate::sys::{clock, memory, procfs};

/// # Safety
/// `to` is writable.
unsafe fn uname(to: *mut uv_utsname_t) -> UvResult {
    // SAFETY: the type is made of characters, for which zero is a value, and writable; its fields are
    // NUL-terminated and shorter than those of `to`, which is the caller's promise.
    unsafe {
        let mut system: utsname = std::mem::zeroed();
        check(libc::uname(&raw mut system))?;
        put(&system.sysname, &raw mut (*to).sysname);
        put(&system.release, &raw mut (*to).release);
        put(&system.version, &raw mut (*to).version);
        put(&system.machine, &raw mut (*to).machine);
    }
    Ok(())
}

/// Copies a text into a longer field.
///
/// # Safety
/// `to` is writable.
unsafe fn put<const N: usize>(text: &[c_char; N], to: *mut [c_char; 256]) {
    const { assert!(N <= 256) };
    // SAFETY: the caller's promise; the field is long enough.
    unsafe { to.cast::<[c_char; N]>().write(*text) };
}

/// # Safety
/// `buffer` and `size` are as for [`out_text::write`].
unsafe fn hostname(buffer: *mut c_char, size: *mut size_t) -> UvResult {
    let mut name = [0_u8; UV_MAXHOSTNAMESIZE];
    // SAFETY: the caller's promise; the call may use all bytes but the last.
    unsafe {
        out_text::room(buffer, size)?;
        check(libc::gethostname(name.as_mut_ptr().cast(), UV_MAXHOSTNAMESIZE - 1))?;
        out_text::write(CStr::from_bytes_until_nul(&name).unwrap_or_default().to_bytes(), buffer, size)
    }
}

fn uptime() -> UvResult<f64> {
    // Not the clock at first: in some containers only the file knows when they started.
    let mut buf = [0; 128];
    let text = procfs::read_start(c"/proc/uptime", &mut buf).unwrap_or_default();
    match procfs::fractions(text).next() {
        Some(seconds) => Ok(seconds),
        None => Ok(clock::read(libc::CLOCK_BOOTTIME)?.tv_sec as f64),
    }
}

fn load_average() -> Option<[f64; 3]> {
    let mut buf = [0; 128];
    let text = procfs::read_start(c"/proc/loadavg", &mut buf).unwrap_or_default();
    let mut loads = procfs::fractions(text);
    if let (Some(one), Some(five), Some(fifteen)) = (loads.next(), loads.next(), loads.next()) {
        return Some([one, five, fifteen]);
    }
    Some(memory::system_info().ok()?.loads.map(|load| load as f64 / 65536.0))
}

/// Tells name, release, version and machine of the system.
///
/// Returns 0, `UV_EINVAL` without a buffer, or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_uname>.
///
/// # Safety
/// `buffer` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_uname(buffer: *mut uv_utsname_t) -> c_int {
    if buffer.is_null() {
        return Errno::EINVAL.code();
    }
    // SAFETY: not null, so writable by the caller's promise.
    to_status(unsafe { uname(buffer) })
}

/// Writes the name of the host and sets `*size` to its length.
///
/// Returns 0, `UV_EINVAL` without a buffer, or `UV_ENOBUFS` with the size needed in `*size`. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_gethostname>.
///
/// # Safety
/// `size` is null or writable; `buffer` is null or writable for `*size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_gethostname(buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { hostname(buffer, size) })
}

/// Seconds since the system started. Returns 0 or the system's error. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_uptime>.
///
/// # Safety
/// `uptime` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_uptime(result: *mut c_double) -> c_int {
    // SAFETY: the caller's promise.
    to_status(uptime().map(|seconds| unsafe { result.write(seconds) }))
}

/// The load averages over one, five and fifteen minutes; left alone if they are unknown. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_loadavg>.
///
/// # Safety
/// `avg` is writable for three numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loadavg(avg: *mut c_double) {
    if let Some(loads) = load_average() {
        // SAFETY: the caller's promise.
        unsafe { avg.cast::<[c_double; 3]>().write(loads) };
    }
}
