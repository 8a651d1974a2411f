//! Shared objects: libuv's "Shared library handling".

use libc::{c_char, c_int, c_void};

use super::ext;
use crate::abi::uv_lib_t;
use crate::core::memory::lend::{lend, lend_any_text, lend_text};
use crate::core::memory::out::lend_out;
use crate::standalone::dl;
use crate::sys::dl as loader;

/// Loads a shared object; NULL is the program itself.
///
/// Returns 0, or -1 with a message for [`uv_dlerror`]; call [`uv_dlclose`] in both cases. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/dll.html#c.uv_dlopen>, since 1.0.
///
/// # Safety
/// `filename` is null or NUL-terminated; `lib` is writable; the object's initialisers are sound.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_dlopen(filename: *const c_char, lib: *mut uv_lib_t) -> c_int {
    // SAFETY: a text or null, an object whose initialisers are sound, and a writable `lib`, as documented.
    let (lib, object) = unsafe { (lend(lib), loader::open(lend_any_text(filename))) };
    -c_int::from(dl::opened(lib, object).is_err())
}

/// Unloads a shared object and frees its message. May be called after a failure and again. Cannot fail. Any
/// thread, but one at a time for each `lib`.
///
/// Implements <https://docs.libuv.org/en/v1.x/dll.html#c.uv_dlclose>, since 1.0.
///
/// # Safety
/// `lib` went through [`uv_dlopen`]; nothing of the object is used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_dlclose(lib: *mut uv_lib_t) {
    // SAFETY: `lib` went through uv_dlopen, and nothing of the object is used any more, as documented; so
    // what is taken out of it is what the loader gave, for the only time.
    unsafe {
        if let Some(object) = dl::take(lend(lib)) {
            loader::close(object);
        }
    }
}

/// Looks up a symbol, which may well be NULL.
///
/// Returns 0, or -1 with a message for [`uv_dlerror`]. Where `lib` is zeroed, that is in the whole program, and the
/// functions of `uv/ext.h` are found as well: those of this library, also if it is linked statically or there are two.
/// Any thread, but one at a time for each `lib`.
/// Implements <https://docs.libuv.org/en/v1.x/dll.html#c.uv_dlsym>, since 1.0.
///
/// # Safety
/// `lib` is open or zeroed, `name` is NUL-terminated, `ptr` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_dlsym(lib: *mut uv_lib_t, name: *const c_char, ptr: *mut *mut c_void) -> c_int {
    // SAFETY: `lib` is open or zeroed, `name` a text and `ptr` writable, as documented.
    let (lib, name, place) = unsafe { (lend(lib), lend_text(name), lend_out(ptr)) };
    if let Some(own) = ext::find(name).filter(|_| lib.handle.get().is_null()) {
        place.set(own);
        return 0;
    }
    // SAFETY: `lib` is open, or its object null, which stands for the program, as documented.
    let symbol = unsafe { loader::symbol(lib.handle.get(), name) };
    -c_int::from(dl::found(lib, symbol, place).is_err())
}

/// The message of the last failure, or "no error"; valid until the next call with this `lib`.
///
/// Cannot fail. Any thread, but one at a time for each `lib`.
/// Implements <https://docs.libuv.org/en/v1.x/dll.html#c.uv_dlerror>, since 1.0.
///
/// # Safety
/// `lib` went through [`uv_dlopen`], or is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_dlerror(lib: *const uv_lib_t) -> *const c_char {
    // SAFETY: `lib` went through uv_dlopen or is zeroed, as documented.
    dl::message(unsafe { lend(lib) })
}
