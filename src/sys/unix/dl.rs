//! The loader of shared objects.

use std::ffi::CStr;
use std::ptr::null;

use libc::c_void;

use crate::sys::errno::{Errno, UvResult};

/// Loads an object, or finds the program itself; null for a failure, which [`take_message`] tells of.
///
/// # Safety
/// The object's initialisers are sound.
pub(crate) unsafe fn open(name: Option<&CStr>) -> *mut c_void {
    // SAFETY: a C string or null; running the initialisers is our caller's decision. An older message is
    // taken first.
    unsafe {
        libc::dlerror();
        libc::dlopen(name.map_or(null(), CStr::as_ptr), libc::RTLD_LAZY)
    }
}

/// Unloads an object. There is nobody to tell of a failure.
///
/// # Safety
/// `object` came from [`open`], was not closed, and nothing of it is used any more.
pub(crate) unsafe fn close(object: *mut c_void) {
    // SAFETY: `open` gave the object, this is its only closing, and no symbol of it is used after it.
    unsafe { libc::dlclose(object) };
}

/// Looks up a symbol, which may well be null; in the whole program if `object` is null.
///
/// # Safety
/// `object` is null, or came from [`open`] and was not closed.
pub(crate) unsafe fn symbol(object: *mut c_void, name: &CStr) -> *mut c_void {
    // SAFETY: `open` gave the object and nobody has closed it, or it is null, which stands for the program; the name ends with NUL. An older message is
    // taken first.
    unsafe {
        libc::dlerror();
        libc::dlsym(object, name.as_ptr())
    }
}

/// The message about this thread's last failure, if there is one, which is over then; `ENOMEM` if there
/// is no memory for it.
pub(crate) fn take_message() -> UvResult<Option<Vec<u8>>> {
    // SAFETY: the message is this thread's until its next call of the loader.
    let message = unsafe {
        let message = libc::dlerror();
        if message.is_null() {
            return Ok(None);
        }
        CStr::from_ptr(message).to_bytes()
    };
    let mut copy = Vec::new();
    copy.try_reserve_exact(message.len()).map_err(|_| Errno::ENOMEM)?;
    copy.extend_from_slice(message);
    Ok(Some(copy))
}
