//! Moving data between descriptors inside the kernel.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::c_int;

use super::stat::file_system_kind;
use crate::sys::errno::{Errno, UvResult, check, check_size, retry};
use crate::sys::wide::{self, off_t};

const CEPH: u32 = 0x00c3_6400;
const SMB: [u32; 3] = [0x0000_517b, 0xfe53_4d42, 0xff53_4d42];

static NO_COPY_FILE_RANGE: AtomicBool = AtomicBool::new(false);

/// Copies inside the file system, from `offset` to the output's position. `None` if that cannot be
/// done for these files and another way may.
pub(crate) fn copy_range(input: c_int, offset: off_t, output: c_int, len: usize) -> UvResult<Option<usize>> {
    if NO_COPY_FILE_RANGE.load(Relaxed) {
        return Ok(None);
    }
    let mut from = offset;
    // SAFETY: the call updates one offset; a null offset stands for the output's position.
    let answer = check_size(unsafe {
        let none = std::ptr::null_mut::<off_t>();
        libc::syscall(libc::SYS_copy_file_range, input, &raw mut from, output, none, len, 0) as isize
    });
    match answer {
        Ok(copied) => Ok(Some(copied)),
        Err(Errno::ENOSYS) => {
            NO_COPY_FILE_RANGE.store(true, Relaxed);
            Ok(None)
        }
        // Other file systems, or two of them, or files that are no files.
        Err(Errno::ENOTSUP | Errno::EXDEV | Errno::EINVAL) => Ok(None),
        // Before Linux 4.20 Ceph refuses what it should not; copying in another way is never wrong.
        Err(Errno::EACCES) if file_system_kind(input) == Ok(CEPH) => Ok(None),
        // SMB refuses now and then.
        Err(Errno::EPERM) if is_smb(output) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sends `len` bytes of `input` from `offset` on; returns how many were sent.
pub(crate) fn sendfile(output: c_int, input: c_int, offset: off_t, len: usize) -> UvResult<usize> {
    let mut from = offset;
    // SAFETY: the call updates one offset.
    check_size(unsafe { wide::sendfile(output, input, &raw mut from, len) })
}

/// Makes `output` share the data of `input`.
pub(crate) fn clone(input: c_int, output: c_int) -> UvResult {
    // SAFETY: the request takes a descriptor as its argument.
    check(unsafe { libc::ioctl(output, libc::FICLONE, input) }).map(drop)
}

/// Whether the file is on an SMB share.
pub(crate) fn is_smb(fd: c_int) -> bool {
    file_system_kind(fd).is_ok_and(|kind| SMB.contains(&kind))
}

/// Waits until `fd` takes data; EIO if it never will.
pub(crate) fn wait_writable(fd: c_int) -> UvResult {
    let mut entry = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    // SAFETY: one entry.
    let waited = retry(|| check(unsafe { libc::poll(&raw mut entry, 1, -1) }));
    if waited.is_err() || entry.revents & !libc::POLLOUT != 0 { Err(Errno::EIO) } else { Ok(()) }
}
