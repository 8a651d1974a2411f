//! Values that each thread has for itself, and what is done only once.

use libc::c_void;

use crate::abi::uv_key_t;
use crate::core::memory::out::Out;
use crate::sys::abort::{fatal, must};
use crate::sys::errno::UvResult;
use crate::sys::local::{self, Key};
use crate::sys::locks::Once;

pub(crate) fn create(key: Out<uv_key_t>) -> UvResult {
    key.set(local::create()?);
    Ok(())
}

pub(crate) fn delete(key: Key) {
    must("uv_key_delete: not a key", key.delete());
}

#[inline]
pub(crate) fn get(key: Key) -> *mut c_void {
    key.get()
}

#[inline]
pub(crate) fn set(key: Key, value: *mut c_void) {
    must("uv_key_set: not a key, or no memory", key.set(value));
}

pub(crate) fn once(guard: &Once, callback: Option<extern "C" fn()>) {
    let Some(callback) = callback else { fatal("uv_once: no callback") };
    must("uv_once: not a guard", guard.call(callback));
}
