//! Processors.

use libc::{c_int, c_uint};

use crate::abi::uv_cpu_info_t;
use crate::core::memory::alloc;
use crate::core::memory::block::give;
use crate::core::memory::out::lend_out;
use crate::standalone::os::cpu;
use crate::sys::errno::to_status;
use crate::sys::thread;

/// Lists the processors that are online: model, highest speed in MHz, times in ms.
///
/// Returns 0 and an array to be freed with [`uv_free_cpu_info`], or `UV_ENOMEM` or the system's error.
/// Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_cpu_info>, since 1.0.
///
/// # Safety
/// `cpu_infos` and `count` are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cpu_info(cpu_infos: *mut *mut uv_cpu_info_t, count: *mut c_int) -> c_int {
    // SAFETY: both are writable, as documented.
    let (array, count) = unsafe { (lend_out(cpu_infos), lend_out(count)) };
    to_status(give(cpu::info().map(Some), array, count))
}

/// Frees what [`uv_cpu_info`] gave; NULL is allowed. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_free_cpu_info>, since 1.0.
///
/// # Safety
/// `cpu_infos` came from [`uv_cpu_info`] and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_free_cpu_info(cpu_infos: *mut uv_cpu_info_t, _count: c_int) {
    // SAFETY: null or what uv_cpu_info gave, whose only owner the program was, as documented.
    unsafe { alloc::free(cpu_infos.cast()) };
}

/// The number of bytes in the masks of `uv_thread_setaffinity`. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_cpumask_size>, since 1.45.
#[unsafe(no_mangle)]
pub extern "C" fn uv_cpumask_size() -> c_int {
    thread::CPU_MAX as c_int
}

/// How many threads make sense: the processors that the calling thread may use, or fewer if the process has a
/// quota; never 0. Cannot fail. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_available_parallelism>, since 1.44.
#[unsafe(no_mangle)]
pub extern "C" fn uv_available_parallelism() -> c_uint {
    cpu::parallelism()
}
