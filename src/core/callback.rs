//! Calls of the program's functions that leave it nothing to free: one a signature.
//!
//! Each of them may close, stop, start and free whatever the documentation allows, and call the
//! library for it. The handle they are about stays: its memory goes in a close callback only.

use libc::{c_int, size_t, ssize_t};

use crate::abi::*;
use crate::core::lend::Room;

macro_rules! told {
    ($($name:ident: $handle:ident.$cb:ident ($($arg:ident: $type:ty),*);)*) => { $(
        #[inline(always)]
        pub(crate) fn $name(handle: &$handle, $($arg: $type),*) {
            if let Some(cb) = handle.$cb.get() {
                // SAFETY: the program's function for this handle: see the module.
                unsafe { cb(std::ptr::from_ref(handle).cast_mut(), $($arg),*) };
            }
        }
    )* };
}

told! {
    timer: uv_timer_t.timer_cb();
    prepare: uv_prepare_t.prepare_cb();
    check: uv_check_t.check_cb();
    idle: uv_idle_t.idle_cb();
    async_: uv_async_t.async_cb();
    signal: uv_signal_t.signal_cb(signum: c_int);
    exit: uv_process_t.exit_cb(exit_status: i64, term_signal: c_int);
    connection: uv_stream_t.connection_cb(status: c_int);
}

/// Asks for memory to read into, with the function that uv_read_start was given, if there is one.
#[inline(always)]
pub(crate) fn alloc(stream: &uv_stream_t, size: size_t, room: &mut Room) -> bool {
    let Some(cb) = stream.alloc_cb.get() else { return false };
    // SAFETY: the program's function for this stream: see the module.
    unsafe { cb(stream.as_ptr(), size, room.place()) };
    true
}

#[inline(always)]
pub(crate) fn read(cb: uv_read_cb, stream: &uv_stream_t, nread: ssize_t, buf: &uv_buf_t) {
    if let Some(cb) = cb {
        // SAFETY: the program's function for this stream: see the module.
        unsafe { cb(std::ptr::from_ref(stream).cast_mut(), nread, buf) };
    }
}
