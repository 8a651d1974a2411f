//! Memory of the machine and of this process.

use libc::sysinfo;

use crate::sys::errno::{Errno, UvResult, check};
use crate::sys::procfs::{self, number, numbers};
use crate::sys::thread::page_size;
use crate::sys::wide::{self, rlimit};

pub(crate) fn system_info() -> UvResult<sysinfo> {
    // SAFETY: the type is made of integers, for which zero is a value, and writable.
    unsafe {
        let mut info: sysinfo = std::mem::zeroed();
        check(libc::sysinfo(&raw mut info))?;
        Ok(info)
    }
}

/// Bytes that a field of `/proc/meminfo` counts, or else a field of `sysinfo`; 0 if unknown.
#[allow(clippy::useless_conversion, reason = "a long is narrower on some systems")]
fn meminfo(field: &[u8], otherwise: impl Fn(&sysinfo) -> libc::c_ulong) -> u64 {
    let mut buf = [0; 4096];
    let text = procfs::read_start(c"/proc/meminfo", &mut buf).unwrap_or_default();
    if let Some(kb) = find_field(text, field) {
        return kb * 1024;
    }
    system_info().map_or(0, |info| u64::from(info.mem_unit) * u64::from(otherwise(&info)))
}

/// The number behind a name and a colon, unless it is 0.
fn find_field(text: &[u8], field: &[u8]) -> Option<u64> {
    procfs::lines(text)
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(b":").and_then(number))
        .filter(|value| *value != 0)
}

/// Bytes that programs can have without swapping; 0 if unknown.
pub(crate) fn free() -> u64 {
    meminfo(b"MemAvailable", |info| info.freeram)
}

/// Bytes that there are; 0 if unknown.
pub(crate) fn total() -> u64 {
    meminfo(b"MemTotal", |info| info.totalram)
}

/// Bytes of this process that are in memory.
pub(crate) fn resident() -> UvResult<usize> {
    // In pages: all, resident, shared ... `stat` says the same and costs the kernel far more.
    let mut buf = [0; 128];
    let text = procfs::read_start(c"/proc/self/statm", &mut buf)?;
    let pages = numbers(text).nth(1).ok_or(Errno::EINVAL)?;
    usize::try_from(pages).ok().and_then(|pages| pages.checked_mul(page_size())).ok_or(Errno::EINVAL)
}

/// The lower of the soft limits on address space and data; nothing if there is none.
pub(crate) fn resource_limit() -> Option<u64> {
    let soft = |resource| {
        let mut limit = rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: `limit` is ours and writable.
        let known = unsafe { wide::getrlimit(resource, &raw mut limit) } == 0;
        (known && limit.rlim_cur != wide::RLIM_INFINITY).then_some(limit.rlim_cur)
    };
    soft(libc::RLIMIT_AS).into_iter().chain(soft(libc::RLIMIT_DATA)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text = b"MemTotal:       16384 kB\nMemFree:  0 kB\nXMemAvailable: 3 kB\nMemAvailable:   77 kB\n";
        assert_eq!(find_field(text, b"MemTotal"), Some(16384));
        assert_eq!(find_field(text, b"MemAvailable"), Some(77));
        assert_eq!(find_field(text, b"MemFree"), None);
        assert_eq!(find_field(text, b"Mem"), None);
    }

    #[test]
    fn this_process_has_memory() {
        assert!(resident().unwrap() > 0 && total() > 0 && free() > 0);
    }
}
