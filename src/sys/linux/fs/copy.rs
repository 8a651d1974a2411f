//! Moving data between descriptors inside the kernel.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::c_int;

use super::stat::file_system_kind;
use crate::sys::errno::{Errno, UvResult, check, check_size, retry};
use crate::sys::wide::{self, off_t};

const SMB: [u32; 3] = [0x0000_517b, 0xfe53_4d42, 0xff53_4d42];

static NO_COPY_FILE_RANGE: AtomicBool = AtomicBool::new(false);
static NO_SENDFILE: AtomicBool = AtomicBool::new(false);

/// Whether an error may mean that the system lacks the call, or that a filter forbids it.
fn may_be_missing(error: Errno) -> bool {
    matches!(error, Errno::ENOSYS | Errno::EPERM | Errno::EACCES | Errno::EINVAL | Errno::ENOTSUP)
}

/// Whether it does mean that: a call that is there answers EBADF for descriptors that are none.
fn is_missing(on_no_files: impl FnOnce() -> UvResult<usize>) -> bool {
    on_no_files() != Err(Errno::EBADF)
}

/// Copies inside the file system, from `offset` to the output's position. `None` if that cannot be
/// done for these files and another way may.
pub(crate) fn copy_range(input: c_int, offset: off_t, output: c_int, len: usize) -> UvResult<Option<usize>> {
    if NO_COPY_FILE_RANGE.load(Relaxed) {
        return Ok(None);
    }
    match try_copy_range(input, offset, output, len) {
        Ok(copied) => Ok(Some(copied)),
        // No other way would do better.
        Err(
            error @ (Errno::EINTR
            | Errno::EIO
            | Errno::ENOSPC
            | Errno::EFBIG
            | Errno::ENOMEM
            | Errno::EOVERFLOW
            | Errno::EISDIR),
        ) => Err(error),
        // Other file systems, or two of them, or files that are no files; Ceph and SMB now and then; a filter.
        Err(error) => {
            if may_be_missing(error) && is_missing(|| try_copy_range(-1, 0, -1, 1)) {
                NO_COPY_FILE_RANGE.store(true, Relaxed);
            }
            Ok(None)
        }
    }
}

fn try_copy_range(input: c_int, offset: off_t, output: c_int, len: usize) -> UvResult<usize> {
    let mut from = offset;
    // SAFETY: the call updates one offset; a null offset stands for the output's position.
    check_size(unsafe {
        let none = std::ptr::null_mut::<off_t>();
        libc::syscall(libc::SYS_copy_file_range, input, &raw mut from, output, none, len, 0) as isize
    })
}

/// Sends `len` bytes of `input` from `offset` on; returns how many were sent. `None` if that cannot be
/// done for these files and another way may.
pub(crate) fn sendfile(output: c_int, input: c_int, offset: off_t, len: usize) -> UvResult<Option<usize>> {
    if NO_SENDFILE.load(Relaxed) {
        return Ok(None);
    }
    match try_sendfile(output, input, offset, len) {
        Ok(sent) => Ok(Some(sent)),
        Err(Errno::EIO | Errno::ENOTSOCK | Errno::EXDEV | Errno::ESPIPE) => Ok(None),
        Err(error) if may_be_missing(error) => {
            if is_missing(|| try_sendfile(-1, -1, 0, 1)) {
                NO_SENDFILE.store(true, Relaxed);
            }
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn try_sendfile(output: c_int, input: c_int, offset: off_t, len: usize) -> UvResult<usize> {
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
