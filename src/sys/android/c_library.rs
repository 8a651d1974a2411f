//! What C libraries over the same kernel do not all have, or the `libc` crate does not say of each: here, for Android.

use libc::{Ioctl, c_char, c_int, c_void, cpu_set_t, pid_t, pthread_t, size_t};

pub(crate) use libc::__errno as errno_location;

use crate::abi::pthread_once_t;
use crate::sys::errno_place;

pub(crate) const MREMAP_MAYMOVE: c_int = 1;
pub(crate) const RESOLVE_CACHED: u64 = 0x20;
pub(crate) const RESOLVE_NO_XDEV: u64 = 0x01;
pub(crate) const RUSAGE_THREAD: c_int = 1;
pub(crate) const SCHED_OTHER: c_int = libc::SCHED_NORMAL;
pub(crate) const TIOCGPTN: Ioctl = 0x8004_5430_u32 as Ioctl;

/// How `openat2` opens a file: the kernel's own type, for a call that goes by number.
#[repr(C)]
pub(crate) struct open_how {
    pub(crate) flags: u64,
    pub(crate) mode: u64,
    pub(crate) resolve: u64,
}

unsafe extern "C" {
    pub(crate) fn dup3(from: c_int, to: c_int, flags: c_int) -> c_int;
    pub(crate) fn mremap(old: *mut c_void, held: size_t, wanted: size_t, flags: c_int, ...) -> *mut c_void;
    pub(crate) fn pthread_getname_np(thread: pthread_t, name: *mut c_char, room: size_t) -> c_int;
    pub(crate) fn pthread_once(once: *mut pthread_once_t, function: extern "C" fn()) -> c_int;
    fn pthread_gettid_np(thread: pthread_t) -> pid_t;
}

/// The C library has it since Android 16; the kernel's call, by the thread's number, is everywhere.
///
/// # Safety
/// The thread lives, and `cpus` is of that size and may be written.
pub(crate) unsafe fn pthread_getaffinity_np(thread: pthread_t, size: size_t, cpus: *mut cpu_set_t) -> c_int {
    // SAFETY: as documented.
    returned(unsafe { libc::sched_getaffinity(pthread_gettid_np(thread), size, cpus) })
}

/// As [`pthread_getaffinity_np`].
///
/// # Safety
/// The thread lives, and `cpus` is of that size.
pub(crate) unsafe fn pthread_setaffinity_np(
    thread: pthread_t,
    size: size_t,
    cpus: *const cpu_set_t,
) -> c_int {
    // SAFETY: as documented.
    returned(unsafe { libc::sched_setaffinity(pthread_gettid_np(thread), size, cpus) })
}

/// Functions of pthread return the error.
fn returned(result: c_int) -> c_int {
    if result == -1 { errno_place::get() } else { 0 }
}

pub(crate) const CANCEL_DISABLE: c_int = 1;

/// Threads cannot be cancelled here.
pub(crate) fn set_cancel_state(_: c_int) -> c_int {
    CANCEL_DISABLE
}
