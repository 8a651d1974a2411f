//! The environment of this process.

use std::ffi::CStr;
use std::marker::PhantomData;

use libc::c_char;

use crate::sys::errno::{UvResult, check};

unsafe extern "C" {
    static mut environ: *const *const c_char;
}

/// The environment, while nobody else changes it.
pub(crate) struct Environment<'a>(PhantomData<&'a ()>);

impl Environment<'_> {
    /// # Safety
    /// No other thread changes the environment as long as this is used.
    pub(crate) unsafe fn lent<'a>() -> Environment<'a> {
        Environment(PhantomData)
    }

    /// The value of a variable.
    pub(crate) fn get(&self, name: &CStr) -> Option<&CStr> {
        // SAFETY: a value is a C string, and stays while nobody changes the environment: `set` and
        // `unset` want `self` for themselves.
        unsafe {
            let value = libc::getenv(name.as_ptr());
            if value.is_null() { None } else { Some(CStr::from_ptr(value)) }
        }
    }

    /// The texts "name=value".
    pub(crate) fn texts(&self) -> impl Iterator<Item = &CStr> {
        // SAFETY: a variable of the C library's, which nobody changes now.
        let mut next = unsafe { environ };
        std::iter::from_fn(move || {
            // SAFETY: an array of C strings that ends with a null, and may be missing altogether; it
            // stays while nobody changes the environment.
            unsafe {
                if next.is_null() || (*next).is_null() {
                    return None;
                }
                let text = CStr::from_ptr(*next);
                next = next.add(1);
                Some(text)
            }
        })
    }

    pub(crate) fn set(&mut self, name: &CStr, value: &CStr) -> UvResult {
        // SAFETY: C strings, which are copied; nobody reads the environment meanwhile.
        check(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) }).map(drop)
    }

    pub(crate) fn unset(&mut self, name: &CStr) -> UvResult {
        // SAFETY: a C string; nobody reads the environment meanwhile.
        check(unsafe { libc::unsetenv(name.as_ptr()) }).map(drop)
    }
}
