//! This process and others: priorities, resources used.

use libc::{c_int, timeval};

use crate::abi::{UV_PRIORITY_HIGHEST, UV_PRIORITY_LOW, uv_pid_t, uv_rusage_t, uv_timeval_t};
use crate::core::memory::out::Out;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{identity, thread};

/// What the process used (`RUSAGE_SELF`), or the calling thread ([`identity::THIS_THREAD`]).
pub(crate) fn used(who: c_int, place: Out<uv_rusage_t>) -> UvResult {
    let used = identity::used(who)?;
    let time = |time: timeval| uv_timeval_t { tv_sec: time.tv_sec, tv_usec: time.tv_usec };
    place.set(uv_rusage_t {
        ru_utime: time(used.ru_utime),
        ru_stime: time(used.ru_stime),
        ru_maxrss: used.ru_maxrss as u64,
        ru_ixrss: used.ru_ixrss as u64,
        ru_idrss: used.ru_idrss as u64,
        ru_isrss: used.ru_isrss as u64,
        ru_minflt: used.ru_minflt as u64,
        ru_majflt: used.ru_majflt as u64,
        ru_nswap: used.ru_nswap as u64,
        ru_inblock: used.ru_inblock as u64,
        ru_oublock: used.ru_oublock as u64,
        ru_msgsnd: used.ru_msgsnd as u64,
        ru_msgrcv: used.ru_msgrcv as u64,
        ru_nsignals: used.ru_nsignals as u64,
        ru_nvcsw: used.ru_nvcsw as u64,
        ru_nivcsw: used.ru_nivcsw as u64,
    });
    Ok(())
}

pub(crate) fn priority(pid: uv_pid_t, place: Option<Out<c_int>>) -> UvResult {
    let place = place.ok_or(Errno::EINVAL)?;
    place.set(thread::nice(pid)?);
    Ok(())
}

pub(crate) fn set_priority(pid: uv_pid_t, priority: c_int) -> UvResult {
    if (UV_PRIORITY_HIGHEST..=UV_PRIORITY_LOW).contains(&priority) {
        thread::set_nice(pid, priority)
    } else {
        Err(Errno::EINVAL)
    }
}
