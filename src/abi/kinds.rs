//! How the structures extend one another: a handle begins with the fields of `uv_handle_t`, a stream
//! with those of `uv_stream_t`, a request with those of `uv_req_t`. Upwards by `Deref`, downwards by
//! the type that the init function wrote.

use std::mem::offset_of;
use std::ops::Deref;

use super::*;

/// Structures that the program lends us: every field is a cell, so that program and library may both
/// change them while there are references, and valid whatever its bytes are.
///
/// # Safety
/// That is so.
pub(crate) unsafe trait Lent {}

/// A structure before its init function was called.
pub(crate) fn zeroed<T: Lent>() -> T {
    // SAFETY: `Lent` structures are valid whatever their bytes are.
    unsafe { std::mem::zeroed() }
}

/// Forgets all that a structure holds, for its init function.
pub(crate) fn zero<T: Lent>(this: &T) {
    // SAFETY: every field is a cell, so it may change while there are references, and is valid when zero.
    unsafe { std::ptr::from_ref(this).cast_mut().write_bytes(0, 1) };
}

macro_rules! extends {
    ($base:ident $fields:tt $($kind:ident)*) => { $(extends!(@ $base $fields $kind);)* };
    (@ $base:ident { $($field:ident)* } $kind:ident) => {
        // SAFETY: all fields are cells of integers, raw pointers and optional functions.
        unsafe impl Lent for $kind {}

        const _: () = {
            $(assert!(offset_of!($kind, $field) == offset_of!($base, $field));)*
            assert!(size_of::<$kind>() >= size_of::<$base>() && align_of::<$kind>() >= align_of::<$base>());
            #[allow(dead_code)]
            fn have_equal_types(this: &$kind, base: &$base) {
                $(let _ = [&this.$field, &base.$field];)*
            }
        };

        impl Deref for $kind {
            type Target = $base;

            #[inline(always)]
            fn deref(&self) -> &$base {
                // SAFETY: the fields of `$base` stand at the beginning of `$kind`, as was just asserted.
                unsafe { &*std::ptr::from_ref(self).cast() }
            }
        }
    };
}

extends!(uv_handle_t { data r#loop r#type close_cb handle_queue u next_closing flags }
    uv_timer_t uv_prepare_t uv_check_t uv_idle_t uv_async_t uv_stream_t uv_signal_t uv_process_t uv_udp_t
    uv_poll_t uv_fs_event_t uv_fs_poll_t);

extends!(uv_stream_t {
    data r#loop r#type close_cb handle_queue u next_closing flags write_queue_size alloc_cb read_cb
    connect_req shutdown_req io_watcher write_queue write_completed_queue connection_cb delayed_error
    accepted_fd queued_fds
} uv_tcp_t uv_pipe_t uv_tty_t);

extends!(uv_req_t { data r#type reserved write_extra } uv_connect_t uv_shutdown_t uv_write_t uv_work_t uv_random_t
    uv_fs_t uv_getaddrinfo_t uv_getnameinfo_t uv_udp_send_t);

// SAFETY: all fields are cells of integers, raw pointers and optional functions.
unsafe impl Lent for uv_handle_t {}
// SAFETY: all fields are cells of integers and raw pointers.
unsafe impl Lent for uv_req_t {}
// SAFETY: all of it is cells of integers, raw pointers and an optional function; the locks are no more than
// integers.
unsafe impl Lent for uv_loop_t {}

// SAFETY: all of its fields are cells of integers and raw pointers.
unsafe impl Lent for uv__io_t {}
// SAFETY: all fields are cells of integers and raw pointers.
unsafe impl Lent for uv_dir_t {}
// SAFETY: a cell of a raw pointer.
unsafe impl Lent for TextSlot {}
// SAFETY: cells of raw pointers.
unsafe impl Lent for uv_lib_t {}

/// A request as what its type says it is, if it is one that may be cancelled.
pub(crate) enum AnyRequest<'a> {
    Write(&'a uv_write_t),
    Fs(&'a uv_fs_t),
    GetAddrInfo(&'a uv_getaddrinfo_t),
    GetNameInfo(&'a uv_getnameinfo_t),
    Random(&'a uv_random_t),
    Work(&'a uv_work_t),
    Other,
}

impl uv_req_t {
    /// The only downcasts of requests.
    pub(crate) fn kind(&self) -> AnyRequest<'_> {
        let this: *const uv_req_t = self;
        // SAFETY: whoever started the request wrote the type, of memory that is large enough for that kind.
        // All kinds begin with a `uv_req_t`.
        unsafe {
            match self.r#type.get() {
                UV_WRITE => AnyRequest::Write(&*this.cast()),
                UV_FS => AnyRequest::Fs(&*this.cast()),
                UV_GETADDRINFO => AnyRequest::GetAddrInfo(&*this.cast()),
                UV_GETNAMEINFO => AnyRequest::GetNameInfo(&*this.cast()),
                UV_RANDOM => AnyRequest::Random(&*this.cast()),
                UV_WORK => AnyRequest::Work(&*this.cast()),
                _ => AnyRequest::Other,
            }
        }
    }
}

/// A handle as what its type says it is.
pub(crate) enum AnyHandle<'a> {
    Async(&'a uv_async_t),
    Check(&'a uv_check_t),
    FsEvent(&'a uv_fs_event_t),
    FsPoll(&'a uv_fs_poll_t),
    Idle(&'a uv_idle_t),
    Pipe(&'a uv_pipe_t),
    Poll(&'a uv_poll_t),
    Prepare(&'a uv_prepare_t),
    Process(&'a uv_process_t),
    Signal(&'a uv_signal_t),
    Tcp(&'a uv_tcp_t),
    Timer(&'a uv_timer_t),
    Tty(&'a uv_tty_t),
    Udp(&'a uv_udp_t),
    Unknown,
}

impl uv_handle_t {
    pub(crate) fn as_ptr(&self) -> *mut uv_handle_t {
        std::ptr::from_ref(self).cast_mut()
    }

    /// Its loop.
    #[inline(always)]
    pub(crate) fn owner(&self) -> &uv_loop_t {
        // SAFETY: an init function stored the loop that it was given, and that loop stays for as long as it
        // has handles: uv_loop_close refuses.
        unsafe { &*self.r#loop.get() }
    }

    /// The only downcasts of handles.
    #[inline]
    pub(crate) fn kind(&self) -> AnyHandle<'_> {
        let this = self.as_ptr();
        // SAFETY: an init function wrote the type into a structure of that kind, which the program leaves
        // in place until its close callback. All kinds begin with a `uv_handle_t`.
        unsafe {
            match self.r#type.get() {
                UV_ASYNC => AnyHandle::Async(&*this.cast()),
                UV_CHECK => AnyHandle::Check(&*this.cast()),
                UV_FS_EVENT => AnyHandle::FsEvent(&*this.cast()),
                UV_FS_POLL => AnyHandle::FsPoll(&*this.cast()),
                UV_IDLE => AnyHandle::Idle(&*this.cast()),
                UV_NAMED_PIPE => AnyHandle::Pipe(&*this.cast()),
                UV_POLL => AnyHandle::Poll(&*this.cast()),
                UV_PREPARE => AnyHandle::Prepare(&*this.cast()),
                UV_PROCESS => AnyHandle::Process(&*this.cast()),
                UV_SIGNAL => AnyHandle::Signal(&*this.cast()),
                UV_TCP => AnyHandle::Tcp(&*this.cast()),
                UV_TIMER => AnyHandle::Timer(&*this.cast()),
                UV_TTY => AnyHandle::Tty(&*this.cast()),
                UV_UDP => AnyHandle::Udp(&*this.cast()),
                _ => AnyHandle::Unknown,
            }
        }
    }
}

impl uv_stream_t {
    /// The pipe that this is, if it is one.
    #[inline]
    pub(crate) fn as_pipe(&self) -> Option<&uv_pipe_t> {
        match self.kind() {
            AnyHandle::Pipe(pipe) => Some(pipe),
            _ => None,
        }
    }
}
