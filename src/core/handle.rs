//! What every handle has: flags, the active count, references.

use crate::abi::{uv_handle_t, uv_handle_type, uv_loop_t};
use crate::core::queue;

/// The bits of `uv_handle_t.flags`, at libuv's values. The upper byte belongs to the handle's kind.
pub(crate) mod flags {
    use libc::c_uint;

    pub(crate) const CLOSING: c_uint = 0x0000_0001;
    pub(crate) const CLOSED: c_uint = 0x0000_0002;
    pub(crate) const ACTIVE: c_uint = 0x0000_0004;
    pub(crate) const REF: c_uint = 0x0000_0008;
    pub(crate) const INTERNAL: c_uint = 0x0000_0010;

    // Streams and datagram sockets.
    pub(crate) const LISTENING: c_uint = 0x0000_0040;
    pub(crate) const SHUT: c_uint = 0x0000_0200;
    pub(crate) const READ_EOF: c_uint = 0x0000_0800;
    pub(crate) const BOUND: c_uint = 0x0000_2000;
    pub(crate) const READABLE: c_uint = 0x0000_4000;
    pub(crate) const WRITABLE: c_uint = 0x0000_8000;
    pub(crate) const BLOCKING_WRITES: c_uint = 0x0010_0000;
    pub(crate) const IPV6: c_uint = 0x0040_0000;

    // TCP.
    pub(crate) const TCP_NODELAY: c_uint = 0x0100_0000;
    pub(crate) const TCP_KEEPALIVE: c_uint = 0x0200_0000;

    // UDP.
    pub(crate) const UDP_PROCESSING: c_uint = 0x0100_0000;
    pub(crate) const UDP_CONNECTED: c_uint = 0x0200_0000;
    pub(crate) const UDP_RECVMMSG: c_uint = 0x0400_0000;
    pub(crate) const UDP_SEGMENTS: c_uint = 0x0800_0000;
    pub(crate) const UDP_SEGMENTS_NOT: c_uint = 0x1000_0000;

    // Processes.
    pub(crate) const PROCESS_GONE: c_uint = 0x0100_0000;

    // Timers: a key of it stands in the timer queue, although it may have been stopped.
    pub(crate) const TIMER_FILED: c_uint = 0x0100_0000;

    // Signals.
    pub(crate) const SIGNAL_ONE_SHOT: c_uint = 0x0200_0000;
}

/// Any kind of handle seen as the base they share.
pub(crate) fn as_handle<T>(handle: *mut T) -> *mut uv_handle_t {
    handle.cast()
}

/// Gives `handle` its kind and links it into the loop: not active, referenced.
///
/// # Safety
/// The loop is initialised; `handle` is the caller's memory, of the size of its kind.
pub(crate) unsafe fn init(loop_: *mut uv_loop_t, handle: *mut uv_handle_t, kind: uv_handle_type) {
    // SAFETY: the caller's promise; no reference to the memory is made.
    unsafe {
        (*handle).r#loop = loop_;
        (*handle).r#type = kind;
        (*handle).flags = flags::REF;
        (*handle).next_closing = std::ptr::null_mut();
        queue::push_back(&raw mut (*loop_).handle_queue, &raw mut (*handle).handle_queue);
    }
}

/// Marks the handle active: it keeps the loop alive while it is referenced.
///
/// # Safety
/// `handle` is initialised.
pub(crate) unsafe fn start(handle: *mut uv_handle_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*handle).flags & flags::ACTIVE == 0 {
            (*handle).flags |= flags::ACTIVE;
            if (*handle).flags & flags::REF != 0 {
                (*(*handle).r#loop).active_handles += 1;
            }
        }
    }
}

/// Takes the active mark away.
///
/// # Safety
/// `handle` is initialised.
pub(crate) unsafe fn stop(handle: *mut uv_handle_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*handle).flags & flags::ACTIVE != 0 {
            (*handle).flags &= !flags::ACTIVE;
            if (*handle).flags & flags::REF != 0 {
                (*(*handle).r#loop).active_handles -= 1;
            }
        }
    }
}

/// # Safety
/// `handle` is initialised.
pub(crate) unsafe fn is_active(handle: *const uv_handle_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*handle).flags & flags::ACTIVE != 0 }
}

/// Whether uv_close was called, or the handle is already closed.
///
/// # Safety
/// `handle` is initialised.
pub(crate) unsafe fn is_closing(handle: *const uv_handle_t) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*handle).flags & (flags::CLOSING | flags::CLOSED) != 0 }
}

/// Lets the handle count for the loop's life again.
///
/// # Safety
/// `handle` is initialised.
pub(crate) unsafe fn set_ref(handle: *mut uv_handle_t) {
    // SAFETY: the caller's promise. A closing handle is kept by the closing queue, not by the count.
    unsafe {
        if (*handle).flags & flags::REF == 0 {
            (*handle).flags |= flags::REF;
            if (*handle).flags & (flags::CLOSING | flags::ACTIVE) == flags::ACTIVE {
                (*(*handle).r#loop).active_handles += 1;
            }
        }
    }
}

/// Lets the loop end although the handle is active.
///
/// # Safety
/// `handle` is initialised.
pub(crate) unsafe fn unref(handle: *mut uv_handle_t) {
    // SAFETY: as in `set_ref`.
    unsafe {
        if (*handle).flags & flags::REF != 0 {
            (*handle).flags &= !flags::REF;
            if (*handle).flags & (flags::CLOSING | flags::ACTIVE) == flags::ACTIVE {
                (*(*handle).r#loop).active_handles -= 1;
            }
        }
    }
}
