//! Which mount a file is on.

use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::c_int;

use super::stat::{Mount, Target};
use crate::sys::errno::{Errno, UvResult, check};

/// Linux 6.5: a handle that only tells files apart, which all file systems can give.
const AT_HANDLE_FID: c_int = 0x200;
/// Linux 6.12: the mount's number that is never given out again, the one of `STATX_MNT_ID_UNIQUE`.
const AT_HANDLE_MNT_ID_UNIQUE: c_int = 0x001;

/// Set when the system cannot tell, or a filter forbids the call.
static CANNOT_TELL: AtomicBool = AtomicBool::new(false);

/// A handle without room for what it holds.
#[repr(C)]
struct Handle {
    bytes: u32,
    kind: c_int,
}

/// The mount that an open file is on. Its file system names the file by what it has in memory; one that cannot is
/// `UV_ENOTSUP`. `UV_ENOSYS` where the system cannot tell.
#[inline(never)]
pub(super) fn mount_of(target: Target) -> UvResult<Mount> {
    let Target::Descriptor(fd) = target else { return Err(Errno::EINVAL) };
    if CANNOT_TELL.load(Relaxed) {
        return Err(Errno::ENOSYS);
    }
    let mut handle = Handle { bytes: 0, kind: 0 };
    let mut mount = 0_u64;
    let flags = libc::AT_EMPTY_PATH | AT_HANDLE_FID | AT_HANDLE_MNT_ID_UNIQUE;
    let name: &CStr = c"";
    // SAFETY: the name outlives the call, which writes a handle of no bytes and, as it is asked to, a number of 64 bits.
    let answer = check(unsafe {
        libc::syscall(libc::SYS_name_to_handle_at, fd, name.as_ptr(), &raw mut handle, &raw mut mount, flags)
    } as c_int);
    match answer {
        // There never is room for the handle.
        Ok(_) | Err(Errno::EOVERFLOW) if mount != 0 => Ok(Mount::unique(mount)),
        Err(Errno::EINVAL | Errno::ENOSYS | Errno::EPERM | Errno::EACCES) => {
            CANNOT_TELL.store(true, Relaxed);
            Err(Errno::ENOSYS)
        }
        Ok(_) => Err(Errno::ENOTSUP),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::fs::file;
    use crate::sys::fs::stat::{Freshness, stat};

    #[test]
    fn a_mount_has_the_name_that_stat_gives_it() {
        for path in [c"/", c"/proc", c"/dev", c"/tmp"] {
            let Ok(opened) = file::open(path, libc::O_PATH, 0) else { continue };
            let target = Target::Descriptor(opened.fd());
            match mount_of(target) {
                Err(error) => assert_eq!(error, Errno::ENOSYS),
                Ok(mount) => assert_eq!(Some(mount), stat(target, Freshness::Known).unwrap().mount),
            }
        }
    }
}
