//! The environment. Not thread-safe, as the C library's functions are not.

use libc::{c_char, c_int, size_t};

use crate::abi::uv_env_item_t;
use crate::core::memory::alloc;
use crate::core::memory::block::give;
use crate::core::memory::lend::lend_any_text;
use crate::core::memory::out::lend_out;
use crate::core::memory::out_text::lend_out_text;
use crate::standalone::os::environ;
use crate::sys::environ::Environment;
use crate::sys::errno::to_status;

/// Lists the environment.
///
/// Returns 0 and an array to be freed with [`uv_os_free_environ`], or `UV_ENOMEM`. Not thread-safe.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_environ>, since 1.31.
///
/// # Safety
/// `envitems` and `count` are writable; no other thread changes the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_environ(envitems: *mut *mut uv_env_item_t, count: *mut c_int) -> c_int {
    // SAFETY: both are writable, and no other thread changes the environment, as documented.
    let (array, count, environment) = unsafe { (lend_out(envitems), lend_out(count), Environment::lent()) };
    to_status(give(environ::items(&environment).map(Some), array, count))
}

/// Frees what [`uv_os_environ`] gave; NULL is allowed. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_free_environ>, since 1.31.
///
/// # Safety
/// `envitems` came from [`uv_os_environ`] and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_free_environ(envitems: *mut uv_env_item_t, _count: c_int) {
    // SAFETY: null or what uv_os_environ gave, whose only owner the program was, as documented.
    unsafe { alloc::free(envitems.cast()) };
}

/// Writes the value of a variable and sets `*size` to its length.
///
/// Returns 0, `UV_ENOENT`, `UV_EINVAL` without a name or a buffer, or `UV_ENOBUFS` with the size needed
/// in `*size`. Not thread-safe.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_getenv>, since 1.12.
///
/// # Safety
/// `name` is null or NUL-terminated; `size` is null or writable; `buffer` is null or writable for
/// `*size` bytes; no other thread changes the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_getenv(name: *const c_char, buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: a text or null; null, or a size and a buffer of that size; no other thread changes the
    // environment, as documented.
    let (name, out, environment) =
        unsafe { (lend_any_text(name), lend_out_text(buffer, size), Environment::lent()) };
    to_status(out.and_then(|out| environ::get(&environment, name, out)))
}

/// Sets a variable.
///
/// Returns 0, `UV_EINVAL` without a name or a value, or the system's error. Not thread-safe.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_setenv>, since 1.12.
///
/// # Safety
/// Both are null or NUL-terminated; no other thread uses the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_setenv(name: *const c_char, value: *const c_char) -> c_int {
    // SAFETY: no other thread uses the environment, and texts or null, as documented.
    let (name, value, environment) =
        unsafe { (lend_any_text(name), lend_any_text(value), Environment::lent()) };
    to_status(environ::set(environment, name, value))
}

/// Removes a variable, if there is one of that name.
///
/// Returns 0, `UV_EINVAL` without a name, or the system's error. Not thread-safe.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_unsetenv>, since 1.12.
///
/// # Safety
/// `name` is null or NUL-terminated; no other thread uses the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_unsetenv(name: *const c_char) -> c_int {
    // SAFETY: no other thread uses the environment, and texts or null, as documented.
    to_status(unsafe { environ::unset(Environment::lent(), lend_any_text(name)) })
}
