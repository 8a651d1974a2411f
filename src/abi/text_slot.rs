//! Where a structure keeps a text of the library's own; C sees the pointer.

use std::cell::Cell;

use libc::c_char;

macro_rules! text_slots {
    ($($(#[$doc:meta])* $name:ident: $pointer:ty;)*) => { $(
        $(#[$doc])*
        #[repr(transparent)]
        pub struct $name(Cell<$pointer>);

        #[allow(dead_code, reason = "the same for all slots")]
        impl $name {
            /// For an init function: whatever the memory held is forgotten.
            #[inline]
            pub(crate) fn clear(&self) {
                self.0.set(std::ptr::null_mut());
            }

            #[inline]
            pub(crate) fn is_empty(&self) -> bool {
                self.0.get().is_null()
            }

            #[inline]
            pub(crate) fn as_ptr(&self) -> *const c_char {
                self.0.get()
            }

            /// What stood here, which is the caller's now; `core::text` says what that may be.
            ///
            /// # Safety
            /// `text` is null or came out of a `Text`, whose only owner this becomes.
            #[inline]
            pub(crate) unsafe fn replace(&self, text: *mut c_char) -> *mut c_char {
                let before: *const c_char = self.0.replace(text);
                before.cast_mut()
            }
        }
    )* };
}

text_slots! {
    /// A `char*` of C's.
    TextSlot: *mut c_char;
    /// A `const char*` of C's.
    ConstTextSlot: *const c_char;
}
