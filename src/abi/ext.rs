//! What `uv/ext.h` adds to libuv's interface. All of its names begin with `uv_ext_`, and `uv.h` has none of them.

use libc::{c_char, c_int, c_uint, c_void, size_t};

use super::handle::{uv_handle_t, uv_handle_type};
use super::loop_::uv_loop_t;

/// Grows when something is added; nothing is taken away.
pub const UV_EXT_VERSION: c_int = 1;

/// Room for any name, with its NUL.
pub const UV_EXT_NAME_SIZE: usize = 32;

/// `uv_ext_blocked_t.what`: a callback holds its loop.
pub const UV_EXT_BLOCKED_LOOP: c_uint = 1;
/// `uv_ext_blocked_t.what`: jobs find no worker.
pub const UV_EXT_BLOCKED_POOL: c_uint = 2;

/// What a loop has done while it was looked at.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_ext_loop_metrics_s {
    /// Of the structure, by whoever compiled the program.
    pub size: size_t,
    /// Of the loop, since it was made.
    pub iterations: u64,
    /// Waiting for events.
    pub idle_ns: u64,
    /// In the program's callbacks, up to now.
    pub calling_ns: u64,
    /// In the library and the kernel, without waits.
    pub own_ns: u64,
    /// Callbacks that have returned.
    pub callbacks: u64,
    /// The longest of them.
    pub longest_callback_ns: u64,
    /// How long half of the iterations took at most, without their waits: so long what is ready waits.
    pub lag_p50_ns: u64,
    pub lag_p90_ns: u64,
    pub lag_p99_ns: u64,
    pub lag_max_ns: u64,
}

pub type uv_ext_loop_metrics_t = uv_ext_loop_metrics_s;

impl uv_ext_loop_metrics_s {
    /// All that follows the size.
    pub(crate) fn figures(&self) -> [u64; 10] {
        [
            self.iterations,
            self.idle_ns,
            self.calling_ns,
            self.own_ns,
            self.callbacks,
            self.longest_callback_ns,
            self.lag_p50_ns,
            self.lag_p90_ns,
            self.lag_p99_ns,
            self.lag_max_ns,
        ]
    }
}

/// What the workers do, and have done while they were looked at.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_ext_pool_metrics_s {
    /// Of the structure, by whoever compiled the program.
    pub size: size_t,
    pub threads: u64,
    /// Threads that are at a job.
    pub busy: u64,
    /// Jobs that wait for a thread.
    pub queued: u64,
    /// How long the first of them has waited.
    pub longest_wait_ns: u64,
    /// Jobs that were done.
    pub done: u64,
    /// How long half of them had waited at most.
    pub wait_p50_ns: u64,
    pub wait_p90_ns: u64,
    pub wait_p99_ns: u64,
    pub wait_max_ns: u64,
    /// How long half of them ran at most.
    pub run_p50_ns: u64,
    pub run_p90_ns: u64,
    pub run_p99_ns: u64,
    pub run_max_ns: u64,
}

pub type uv_ext_pool_metrics_t = uv_ext_pool_metrics_s;

impl uv_ext_pool_metrics_s {
    /// All that follows the size.
    pub(crate) fn figures(&self) -> [u64; 13] {
        [
            self.threads,
            self.busy,
            self.queued,
            self.longest_wait_ns,
            self.done,
            self.wait_p50_ns,
            self.wait_p90_ns,
            self.wait_p99_ns,
            self.wait_max_ns,
            self.run_p50_ns,
            self.run_p90_ns,
            self.run_p99_ns,
            self.run_max_ns,
        ]
    }
}

/// Who holds a loop, or keeps jobs from the workers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_ext_blocked_s {
    /// Of the structure, by the library that runs: fields beyond it are not there.
    pub size: size_t,
    /// UV_EXT_BLOCKED_LOOP or UV_EXT_BLOCKED_POOL.
    pub what: c_uint,
    /// 0 while it lasts, 1 when it has ended.
    pub ended: c_int,
    /// For how long.
    pub duration_ns: u64,
    /// The loop, to be compared only: it may be closed by now. NULL for the pool.
    pub r#loop: *const uv_loop_t,
    /// As `uv_ext_loop_set_name` gave it, or "".
    pub loop_name: *const c_char,
    /// The thread of the loop, or of the worker that is at its job for longest, as the system numbers it.
    pub thread: c_int,
    /// The kind of the handle, or UV_UNKNOWN_HANDLE.
    pub handle_type: uv_handle_type,
    /// As `uv_ext_handle_set_name` gave it, or "".
    pub handle_name: *const c_char,
    /// The function that is to blame; NULL if it is not known.
    pub function: *const c_void,
    /// Its name, or the module and the place there, or "".
    pub function_name: *const c_char,
    /// What it is called for, such as "timer", "read", "fs".
    pub kind: *const c_char,
    /// Jobs that wait for a worker.
    pub queued: u64,
}

pub type uv_ext_blocked_t = uv_ext_blocked_s;

/// Called on a thread of the library's own when something is blocked, and once more when it goes on.
pub type uv_ext_blocked_cb =
    Option<unsafe extern "C" fn(blocked: *const uv_ext_blocked_t, data: *mut c_void)>;

/// Begins to measure loops and workers (1), or ends it (0).
pub type uv_ext_measure_fn = Option<unsafe extern "C" fn(on: c_int) -> c_int>;

/// Writes down what the loop has done.
pub type uv_ext_loop_metrics_fn =
    Option<unsafe extern "C" fn(loop_: *mut uv_loop_t, metrics: *mut uv_ext_loop_metrics_t) -> c_int>;

/// Writes down what the workers do and have done.
pub type uv_ext_pool_metrics_fn = Option<unsafe extern "C" fn(metrics: *mut uv_ext_pool_metrics_t) -> c_int>;

/// Has `cb` called when a loop is held, or the pool is short of workers, for longer than the threshold.
pub type uv_ext_on_blocked_fn =
    Option<unsafe extern "C" fn(threshold_ms: u64, cb: uv_ext_blocked_cb, data: *mut c_void) -> c_int>;

/// Gives the loop a name, or takes it away (NULL).
pub type uv_ext_loop_set_name_fn =
    Option<unsafe extern "C" fn(loop_: *mut uv_loop_t, name: *const c_char) -> c_int>;

/// Copies the loop's name.
pub type uv_ext_loop_get_name_fn =
    Option<unsafe extern "C" fn(loop_: *const uv_loop_t, buffer: *mut c_char, size: *mut size_t) -> c_int>;

/// Gives the handle a name, or takes it away (NULL).
pub type uv_ext_handle_set_name_fn =
    Option<unsafe extern "C" fn(handle: *mut uv_handle_t, name: *const c_char) -> c_int>;

/// Copies the handle's name.
pub type uv_ext_handle_get_name_fn =
    Option<unsafe extern "C" fn(handle: *const uv_handle_t, buffer: *mut c_char, size: *mut size_t) -> c_int>;
