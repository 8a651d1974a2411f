//! Processors.

use std::ptr::null_mut;

use libc::{c_char, c_int, c_uint};

use crate::abi::{uv_cpu_info_t, uv_cpu_times_s};
use crate::core::alloc;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::{cgroup, cpu, thread};

/// An array of all processors, with the names of the models behind it in the same block.
fn info() -> UvResult<(*mut uv_cpu_info_t, c_int)> {
    let cpus = cpu::read()?;
    let names: usize = cpus.models.iter().map(|model| model.len() + 1).sum();
    let count = cpus.list.len();
    let array = alloc::calloc(1, count * size_of::<uv_cpu_info_t>() + names).cast::<uv_cpu_info_t>();
    if array.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: the block is zeroed and has room for all processors and then for all names.
    unsafe {
        let first_name = array.add(count).cast::<c_char>();
        let mut name = first_name;
        for model in &cpus.models {
            name.copy_from_nonoverlapping(model.as_ptr().cast(), model.len());
            name = name.add(model.len() + 1);
        }
        for (i, cpu) in cpus.list.iter().enumerate() {
            let before: usize = cpus.models.iter().take(cpu.model).map(|model| model.len() + 1).sum();
            let times = cpu.times;
            array.add(i).write(uv_cpu_info_t {
                model: first_name.add(before),
                speed: c_int::try_from(cpu.speed).unwrap_or(c_int::MAX),
                cpu_times: uv_cpu_times_s {
                    user: times.user,
                    nice: times.nice,
                    sys: times.sys,
                    idle: times.idle,
                    irq: times.irq,
                },
            });
        }
    }
    Ok((array, count as c_int))
}

fn parallelism() -> u64 {
    let usable = cpu::usable() as u64;
    cgroup::cpu_limit().map_or(usable, |limit| usable.min(limit))
}

/// Lists the processors that are online: model, highest speed in MHz, times in ms.
///
/// Returns 0 and an array to be freed with [`uv_free_cpu_info`], or `UV_ENOMEM` or the system's error.
/// Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_cpu_info>.
///
/// # Safety
/// `cpu_infos` and `count` are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_cpu_info(cpu_infos: *mut *mut uv_cpu_info_t, count: *mut c_int) -> c_int {
    let result = info();
    // SAFETY: the caller's promise.
    unsafe { (*cpu_infos, *count) = *result.as_ref().unwrap_or(&(null_mut(), 0)) };
    to_status(result.map(|_| ()))
}

/// Frees what [`uv_cpu_info`] gave; NULL is allowed. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_free_cpu_info>.
///
/// # Safety
/// `cpu_infos` came from [`uv_cpu_info`] and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_free_cpu_info(cpu_infos: *mut uv_cpu_info_t, _count: c_int) {
    // SAFETY: the caller's promise.
    unsafe { alloc::free(cpu_infos.cast()) };
}

/// The number of bytes in the masks of `uv_thread_setaffinity`. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_cpumask_size>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_cpumask_size() -> c_int {
    thread::CPU_MAX as c_int
}

/// How many threads make sense: the processors that the calling thread may use, or fewer if the
/// process has a quota; never 0. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_available_parallelism>.
#[unsafe(no_mangle)]
pub extern "C" fn uv_available_parallelism() -> c_uint {
    c_uint::try_from(parallelism()).unwrap_or(c_uint::MAX)
}
