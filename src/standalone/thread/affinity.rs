//! Which processors a thread may run on: masks with a byte for each.

use crate::core::memory::out::OutBytes;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::thread::{CPU_MAX, Cpus, Thread};

/// The processors whose byte is not 0; `EINVAL` if there is not one for each.
pub(crate) fn read_mask(mask: &[u8]) -> UvResult<Cpus> {
    let mut cpus = Cpus::none();
    for (cpu, byte) in mask.get(..CPU_MAX).ok_or(Errno::EINVAL)?.iter().enumerate() {
        if *byte != 0 {
            cpus.add(cpu);
        }
    }
    Ok(cpus)
}

pub(crate) fn get(thread: Thread, mask: Option<OutBytes>) -> UvResult {
    let mut mask = mask.filter(|mask| mask.len() >= CPU_MAX).ok_or(Errno::EINVAL)?;
    let cpus = thread.affinity()?;
    for (cpu, byte) in mask.memory().iter_mut().take(CPU_MAX).enumerate() {
        byte.write(cpus.has(cpu).into());
    }
    Ok(())
}

/// Lets a thread run on these processors only; `old` receives those before.
pub(crate) fn set(thread: Thread, cpus: &Cpus, old: Option<OutBytes>) -> UvResult {
    if old.is_some() {
        get(thread, old)?;
    }
    thread.set_affinity(cpus)
}
