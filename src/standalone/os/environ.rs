//! The environment. Not thread-safe, as the C library's functions are not.

use std::ffi::CStr;
use std::ptr::null_mut;

use libc::{c_char, c_int, size_t};

use crate::abi::uv_env_item_t;
use crate::core::{alloc, out_text};
use crate::sys::errno::{Errno, UvResult, check, to_status};

unsafe extern "C" {
    static mut environ: *const *const c_char;
}

/// The value of a variable.
///
/// # Safety
/// Nobody changes the environment while the value is used.
pub(super) unsafe fn variable<'a>(name: &CStr) -> Option<&'a CStr> {
    // SAFETY: the caller's promise; a value is NUL-terminated.
    unsafe {
        let value = libc::getenv(name.as_ptr());
        if value.is_null() { None } else { Some(CStr::from_ptr(value)) }
    }
}

/// The texts "name=value" of the environment.
///
/// # Safety
/// Nobody changes the environment while they are used.
unsafe fn all<'a>() -> impl Iterator<Item = &'a CStr> {
    // SAFETY: the caller's promise; the array ends with a null, and may be missing altogether.
    unsafe {
        let mut next = environ;
        std::iter::from_fn(move || {
            if next.is_null() || (*next).is_null() {
                return None;
            }
            let text = CStr::from_ptr(*next);
            next = next.add(1);
            Some(text)
        })
    }
}

/// An array of all variables, with their texts behind it in the same block.
///
/// # Safety
/// Nobody changes the environment.
unsafe fn items() -> UvResult<(*mut uv_env_item_t, c_int)> {
    // SAFETY: the caller's promise: what is counted is what is copied. The block has room for it.
    unsafe {
        let (mut texts, mut bytes) = (0, 0);
        for text in all() {
            texts += 1;
            bytes += text.count_bytes() + 1;
        }
        // One byte more, so that an empty environment is not an empty block.
        let array = alloc::malloc(texts * size_of::<uv_env_item_t>() + bytes + 1).cast::<uv_env_item_t>();
        if array.is_null() {
            return Err(Errno::ENOMEM);
        }
        let mut name = array.add(texts).cast::<c_char>();
        let mut count = 0;
        for text in all() {
            // What has no value is no variable.
            let Some(equals) = text.to_bytes().iter().position(|byte| *byte == b'=') else { continue };
            let len = text.count_bytes() + 1;
            name.copy_from_nonoverlapping(text.as_ptr(), len);
            name.add(equals).write(0);
            array.add(count).write(uv_env_item_t { name, value: name.add(equals + 1) });
            name = name.add(len);
            count += 1;
        }
        Ok((array, count as c_int))
    }
}

/// # Safety
/// `name` is null or NUL-terminated; `buffer` and `size` are as for [`out_text::write`]; nobody changes
/// the environment.
unsafe fn get(name: *const c_char, buffer: *mut c_char, size: *mut size_t) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        out_text::room(buffer, size)?;
        if name.is_null() {
            return Err(Errno::EINVAL);
        }
        let value = variable(CStr::from_ptr(name)).ok_or(Errno::ENOENT)?;
        out_text::write(value.to_bytes(), buffer, size)
    }
}

/// Lists the environment.
///
/// Returns 0 and an array to be freed with [`uv_os_free_environ`], or `UV_ENOMEM`. Not thread-safe.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_environ>.
///
/// # Safety
/// `envitems` and `count` are writable; no other thread changes the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_environ(envitems: *mut *mut uv_env_item_t, count: *mut c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let result = items();
        (*envitems, *count) = *result.as_ref().unwrap_or(&(null_mut(), 0));
        to_status(result.map(|_| ()))
    }
}

/// Frees what [`uv_os_environ`] gave; NULL is allowed. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_free_environ>.
///
/// # Safety
/// `envitems` came from [`uv_os_environ`] and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_free_environ(envitems: *mut uv_env_item_t, _count: c_int) {
    // SAFETY: the caller's promise.
    unsafe { alloc::free(envitems.cast()) };
}

/// Writes the value of a variable and sets `*size` to its length.
///
/// Returns 0, `UV_ENOENT`, `UV_EINVAL` without a name or a buffer, or `UV_ENOBUFS` with the size needed
/// in `*size`. Not thread-safe.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_getenv>.
///
/// # Safety
/// `name` is null or NUL-terminated; `size` is null or writable; `buffer` is null or writable for
/// `*size` bytes; no other thread changes the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_getenv(name: *const c_char, buffer: *mut c_char, size: *mut size_t) -> c_int {
    // SAFETY: the caller's promise is the one asked for.
    to_status(unsafe { get(name, buffer, size) })
}

/// Sets a variable.
///
/// Returns 0, `UV_EINVAL` without a name or a value, or the system's error. Not thread-safe.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_setenv>.
///
/// # Safety
/// Both are null or NUL-terminated; no other thread uses the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_setenv(name: *const c_char, value: *const c_char) -> c_int {
    if name.is_null() || value.is_null() {
        return Errno::EINVAL.code();
    }
    // SAFETY: the caller's promise.
    to_status(check(unsafe { libc::setenv(name, value, 1) }).map(drop))
}

/// Removes a variable, if there is one of that name.
///
/// Returns 0, `UV_EINVAL` without a name, or the system's error. Not thread-safe.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_os_unsetenv>.
///
/// # Safety
/// `name` is null or NUL-terminated; no other thread uses the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_os_unsetenv(name: *const c_char) -> c_int {
    if name.is_null() {
        return Errno::EINVAL.code();
    }
    // SAFETY: the caller's promise.
    to_status(check(unsafe { libc::unsetenv(name) }).map(drop))
}
