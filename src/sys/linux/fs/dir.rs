//! Reading directories: many entries in one call, where nobody wants a `DIR`.

use std::ffi::CStr;
use std::mem::offset_of;

use libc::c_int;

use crate::sys::errno::{Errno, UvResult, check_size};
use crate::sys::unix::fs::dir::is_self_or_parent;
pub(crate) use crate::sys::unix::fs::dir::{Directory, Entry};

/// Reads as many entries as fit into `buf`, which is aligned for them; 0 bytes at the end.
fn read_block(fd: c_int, buf: &mut [u64]) -> UvResult<usize> {
    // SAFETY: the kernel writes whole entries, at most the length it is given.
    check_size(unsafe {
        libc::syscall(libc::SYS_getdents64, fd, buf.as_mut_ptr(), size_of_val(buf)) as isize
    })
}

/// Calls `each` for all entries of an open directory, through `buf`.
pub(crate) fn for_each(fd: c_int, buf: &mut [u64], mut each: impl FnMut(Entry) -> UvResult) -> UvResult {
    const LENGTH: usize = offset_of!(libc::dirent64, d_reclen);
    const KIND: usize = offset_of!(libc::dirent64, d_type);
    const NAME: usize = offset_of!(libc::dirent64, d_name);
    loop {
        let filled = match read_block(fd, buf) {
            Err(Errno::ENOENT) => 0, // it was removed, or its process has ended: there is nothing more
            other => other?,
        };
        if filled == 0 {
            return Ok(());
        }
        // SAFETY: the kernel has written that many bytes, of integers.
        let mut rest = unsafe { std::slice::from_raw_parts(buf.as_ptr().cast::<u8>(), filled) };
        while let Some(&[low, high]) = rest.get(LENGTH..LENGTH + 2) {
            let length = usize::from(u16::from_ne_bytes([low, high]));
            let Some((record, others)) = rest.split_at_checked(length) else { break };
            rest = others;
            let (Some(&kind), Some(name)) = (record.get(KIND), record.get(NAME..)) else { break };
            let Ok(name) = CStr::from_bytes_until_nul(name) else { continue };
            if !is_self_or_parent(name) {
                each(Entry { name, kind })?;
            }
        }
    }
}
