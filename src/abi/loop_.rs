//! The event loop.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::sync::atomic::AtomicI32;

use libc::{c_int, c_uint, c_ulong, c_void};

use super::async_::uv_async_s;
use super::handle::uv_handle_t;
use super::internal::{uv__io_s, uv__io_t, uv__queue};
use super::signal::uv_signal_s;
use super::thread::{uv_mutex_t, uv_rwlock_t};

c_enum! {
    /// What `uv_loop_configure` can set.
    typedef uv_loop_option: c_uint {
        UV_LOOP_BLOCK_SIGNAL = 0,
        UV_METRICS_IDLE_TIME = 1,
        UV_LOOP_USE_IO_URING_SQPOLL = 2,
    }
}

c_enum! {
    /// How `uv_run` runs.
    typedef uv_run_mode: c_uint {
        UV_RUN_DEFAULT = 0,
        UV_RUN_ONCE = 1,
        UV_RUN_NOWAIT = 2,
    }
}

/// How many requests are active.
#[repr(C)]
pub union uv__loop_active_reqs {
    pub unused: *mut c_void,
    pub count: ManuallyDrop<Cell<c_uint>>,
}

/// The timers of a loop.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv__loop_timer_heap {
    pub min: *mut c_void,
    pub nelts: c_uint,
}

/// An event loop.
#[repr(C)]
pub struct uv_loop_s {
    pub data: Cell<*mut c_void>,
    pub active_handles: Cell<c_uint>,
    pub handle_queue: uv__queue,
    pub active_reqs: uv__loop_active_reqs,
    pub internal_fields: Cell<*mut c_void>,
    pub stop_flag: Cell<c_uint>,
    pub flags: Cell<c_ulong>,
    pub backend_fd: Cell<c_int>,
    pub pending_queue: uv__queue,
    pub watcher_queue: uv__queue,
    pub watchers: Cell<*mut *mut uv__io_t>,
    pub nwatchers: Cell<c_uint>,
    pub nfds: Cell<c_uint>,
    pub wq: uv__queue,
    pub wq_mutex: Cell<uv_mutex_t>,
    pub wq_async: uv_async_s,
    pub cloexec_lock: Cell<uv_rwlock_t>,
    pub closing_handles: Cell<*mut uv_handle_t>,
    pub process_handles: uv__queue,
    pub prepare_handles: uv__queue,
    pub check_handles: uv__queue,
    pub idle_handles: uv__queue,
    pub async_handles: uv__queue,
    pub async_unused: Cell<Option<unsafe extern "C" fn()>>,
    pub async_io_watcher: uv__io_s,
    pub async_wfd: Cell<c_int>,
    pub timer_heap: Cell<uv__loop_timer_heap>,
    pub timer_counter: Cell<u64>,
    pub time: Cell<u64>,
    pub signal_pipefd: Cell<[c_int; 2]>,
    pub signal_io_watcher: uv__io_s,
    pub child_watcher: uv_signal_s,
    pub emfile_fd: Cell<c_int>,
    pub inotify_read_watcher: uv__io_s,
    pub inotify_watchers: Cell<*mut c_void>,
    pub inotify_fd: Cell<c_int>,
}

pub type uv_loop_t = uv_loop_s;

/// Counters of a loop.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_metrics_s {
    pub loop_count: u64,
    pub events: u64,
    pub events_waiting: u64,
    pub reserved: [*mut u64; 13],
}

pub type uv_metrics_t = uv_metrics_s;

impl uv__loop_active_reqs {
    #[inline(always)]
    pub(crate) fn count(&self) -> &Cell<c_uint> {
        // SAFETY: an integer in a cell, valid whatever its bytes.
        unsafe { &self.count }
    }
}

impl uv_loop_s {
    /// The end of the signal pipe that the loop reads.
    pub(crate) fn signal_reader(&self) -> &Cell<c_int> {
        // SAFETY: the first of two descriptors in a cell.
        unsafe { &*self.signal_pipefd.as_ptr().cast() }
    }

    /// The end that signal handlers write to, on whichever thread they run; -1 if there is no pipe.
    pub(crate) fn signal_writer(&self) -> &AtomicI32 {
        // SAFETY: the second one; once handles are started it is only used through this.
        unsafe { AtomicI32::from_ptr(self.signal_pipefd.as_ptr().cast::<c_int>().add(1)) }
    }
}
