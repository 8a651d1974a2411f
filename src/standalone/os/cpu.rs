//! Processors.

use std::ptr::null;

use libc::{c_int, c_uint};

use crate::abi::{uv_cpu_info_t, uv_cpu_times_s};
use crate::core::memory::alloc;
use crate::core::memory::block::Block;
use crate::sys::errno::UvResult;
use crate::sys::{cgroup, cpu};

/// An array of all processors, with the names of the models behind it in the same block.
pub(crate) fn info() -> UvResult<Block<uv_cpu_info_t>> {
    let cpus = cpu::read()?;
    let names: usize = cpus.models.iter().map(|model| model.len() + 1).sum();
    let mut block = Block::new(cpus.list.len(), names)?;
    let mut models = Vec::new();
    for model in &cpus.models {
        alloc::try_push(&mut models, block.text(model)?)?;
    }
    for cpu in &cpus.list {
        let times = cpu.times;
        block.push(uv_cpu_info_t {
            model: models.get(cpu.model).map_or(null(), |model| model.cast_const()),
            speed: c_int::try_from(cpu.speed).unwrap_or(c_int::MAX),
            cpu_times: uv_cpu_times_s {
                user: times.user,
                nice: times.nice,
                sys: times.sys,
                idle: times.idle,
                irq: times.irq,
            },
        })?;
    }
    Ok(block)
}

/// How many threads make sense.
pub(crate) fn parallelism() -> c_uint {
    let usable = cpu::usable() as u64;
    let parallelism = cgroup::cpu_limit().map_or(usable, |limit| usable.min(limit));
    c_uint::try_from(parallelism).unwrap_or(c_uint::MAX)
}
