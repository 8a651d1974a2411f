//! What every handle has: flags, the active count, references.

#![forbid(unsafe_code)]

use libc::{c_int, c_uint};

use crate::abi::{AnyHandle, uv__io_t, uv_handle_t, uv_handle_type, uv_loop_t};
use crate::core::memory::queue;

/// The bits of `uv_handle_t.flags`, at libuv's values. The upper byte belongs to the handle's kind.
pub(crate) mod flags {
    use libc::c_uint;

    pub(crate) const CLOSING: c_uint = 0x0000_0001;
    pub(crate) const CLOSED: c_uint = 0x0000_0002;
    pub(crate) const ACTIVE: c_uint = 0x0000_0004;
    pub(crate) const REF: c_uint = 0x0000_0008;
    pub(crate) const INTERNAL: c_uint = 0x0000_0010;
    /// A run of the loop is in the handle's own callback.
    pub(crate) const TOLD: c_uint = 0x0000_0020;
    /// The program has given it a name; a value that libuv uses on Windows alone.
    pub(crate) const NAMED: c_uint = 0x0004_0000;

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
    /// The program has the descriptor, and may set options of the socket.
    pub(crate) const UDP_SHARED: c_uint = 0x2000_0000;

    // Processes.
    pub(crate) const PROCESS_GONE: c_uint = 0x0100_0000;

    // Timers: a key of it stands in the timer queue, although it may have been stopped.
    pub(crate) const TIMER_FILED: c_uint = 0x0100_0000;

    // Signals.
    pub(crate) const SIGNAL_ONE_SHOT: c_uint = 0x0200_0000;
}

impl uv_handle_t {
    /// Whether one of these flags is set.
    #[inline(always)]
    pub(crate) fn has(&self, bits: c_uint) -> bool {
        self.flags.get() & bits != 0
    }

    #[inline(always)]
    pub(crate) fn set(&self, bits: c_uint) {
        self.flags.set(self.flags.get() | bits);
    }

    #[inline(always)]
    pub(crate) fn clear(&self, bits: c_uint) {
        self.flags.set(self.flags.get() & !bits);
    }
}

impl uv_handle_t {
    /// The watcher of a handle that can have a descriptor.
    pub(crate) fn watcher(&self) -> Option<&uv__io_t> {
        match self.kind() {
            AnyHandle::Tcp(handle) => Some(&handle.io_watcher),
            AnyHandle::Pipe(handle) => Some(&handle.io_watcher),
            AnyHandle::Tty(handle) => Some(&handle.io_watcher),
            AnyHandle::Udp(handle) => Some(&handle.io_watcher),
            AnyHandle::Poll(handle) => Some(&handle.io_watcher),
            _ => None,
        }
    }

    /// The descriptor of a handle that can have one; -1 if it is not open.
    pub(crate) fn descriptor(&self) -> Option<c_int> {
        self.watcher().map(|w| w.fd.get())
    }
}

/// Gives `handle` its kind and links it into the loop: not active, referenced.
pub(crate) fn init(loop_: &uv_loop_t, handle: &uv_handle_t, kind: uv_handle_type) {
    handle.r#loop.set(std::ptr::from_ref(loop_).cast_mut());
    handle.r#type.set(kind);
    handle.flags.set(flags::REF);
    handle.next_closing.set(std::ptr::null_mut());
    queue::handles(loop_).push_back(handle);
}

/// Marks the handle active: it keeps the loop alive while it is referenced.
pub(crate) fn start(handle: &uv_handle_t) {
    if !is_active(handle) {
        handle.set(flags::ACTIVE);
        if handle.has(flags::REF) {
            count(handle.owner(), 1);
        }
    }
}

/// Takes the active mark away.
pub(crate) fn stop(handle: &uv_handle_t) {
    if is_active(handle) {
        handle.clear(flags::ACTIVE);
        if handle.has(flags::REF) {
            count(handle.owner(), -1);
        }
    }
}

#[inline(always)]
fn count(loop_: &uv_loop_t, more: i32) {
    loop_.active_handles.set(loop_.active_handles.get().wrapping_add_signed(more));
}

pub(crate) fn is_active(handle: &uv_handle_t) -> bool {
    handle.has(flags::ACTIVE)
}

/// Whether uv_close was called, or the handle is already closed.
pub(crate) fn is_closing(handle: &uv_handle_t) -> bool {
    handle.has(flags::CLOSING | flags::CLOSED)
}

/// Lets the handle count for the loop's life again. A closing handle is kept by the closing queue, not
/// by the count.
pub(crate) fn set_ref(handle: &uv_handle_t) {
    if !handle.has(flags::REF) {
        handle.set(flags::REF);
        if is_counted(handle) {
            count(handle.owner(), 1);
        }
    }
}

/// Lets the loop end although the handle is active.
pub(crate) fn unref(handle: &uv_handle_t) {
    if handle.has(flags::REF) {
        handle.clear(flags::REF);
        if is_counted(handle) {
            count(handle.owner(), -1);
        }
    }
}

fn is_counted(handle: &uv_handle_t) -> bool {
    handle.flags.get() & (flags::CLOSING | flags::ACTIVE) == flags::ACTIVE
}
