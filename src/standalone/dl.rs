//! Shared objects: what a `uv_lib_t` keeps.
#![forbid(unsafe_code)]

use std::ptr::null_mut;

use libc::{c_char, c_void};

use crate::abi::uv_lib_t;
use crate::core::memory::out::Out;
use crate::core::memory::text::Text;
use crate::sys::dl;

/// There is a message about it, unless there was no memory for one.
pub(crate) struct Failed;

/// Keeps the loader's last message, if there is one.
fn keep_message(lib: &uv_lib_t) -> Result<(), Failed> {
    drop(lib.errmsg.take());
    match dl::take_message() {
        Ok(None) => return Ok(()),
        Ok(Some(message)) => {
            if let Ok(text) = Text::copy(&message) {
                lib.errmsg.put(text);
            }
        }
        Err(_) => {}
    }
    Err(Failed)
}

/// A new library is this object, or none if it is null.
pub(crate) fn opened(lib: &uv_lib_t, object: *mut c_void) -> Result<(), Failed> {
    lib.errmsg.clear();
    lib.handle.set(object);
    if object.is_null() { keep_message(lib) } else { Ok(()) }
}

/// What is to be closed, if that was not done before; the message goes too.
pub(crate) fn take(lib: &uv_lib_t) -> Option<*mut c_void> {
    drop(lib.errmsg.take());
    let object = lib.handle.replace(null_mut());
    (!object.is_null()).then_some(object)
}

/// A symbol was looked up. Null may be its value.
pub(crate) fn found(lib: &uv_lib_t, symbol: *mut c_void, place: Out<*mut c_void>) -> Result<(), Failed> {
    place.set(symbol);
    if symbol.is_null() { keep_message(lib) } else { Ok(()) }
}

pub(crate) fn message(lib: &uv_lib_t) -> *const c_char {
    if lib.errmsg.is_empty() { c"no error".as_ptr() } else { lib.errmsg.as_ptr() }
}
