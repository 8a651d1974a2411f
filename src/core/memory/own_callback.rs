//! Callbacks of handles that are the library's own.

use libc::c_int;

use crate::abi::*;
use crate::core::memory::lend::lend;

/// What a signal handle of the library's own is for.
pub(crate) trait OnSignal {
    fn told(handle: &uv_signal_t);
}

/// Its callback.
pub(crate) fn on_signal<T: OnSignal>() -> uv_signal_cb {
    extern "C" fn told<T: OnSignal>(handle: *mut uv_signal_t, _signum: c_int) {
        // SAFETY: `callback::signal` calls it, for a handle that stays meanwhile.
        T::told(unsafe { lend(handle) });
    }
    Some(told::<T>)
}

/// What an async handle of the library's own is for.
pub(crate) trait OnAsync {
    fn told(handle: &uv_async_t);
}

/// Its callback.
pub(crate) fn on_async<T: OnAsync>() -> uv_async_cb {
    extern "C" fn told<T: OnAsync>(handle: *mut uv_async_t) {
        // SAFETY: `callback::async_` calls it, for a handle that stays meanwhile.
        T::told(unsafe { lend(handle) });
    }
    Some(told::<T>)
}
