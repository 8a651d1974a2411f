//! Arrays of texts as C has them.

use std::ffi::{CStr, c_char};
use std::marker::PhantomData;

unsafe extern "C" {
    static mut environ: *const *const c_char;
}

/// Texts, with a null behind the last one.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    first: *const *const c_char,
    lent: PhantomData<&'a CStr>,
}

impl<'a> Texts<'a> {
    /// # Safety
    /// `first` points to texts that end with NUL, and a null behind them; they stay as they are while
    /// this is used.
    pub(crate) unsafe fn new(first: *const *const c_char) -> Texts<'a> {
        Texts { first, lent: PhantomData }
    }

    /// This process's environment, if it has one.
    ///
    /// As for any reader, nobody may change it meanwhile: setenv says so.
    pub(in crate::sys) fn environment() -> Option<Texts<'a>> {
        // SAFETY: the C library keeps it in this form.
        unsafe { if environ.is_null() { None } else { Some(Texts::new(environ)) } }
    }

    pub(in crate::sys) fn as_ptr(self) -> *const *const c_char {
        self.first
    }

    pub(in crate::sys) fn iter(self) -> impl Iterator<Item = &'a CStr> {
        let mut next = self.first;
        std::iter::from_fn(move || {
            // SAFETY: `new` was told that the texts are there, up to the null, where this stays.
            unsafe {
                let text = *next;
                if text.is_null() {
                    return None;
                }
                next = next.add(1);
                Some(CStr::from_ptr(text))
            }
        })
    }
}
