//! The event loop: its making and its end. <https://docs.libuv.org/en/v1.x/loop.html>

mod running;
mod walk;

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use libc::{c_int, c_void};

use crate::abi::*;
use crate::api::kinds;
use crate::core::handle::flags;
use crate::core::lend::lend;
use crate::core::queue::handles;
use crate::core::{alloc, inner, req, run};
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::fd;

fn init(loop_: &uv_loop_t) -> UvResult {
    let data = loop_.data.get();
    // SAFETY: all zeroes is valid for cells of integers, pointers and optional functions.
    unsafe { std::ptr::from_ref(loop_).cast_mut().write_bytes(0, 1) };
    loop_.data.set(data);
    for list in [
        &loop_.wq,
        &loop_.idle_handles,
        &loop_.async_handles,
        &loop_.check_handles,
        &loop_.prepare_handles,
        &loop_.handle_queue,
        &loop_.pending_queue,
        &loop_.watcher_queue,
        &loop_.process_handles,
    ] {
        list.init();
    }
    loop_.signal_pipefd.set([-1, -1]);
    loop_.async_wfd.set(-1);
    loop_.emfile_fd.set(-1);
    loop_.inotify_fd.set(-1);
    inner::create(loop_)?;
    run::update_time(loop_);
    loop_.backend_fd.set(inner(loop_).poller.with(|poller| poller.fd()));
    Ok(())
}

fn close(loop_: &uv_loop_t) -> UvResult {
    if !inner::is_open(loop_) {
        return Err(Errno::EINVAL); // it was closed before
    }
    let is_left = |handle: &uv_handle_t| !handle.has(flags::INTERNAL);
    // A loop that runs has a turn to finish.
    if inner(loop_).runs.get() > 0 || req::has_active(loop_) || handles(loop_).iter().any(is_left) {
        return Err(Errno::EBUSY);
    }
    let as_ptr = std::ptr::from_ref(loop_).cast_mut();
    // SAFETY: not converted.
    unsafe { kinds::loop_close(as_ptr) };
    release(loop_);
    let _ = DEFAULT.compare_exchange(as_ptr, null_mut(), Ordering::AcqRel, Ordering::Relaxed);
    Ok(())
}

/// Frees what `init` made, when other threads have left it.
fn release(loop_: &uv_loop_t) {
    inner(loop_).wakeup.wait_for_holders();
    loop_.backend_fd.set(-1);
    if loop_.emfile_fd.get() != -1 {
        fd::close(loop_.emfile_fd.replace(-1));
    }
    inner::delete(loop_);
}

fn configure(loop_: &uv_loop_t, option: uv_loop_option, argument: c_int) -> UvResult {
    match option {
        UV_METRICS_IDLE_TIME => inner(loop_).metrics.measure_idle(),
        UV_LOOP_BLOCK_SIGNAL if argument == libc::SIGPROF => {
            loop_.flags.set(loop_.flags.get() | run::BLOCK_SIGPROF);
        }
        UV_LOOP_BLOCK_SIGNAL => return Err(Errno::EINVAL),
        // Accepted: file operations are served without a ring; see docs/differences.md.
        UV_LOOP_USE_IO_URING_SQPOLL => {}
        _ => return Err(Errno::ENOSYS),
    }
    Ok(())
}

/// After fork, in the child: a poller and a waker of its own, everything registered anew.
fn fork(loop_: &uv_loop_t) -> UvResult {
    let this = inner(loop_);
    this.wakeup.drop_waker();
    this.poller.with(|poller| {
        poller.drop_poll();
        poller.renew()?;
        loop_.backend_fd.set(poller.fd());
        this.wakeup.renew(poller)
    })?;
    // SAFETY: not converted.
    unsafe { kinds::loop_fork(std::ptr::from_ref(loop_).cast_mut()) }
}

struct DefaultLoop(UnsafeCell<MaybeUninit<uv_loop_t>>);

// SAFETY: only handed out as a pointer; libuv asks programs to use the default loop from one thread.
unsafe impl Sync for DefaultLoop {}

static DEFAULT_LOOP: DefaultLoop = DefaultLoop(UnsafeCell::new(MaybeUninit::zeroed()));
/// The default loop while it is initialised.
static DEFAULT: AtomicPtr<uv_loop_t> = AtomicPtr::new(null_mut());

fn default_loop() -> *mut uv_loop_t {
    let made = DEFAULT.load(Ordering::Acquire);
    if !made.is_null() {
        return made;
    }
    let loop_ = DEFAULT_LOOP.0.get().cast::<uv_loop_t>();
    // SAFETY: static memory of a loop's size.
    if init(unsafe { &*loop_ }).is_err() {
        return null_mut();
    }
    DEFAULT.store(loop_, Ordering::Release);
    loop_
}

/// Initialises `loop_`; its `data` field is left as it is.
///
/// Returns 0, `UV_ENOMEM`, or what the system answers, such as `UV_EMFILE`. Loops are independent:
/// any thread, one thread a loop.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_init>.
///
/// # Safety
/// `loop_` is writable memory that stays until uv_loop_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_init(loop_: *mut uv_loop_t) -> c_int {
    // SAFETY: our caller's promise.
    let loop_ = unsafe { lend(loop_) };
    to_status(init(loop_))
}

/// Frees what the loop holds. Returns 0, or `UV_EBUSY` while handles or requests are left.
/// Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_close>.
///
/// # Safety
/// `loop_` is initialised and does not run.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_close(loop_: *mut uv_loop_t) -> c_int {
    // SAFETY: our caller's promise.
    let loop_ = unsafe { lend(loop_) };
    to_status(close(loop_))
}

/// Allocates and initialises a loop; NULL on failure. Deprecated: use uv_loop_init. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html>.
///
/// # Safety
/// None; unsafe for uniformity.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_new() -> *mut uv_loop_t {
    let loop_ = alloc::malloc(size_of::<uv_loop_t>()).cast::<uv_loop_t>();
    // SAFETY: fresh memory of a loop's size; its data field is set, since `init` keeps it.
    unsafe {
        if loop_.is_null() {
            return loop_;
        }
        (*loop_).data.set(null_mut());
        if init(&*loop_).is_err() {
            alloc::free(loop_.cast());
            return null_mut();
        }
        loop_
    }
}

/// Closes a loop made by uv_loop_new and frees it. Deprecated: use uv_loop_close. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html>.
///
/// # Safety
/// `loop_` came from uv_loop_new, or is the default loop, and nothing is left in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_delete(loop_: *mut uv_loop_t) {
    // SAFETY: our caller's promise.
    unsafe {
        let is_default = loop_ == DEFAULT.load(Ordering::Acquire);
        if close(&*loop_).is_err() {
            crate::sys::abort::fatal("uv_loop_delete: the loop has open handles or active requests");
        }
        if !is_default {
            alloc::free(loop_.cast());
        }
    }
}

/// The process's default loop, initialised at the first call; NULL if that fails.
///
/// Not thread-safe: meant for one thread, usually the main one.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_default_loop>.
///
/// # Safety
/// Not called from two threads at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_default_loop() -> *mut uv_loop_t {
    default_loop()
}

/// Sets an option: `UV_LOOP_BLOCK_SIGNAL` (with SIGPROF), `UV_METRICS_IDLE_TIME`,
/// `UV_LOOP_USE_IO_URING_SQPOLL` (accepted). Call it before the first uv_run.
///
/// Returns 0, `UV_EINVAL` for another signal, `UV_ENOSYS` for an unknown option. Loop thread only.
///
/// In C this function is variadic. A variadic call passes an argument of this type, on the systems
/// that are supported, just where one of a fixed function stands.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_configure>.
///
/// # Safety
/// `loop_` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_configure(
    loop_: *mut uv_loop_t,
    option: uv_loop_option,
    argument: c_int,
) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { configure(lend(loop_), option, argument) })
}

/// Makes the loop usable in the child after fork. Returns 0 or an error. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_fork>.
///
/// # Safety
/// `loop_` is initialised; the process was just forked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_fork(loop_: *mut uv_loop_t) -> c_int {
    // SAFETY: our caller's promise.
    to_status(unsafe { fork(lend(loop_)) })
}

/// The size of `uv_loop_t` in bytes. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_size>.
///
/// # Safety
/// None; unsafe for uniformity.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_size() -> usize {
    size_of::<uv_loop_t>()
}

/// The loop's `data` field. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_get_data>.
///
/// # Safety
/// `loop_` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_get_data(loop_: *const uv_loop_t) -> *mut c_void {
    // SAFETY: our caller's promise.
    unsafe { (*loop_).data.get() }
}

/// Sets the loop's `data` field. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/loop.html#c.uv_loop_set_data>.
///
/// # Safety
/// `loop_` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_loop_set_data(loop_: *mut uv_loop_t, data: *mut c_void) {
    // SAFETY: our caller's promise.
    unsafe { (*loop_).data.set(data) };
}

extern "C" fn shut_down() {
    kinds::library_shutdown();
}

/// The end of the process, or the unloading of the library, waits for the workers, as libuv's does:
/// their code is about to go.
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_term_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".fini_array"))]
static AT_END: extern "C" fn() = shut_down;

/// Ends the library's own threads and frees what it holds beside the loops, which are closed.
/// Any thread, once, when nothing of the library is in use.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_library_shutdown>.
///
/// # Safety
/// No other thread is inside the library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_library_shutdown() {
    shut_down();
}
