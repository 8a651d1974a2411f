//! Calls that take paths.

use std::ffi::{CStr, c_char};
use std::ptr::{NonNull, null_mut};

use libc::{c_int, gid_t, mode_t, timespec, uid_t};

use super::file::Owned;
use crate::sys::errno::{Errno, UvResult, check, check_size};

/// The answer of a call that only succeeds or fails.
fn done(answer: c_int) -> UvResult {
    check(answer).map(drop)
}

pub(crate) fn access(path: &CStr, mode: c_int) -> UvResult {
    // SAFETY: a C string that outlives the call.
    done(unsafe { libc::access(path.as_ptr(), mode) })
}

pub(crate) fn chmod(path: &CStr, mode: mode_t) -> UvResult {
    // SAFETY: a C string that outlives the call.
    done(unsafe { libc::chmod(path.as_ptr(), mode) })
}

pub(crate) fn chown(path: &CStr, uid: uid_t, gid: gid_t) -> UvResult {
    // SAFETY: a C string that outlives the call.
    done(unsafe { libc::chown(path.as_ptr(), uid, gid) })
}

/// As [`chown`], on a symbolic link itself.
pub(crate) fn lchown(path: &CStr, uid: uid_t, gid: gid_t) -> UvResult {
    // SAFETY: a C string that outlives the call.
    done(unsafe { libc::lchown(path.as_ptr(), uid, gid) })
}

/// What to do with a symbolic link at the end of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    Yes,
    No,
}

/// Sets the access and the modification time, in this order.
pub(crate) fn utime(path: &CStr, times: &[timespec; 2], follow: Follow) -> UvResult {
    let flags = if follow == Follow::Yes { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: a C string that outlives the call, which reads two times.
    done(unsafe { libc::utimensat(libc::AT_FDCWD, path.as_ptr(), times.as_ptr(), flags) })
}

pub(crate) fn mkdir(path: &CStr, mode: mode_t) -> UvResult {
    // SAFETY: a C string that outlives the call.
    done(unsafe { libc::mkdir(path.as_ptr(), mode) })
}

pub(crate) fn rmdir(path: &CStr) -> UvResult {
    // SAFETY: a C string that outlives the call.
    done(unsafe { libc::rmdir(path.as_ptr()) })
}

pub(crate) fn unlink(path: &CStr) -> UvResult {
    // SAFETY: a C string that outlives the call.
    done(unsafe { libc::unlink(path.as_ptr()) })
}

pub(crate) fn rename(from: &CStr, to: &CStr) -> UvResult {
    // SAFETY: two C strings that outlive the call.
    done(unsafe { libc::rename(from.as_ptr(), to.as_ptr()) })
}

pub(crate) fn link(existing: &CStr, new: &CStr) -> UvResult {
    // SAFETY: two C strings that outlive the call.
    done(unsafe { libc::link(existing.as_ptr(), new.as_ptr()) })
}

/// Makes the link `new` whose text is `target`.
pub(crate) fn symlink(target: &CStr, new: &CStr) -> UvResult {
    // SAFETY: two C strings that outlive the call.
    done(unsafe { libc::symlink(target.as_ptr(), new.as_ptr()) })
}

/// Writes a link's text into `buf` and returns its length; what does not fit is cut off.
pub(crate) fn readlink(path: &CStr, buf: &mut [u8]) -> UvResult<usize> {
    // SAFETY: a C string that outlives the call, which writes at most the length it is given.
    check_size(unsafe { libc::readlink(path.as_ptr(), buf.as_mut_ptr().cast(), buf.len()) })
}

/// A path in memory of the C library.
pub(crate) struct RealPath(NonNull<c_char>);

impl RealPath {
    pub(crate) fn as_c_str(&self) -> &CStr {
        // SAFETY: realpath(3) returned a C string, which is ours until we drop it.
        unsafe { CStr::from_ptr(self.0.as_ptr()) }
    }
}

impl Drop for RealPath {
    fn drop(&mut self) {
        // SAFETY: realpath(3) allocated it with the C library's malloc.
        unsafe { libc::free(self.0.as_ptr().cast()) };
    }
}

/// The absolute path without links, dots and double slashes.
pub(crate) fn realpath(path: &CStr) -> UvResult<RealPath> {
    // SAFETY: a C string that outlives the call; without a buffer it allocates one.
    let resolved = unsafe { libc::realpath(path.as_ptr(), null_mut()) };
    NonNull::new(resolved).map(RealPath).ok_or_else(Errno::last)
}

/// The place of a template for the calls that fill it in: a C string.
fn template(text: &mut [u8]) -> UvResult<*mut c_char> {
    // What stands behind the first NUL is of no interest.
    CStr::from_bytes_until_nul(text).map_err(|_| Errno::EINVAL)?;
    Ok(text.as_mut_ptr().cast())
}

/// Makes a directory of mode 0700 whose name replaces the `XXXXXX` at the end of the text, which has a NUL.
pub(crate) fn mkdtemp(text: &mut [u8]) -> UvResult {
    let template = template(text)?;
    // SAFETY: a C string in memory that is borrowed for the call.
    let made = unsafe { libc::mkdtemp(template) };
    if made.is_null() { Err(Errno::last()) } else { Ok(()) }
}

/// Makes a file of mode 0600, open for reading and writing, in the same way.
pub(crate) fn mkstemp(text: &mut [u8]) -> UvResult<Owned> {
    let template = template(text)?;
    // SAFETY: `template` found the NUL in memory that is borrowed for the call.
    check(unsafe { libc::mkostemp(template, libc::O_CLOEXEC | libc::O_LARGEFILE) }).map(Owned::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_codes() {
        assert_eq!(access(c"/nowhere/at-all", libc::F_OK), Err(Errno::ENOENT));
        assert_eq!(readlink(c"/", &mut [0; 8]), Err(Errno::EINVAL));
        assert_eq!(realpath(c"/.././/").unwrap().as_c_str(), c"/");
    }
}
