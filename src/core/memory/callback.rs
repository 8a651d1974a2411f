//! Calls of the program's functions that leave it nothing to free: one a signature.
//!
//! Each of them may close, stop, start and free whatever the documentation allows, and call the
//! library for it. The handle they are about stays: its memory goes in a close callback only.

use std::cell::Cell;
use std::ffi::CStr;

use libc::{c_int, c_uint, c_void, size_t, ssize_t};

use crate::abi::*;
use crate::core::memory::buffers::Room;
use crate::core::memory::lend::lend;
use crate::core::observe::call::{Call, CallKind};
use crate::core::observe::calling::{calling, is_watched};
use crate::sys::net_address::SocketAddress;

macro_rules! told {
    ($($name:ident: $kind:ident $handle:ident.$cb:ident ($($arg:ident: $type:ty),*);)*) => { $(
        #[inline(always)]
        pub(crate) fn $name(handle: &$handle, $($arg: $type),*) {
            /// Stands for the program's function where somebody looks.
            unsafe extern "C" fn in_sight(handle: *mut $handle, $($arg: $type),*) {
                // SAFETY: called below, for a handle that stays meanwhile.
                let handle = unsafe { lend(handle) };
                if let Some(cb) = handle.$cb.get() {
                    // SAFETY: the program's function for this handle: see the module.
                    telling(CallKind::$kind, handle, cb as usize, || unsafe {
                        cb(std::ptr::from_ref(handle).cast_mut(), $($arg),*);
                    });
                }
            }

            if let Some(cb) = handle.$cb.get() {
                let cb = if is_watched(handle.owner()) { in_sight } else { cb };
                // SAFETY: the program's function for this handle: see the module.
                unsafe { cb(std::ptr::from_ref(handle).cast_mut(), $($arg),*) };
            }
        }
    )* };
}

told! {
    timer: Timer uv_timer_t.timer_cb();
    prepare: Prepare uv_prepare_t.prepare_cb();
    check: Check uv_check_t.check_cb();
    idle: Idle uv_idle_t.idle_cb();
    async_: Async uv_async_t.async_cb();
    signal: Signal uv_signal_t.signal_cb(signum: c_int);
    exit: Exit uv_process_t.exit_cb(exit_status: i64, term_signal: c_int);
    poll: Poll uv_poll_t.poll_cb(status: c_int, events: c_int);
    connection: Connection uv_stream_t.connection_cb(status: c_int);
}

/// Calls a function about a handle, in sight of those who look.
#[inline(always)]
fn telling(kind: CallKind, handle: &uv_handle_t, cb: usize, call: impl FnOnce()) {
    calling(move || handle.owner(), move || about(kind, handle, cb), call);
}

#[cold]
#[inline(never)]
fn about(kind: CallKind, handle: &uv_handle_t, cb: usize) -> Call<'static> {
    let call = Call::new(kind, cb, std::ptr::from_ref(handle).addr()).about(handle);
    call.with_fd(handle.descriptor().unwrap_or(-1))
}

/// Tells what has happened to a file of that name.
pub(crate) fn fs_event(handle: &uv_fs_event_t, name: &CStr, events: c_int) {
    if let Some(cb) = handle.cb.get() {
        // SAFETY: the program's function for this handle: see the module. The name is the caller's own.
        telling(CallKind::FsEvent, handle, cb as usize, move || unsafe {
            cb(std::ptr::from_ref(handle).cast_mut(), name.as_ptr(), events, 0);
        });
    }
}

/// Tells what a path was, and what it is.
pub(crate) fn fs_poll(
    cb: uv_fs_poll_cb,
    handle: &uv_fs_poll_t,
    status: c_int,
    before: &Cell<uv_stat_t>,
    now: &Cell<uv_stat_t>,
) {
    if let Some(cb) = cb {
        // SAFETY: the program's function for this handle: see the module. It reads both while it runs.
        telling(CallKind::FsPoll, handle, cb as usize, move || unsafe {
            cb(std::ptr::from_ref(handle).cast_mut(), status, before.as_ptr(), now.as_ptr());
        });
    }
}

/// The program's function for what is blocked, and what it wants to have with it.
#[derive(Clone, Copy)]
pub(crate) struct ToldOfBlocked {
    cb: unsafe extern "C" fn(*const uv_ext_blocked_t, *mut c_void),
    /// Of a pointer that only the program uses, on whatever thread it is called.
    data: usize,
}

impl ToldOfBlocked {
    pub(crate) fn new(cb: uv_ext_blocked_cb, data: *mut c_void) -> Option<ToldOfBlocked> {
        cb.map(|cb| ToldOfBlocked { cb, data: data.expose_provenance() })
    }
}

/// Tells of what is blocked, on a thread of ours.
pub(crate) fn blocked(told: ToldOfBlocked, blocked: &uv_ext_blocked_s) {
    // SAFETY: the program's function, which it has not taken back: whoever does that waits for this call. The
    // structure and its texts are the caller's, and stay meanwhile.
    unsafe { (told.cb)(blocked, std::ptr::with_exposed_provenance_mut(told.data)) };
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

/// Asks for memory for datagrams, with the function that uv_udp_recv_start was given, if there is one.
#[inline(always)]
pub(crate) fn alloc_for_datagrams(udp: &uv_udp_t, size: size_t, room: &mut Room) -> bool {
    let Some(cb) = udp.alloc_cb.get() else { return false };
    // SAFETY: the program's function for this handle: see the module.
    unsafe { cb(udp.as_ptr(), size, room.place()) };
    true
}

/// Tells of a datagram, an error, or memory that is given back.
#[inline(always)]
pub(crate) fn received(
    cb: uv_udp_recv_cb,
    udp: &uv_udp_t,
    nread: ssize_t,
    buf: &uv_buf_t,
    from: Option<SocketAddress<'_>>,
    flags: c_uint,
) {
    if let Some(cb) = cb {
        let from = from.map_or(std::ptr::null(), SocketAddress::as_ptr);
        // SAFETY: the program's function for this handle: see the module.
        telling(CallKind::Datagram, udp, cb as usize, move || unsafe {
            cb(std::ptr::from_ref(udp).cast_mut(), nread, buf, from, flags);
        });
    }
}
