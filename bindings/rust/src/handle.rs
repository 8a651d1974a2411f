//! What all handles have in common.
#![forbid(unsafe_code)]

use crate::error::Result;
use crate::event_loop::LoopRef;
use crate::raw::handle::Typed;
use crate::sys;

/// What every handle can do.
///
/// A handle is a shared pointer: a clone is the same handle. It is closed by [`close`](Handle::close), when the last
/// clone is dropped, or with its loop. From then on none of its callbacks is called, and its operations are
/// [`Error::EINVAL`](crate::Error::EINVAL); requests of it that were under way end with
/// [`Error::ECANCELED`](crate::Error::ECANCELED).
///
/// Callbacks get their handle as an argument. One that owns a clone of its own handle keeps it open until it is closed
/// otherwise.
pub trait Handle: Typed {
    /// Closes the handle, if it is not closing.
    fn close(&self) {
        self.owner().close(None);
    }

    /// Closes the handle, and calls `done` when it is closed. `done` is dropped uncalled if it is closing already.
    fn close_with(&self, done: impl FnOnce() + 'static) {
        self.owner().close(Some(Box::new(done)));
    }

    /// Whether the handle is closed, or about to be.
    fn is_closing(&self) -> bool {
        self.owner().is_closing()
    }

    /// Whether it does something: a timer that runs, a stream that reads or writes, and so on.
    fn is_active(&self) -> bool {
        self.owner().open_base().is_ok_and(|handle| sys::uv_is_active(handle) != 0)
    }

    /// Lets the loop end while the handle is active.
    fn unref(&self) {
        if let Ok(handle) = self.owner().open_base() {
            sys::uv_unref(handle);
        }
    }

    /// Has the loop wait for the handle while it is active, as it does unless [`unref`](Handle::unref) is called.
    fn ref_(&self) {
        if let Ok(handle) = self.owner().open_base() {
            sys::uv_ref(handle);
        }
    }

    /// Whether the loop waits for the handle while it is active.
    fn has_ref(&self) -> bool {
        self.owner().open_base().is_ok_and(|handle| sys::uv_has_ref(handle) != 0)
    }

    /// The handle's loop.
    fn event_loop(&self) -> &LoopRef {
        &self.owner().event_loop
    }

    /// Drops this pointer, but keeps the handle open until it is closed, or its loop dropped.
    fn detach(self) {
        self.owner().detach();
    }

    /// The descriptor of a socket, pipe or the like.
    fn fileno(&self) -> Result<i32> {
        let mut fd = -1;
        crate::error::check(sys::uv_fileno(self.owner().open_base()?, &mut fd))?;
        Ok(fd)
    }
}

impl<T: Typed> Handle for T {}

/// The program's type of a kind of handle.
macro_rules! handle_type {
    ($(#[$documentation:meta])* $name:ident: $kind:ident) => {
        $(#[$documentation])*
        #[derive(Clone)]
        pub struct $name(crate::raw::handle::Owner<crate::sys::$kind>);

        impl crate::raw::handle::Typed for $name {
            type Kind = crate::sys::$kind;

            fn owner(&self) -> &crate::raw::handle::Owner<Self::Kind> {
                &self.0
            }

            fn from_owner(owner: crate::raw::handle::Owner<Self::Kind>) -> Self {
                $name(owner)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                use crate::handle::Handle;
                f.debug_struct(stringify!($name))
                    .field("active", &self.is_active())
                    .field("closing", &self.is_closing())
                    .finish()
            }
        }
    };
}

pub(crate) use handle_type;
