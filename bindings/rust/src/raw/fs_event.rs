//! What is told of a watched path.

use std::ffi::{OsString, c_char};
use std::os::unix::ffi::OsStringExt;

use crate::error::{Result, check};
use crate::raw::handle::{Typed, enter};
use crate::raw::text;
use crate::sys::uv_fs_event_t;

/// A handle that tells of a watched path.
pub trait Watches: Typed<Kind = uv_fs_event_t> {
    fn on_event(&self, name: Option<OsString>, events: Result<i32>);
}

/// # Safety
///
/// For C to call.
pub unsafe extern "C" fn on_event<T: Watches>(
    watcher: &uv_fs_event_t,
    name: *const c_char,
    events: i32,
    status: i32,
) {
    // SAFETY: C passes text that stays for the callback, or null.
    let name = unsafe { text::copy(name) }.map(|name| OsString::from_vec(name.into_bytes()));
    enter(watcher, |watcher: &T| watcher.on_event(name, check(status).map(|_| events)));
}
