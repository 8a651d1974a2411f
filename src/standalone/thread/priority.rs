//! The priorities of threads.

use libc::c_int;

use crate::abi::{
    UV_THREAD_PRIORITY_ABOVE_NORMAL, UV_THREAD_PRIORITY_BELOW_NORMAL, UV_THREAD_PRIORITY_HIGHEST,
    UV_THREAD_PRIORITY_LOWEST, UV_THREAD_PRIORITY_NORMAL,
};
use crate::core::memory::out::Out;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::thread::{self as sys, Thread};

pub(crate) fn get(thread: Thread, result: Option<Out<c_int>>) -> UvResult {
    let result = result.ok_or(Errno::EINVAL)?;
    let (policy, param) = thread.scheduling()?;
    // Under the default policy all priorities are 0 and the nice value decides.
    let by_nice = policy == sys::DEFAULT_POLICY && thread.is_current();
    result.set(if by_nice { sys::nice(0)? } else { param.sched_priority });
    Ok(())
}

pub(crate) fn set(thread: Thread, priority: c_int) -> UvResult {
    if !(UV_THREAD_PRIORITY_LOWEST..=UV_THREAD_PRIORITY_HIGHEST).contains(&priority) {
        return Err(Errno::EINVAL);
    }
    let (policy, mut param) = thread.scheduling()?;
    if policy == sys::DEFAULT_POLICY && thread.is_current() {
        return sys::set_nice(0, -2 * priority);
    }
    let wanted = priority_within(sys::priority_range(policy)?, priority);
    if param.sched_priority == wanted {
        return Ok(());
    }
    param.sched_priority = wanted;
    thread.set_scheduling(policy, &param)
}

/// A priority of ours on the scale of a scheduling policy.
fn priority_within((min, max): (c_int, c_int), priority: c_int) -> c_int {
    let range = max - min;
    match priority {
        UV_THREAD_PRIORITY_HIGHEST => max,
        UV_THREAD_PRIORITY_ABOVE_NORMAL => min + range * 3 / 4,
        UV_THREAD_PRIORITY_NORMAL => min + range / 2,
        UV_THREAD_PRIORITY_BELOW_NORMAL => min + range / 4,
        _ => min,
    }
}
