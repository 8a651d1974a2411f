//! Shared objects: libuv's "Shared library handling".

use std::ffi::CStr;
use std::ptr::null_mut;

use libc::{c_char, c_int, c_void};

use crate::abi::uv_lib_t;
use crate::core::alloc;
use crate::standalone::text::c_string;

/// Keeps the loader's last message in `lib`: -1 if there is one, else 0.
///
/// # Safety
/// `lib` is writable and its message is null or came from here.
unsafe fn keep_message(lib: *mut uv_lib_t) -> c_int {
    // SAFETY: the caller's promise; the loader's message is the calling thread's until its next call.
    unsafe {
        alloc::free((*lib).errmsg.cast());
        let message = libc::dlerror();
        if message.is_null() {
            (*lib).errmsg = null_mut();
            return 0;
        }
        (*lib).errmsg = c_string::copy(CStr::from_ptr(message).to_bytes()).unwrap_or(null_mut());
        -1
    }
}

/// Loads a shared object; NULL is the program itself.
///
/// Returns 0, or -1 with a message for [`uv_dlerror`]; call [`uv_dlclose`] in both cases. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/dll.html#c.uv_dlopen>.
///
/// # Safety
/// `filename` is null or NUL-terminated; `lib` is writable; the object's initialisers are sound.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_dlopen(filename: *const c_char, lib: *mut uv_lib_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        libc::dlerror();
        (*lib).errmsg = null_mut();
        (*lib).handle = libc::dlopen(filename, libc::RTLD_LAZY);
        if (*lib).handle.is_null() { keep_message(lib) } else { 0 }
    }
}

/// Unloads a shared object and frees its message. May be called after a failure and again.
/// Any thread, but one at a time for each `lib`.
///
/// Implements <https://docs.libuv.org/en/v1.x/dll.html#c.uv_dlclose>.
///
/// # Safety
/// `lib` went through [`uv_dlopen`]; nothing of the object is used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_dlclose(lib: *mut uv_lib_t) {
    // SAFETY: the caller's promise.
    unsafe {
        alloc::free((*lib).errmsg.cast());
        (*lib).errmsg = null_mut();
        if !(*lib).handle.is_null() {
            // There is nobody to tell of a failure.
            libc::dlclose((*lib).handle);
            (*lib).handle = null_mut();
        }
    }
}

/// Looks up a symbol, which may well be NULL.
///
/// Returns 0, or -1 with a message for [`uv_dlerror`]. Any thread, but one at a time for each `lib`.
/// Implements <https://docs.libuv.org/en/v1.x/dll.html#c.uv_dlsym>.
///
/// # Safety
/// `lib` is open, `name` is NUL-terminated, `ptr` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_dlsym(lib: *mut uv_lib_t, name: *const c_char, ptr: *mut *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        libc::dlerror();
        *ptr = libc::dlsym((*lib).handle, name);
        if (*ptr).is_null() { keep_message(lib) } else { 0 }
    }
}

/// The message of the last failure, or "no error"; valid until the next call with this `lib`.
///
/// Any thread, but one at a time for each `lib`.
/// Implements <https://docs.libuv.org/en/v1.x/dll.html#c.uv_dlerror>.
///
/// # Safety
/// `lib` went through [`uv_dlopen`], or is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_dlerror(lib: *const uv_lib_t) -> *const c_char {
    // SAFETY: the caller's promise.
    let message = unsafe { (*lib).errmsg };
    if message.is_null() { c"no error".as_ptr() } else { message }
}
