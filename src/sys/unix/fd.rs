//! File descriptors: opening, flags, reading, writing, closing.

use std::cell::Cell;
use std::ffi::CStr;
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use libc::{c_int, c_void, iovec, mode_t};

use crate::sys::errno::{Errno, UvResult, check, check_size, retry};
use crate::sys::may_lack::MayLack;
use crate::sys::{c_library, identity, sigpipe, wide};

/// Memory for the kernel to fill. Others may have it as well, so it is cells and not `&mut`. For memory of
/// one's own: `Cell::from_mut(room).as_slice_of_cells()`.
pub(crate) type Memory = [Cell<MaybeUninit<u8>>];

/// The most bytes that Linux moves in one call; larger requests are cut to it.
pub(crate) const MAX_IO_BYTES: usize = 0x7fff_f000;

/// The most pieces that one vectored call takes.
pub(crate) const MAX_IOVECS: usize = libc::UIO_MAXIOV as usize;

/// Closes. Not repeated after EINTR: the descriptor is gone all the same, and may be another's by then.
pub(crate) fn close(fd: c_int) {
    // SAFETY: a plain system call; whoever passes `fd` owns it.
    unsafe { libc::close(fd) };
}

/// Opens with close-on-exec.
pub(crate) fn open(path: &CStr, flags: c_int) -> UvResult<OwnedFd> {
    // SAFETY: `path` is a C string for the length of the call; what is opened is nobody's yet.
    unsafe {
        let fd = retry(|| check(wide::open(path.as_ptr(), flags | libc::O_CLOEXEC)))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// Opens a file for writing, with close-on-exec; one that was there loses what it had. `UV_EAGAIN` where another
/// process has opened it so. It never waits: a pipe that nobody reads is `UV_ENXIO`.
pub(crate) fn create_alone(path: &CStr) -> UvResult<OwnedFd> {
    let made = create(path, 0)?;
    // Where there are no locks, or it is no file, nobody is kept out.
    // SAFETY: plain calls about a descriptor of our own.
    unsafe {
        if check(libc::flock(made.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB)) == Err(Errno::EAGAIN) {
            return Err(Errno::EAGAIN);
        }
        wide::ftruncate(made.as_raw_fd(), 0);
    }
    Ok(made)
}

/// Opens a file for writing, without waiting and with these flags, or makes it, for this user alone. Where others may put
/// links, one of theirs is not followed (`UV_ELOOP`).
pub(crate) fn create(path: &CStr, flags: c_int) -> UvResult<OwnedFd> {
    let always = libc::O_WRONLY | libc::O_CREAT | libc::O_CLOEXEC | libc::O_NOCTTY | libc::O_NONBLOCK;
    let mode: libc::c_uint = 0o600;
    let open = |more: c_int| {
        // SAFETY: `path` is a C string for the length of the call.
        retry(|| check(unsafe { wide::open(path.as_ptr(), always | flags | more, mode) }))
    };
    let opened = open(libc::O_NOFOLLOW).or_else(|error| {
        let link = stat_at(libc::AT_FDCWD, path, libc::AT_SYMLINK_NOFOLLOW);
        let is_trusted = |owner| owner == 0 || owner == identity::effective_user();
        if error == Errno::ELOOP && link.is_ok_and(|link| is_trusted(link.st_uid)) {
            open(0)
        } else {
            Err(error)
        }
    })?;
    // SAFETY: just opened, and nobody's yet.
    Ok(unsafe { OwnedFd::from_raw_fd(opened) })
}

/// Makes reads and writes return EAGAIN rather than wait, or wait again.
pub(crate) fn set_nonblocking(fd: c_int, on: bool) -> UvResult {
    let mut value = c_int::from(on);
    // SAFETY: FIONBIO reads an int.
    retry(|| check(unsafe { libc::ioctl(fd, libc::FIONBIO, &raw mut value) })).map(drop)
}

/// Closes the descriptor in the child when a program is executed, or not.
pub(crate) fn set_cloexec(fd: c_int, on: bool) -> UvResult {
    // Not FIOCLEX: that is one call for two, but nothing for descriptors that only name a file (`O_PATH`). There is one
    // flag, so nothing is lost by not asking first.
    let flags = if on { libc::FD_CLOEXEC } else { 0 };
    // SAFETY: F_SETFD takes an int.
    retry(|| check(unsafe { libc::fcntl(fd, libc::F_SETFD, flags) })).map(drop)
}

/// The flags of the open file description, such as `O_RDWR`.
pub(crate) fn status_flags(fd: c_int) -> UvResult<c_int> {
    // SAFETY: F_GETFL takes no argument.
    retry(|| check(unsafe { libc::fcntl(fd, libc::F_GETFL) }))
}

/// Sets or takes away a flag of the open file description, such as `O_NONBLOCK`.
pub(crate) fn set_status_flag(fd: c_int, flag: c_int, on: bool) -> UvResult {
    let flags = status_flags(fd)?;
    let wanted = if on { flags | flag } else { flags & !flag };
    if wanted == flags {
        return Ok(());
    }
    // SAFETY: F_SETFL takes an int.
    retry(|| check(unsafe { libc::fcntl(fd, libc::F_SETFL, wanted) })).map(drop)
}

/// What the system knows of the file behind `fd`.
#[inline(never)]
pub(crate) fn stat(fd: c_int) -> UvResult<wide::stat> {
    // SAFETY: all zeroes is a valid `stat`, which the call fills in.
    unsafe {
        let mut stat: wide::stat = std::mem::zeroed();
        check(wide::fstat(fd, &raw mut stat))?;
        Ok(stat)
    }
}

/// What the system knows of what has that name in a folder; `options` as of fstatat(2).
#[inline(never)]
pub(crate) fn stat_at(folder: c_int, name: &CStr, options: c_int) -> UvResult<wide::stat> {
    // SAFETY: all zeroes is a valid `stat`, which the call fills in; the name is a C string.
    unsafe {
        let mut stat: wide::stat = std::mem::zeroed();
        check(wide::fstatat(folder, name.as_ptr(), &raw mut stat, options))?;
        Ok(stat)
    }
}

/// The type bits of the file behind `fd`, such as `S_IFSOCK`.
pub(crate) fn file_type(fd: c_int) -> UvResult<mode_t> {
    Ok(stat(fd)?.st_mode & libc::S_IFMT)
}

/// Changes the permissions of the file behind `fd`.
pub(crate) fn set_mode(fd: c_int, mode: mode_t) -> UvResult {
    // SAFETY: a plain system call.
    check(unsafe { libc::fchmod(fd, mode) }).map(drop)
}

/// Makes `to` a copy of `from`, with close-on-exec.
pub(crate) fn dup_onto(from: c_int, to: c_int) -> UvResult {
    static DUP3: MayLack = MayLack::new();
    // SAFETY: plain system calls.
    let dup3 = || retry(|| check(unsafe { c_library::dup3(from, to, libc::O_CLOEXEC) }));
    let dup2 = || {
        // `dup2` takes a number twice for nothing to do, `dup3` for a mistake.
        if from == to {
            return Err(Errno::EINVAL);
        }
        // SAFETY: no memory is passed; what was open as `to` is given up by who calls this.
        let copy = check(unsafe { libc::dup2(from, to) })?;
        set_cloexec(copy, true).map(|()| copy)
    };
    DUP3.or_else(dup3, dup2).map(drop)
}

/// A pipe, read end first, with close-on-exec and these further flags.
pub(crate) fn owned_pipe(flags: c_int) -> UvResult<[OwnedFd; 2]> {
    static PIPE2: MayLack = MayLack::new();
    PIPE2.or_else(
        // SAFETY: room for the two descriptors.
        || pair(|fds| unsafe { libc::pipe2(fds.as_mut_ptr(), flags | libc::O_CLOEXEC) }),
        || {
            // SAFETY: `pair` gives an array of two, and the call writes two descriptors.
            let ends = pair(|fds| unsafe { libc::pipe(fds.as_mut_ptr()) })?;
            for end in &ends {
                set_cloexec(end.as_raw_fd(), true)?;
                set_status_flag(end.as_raw_fd(), flags, flags != 0)?;
            }
            Ok(ends)
        },
    )
}

/// The two descriptors that `make` makes.
pub(super) fn pair(make: impl FnOnce(&mut [c_int; 2]) -> c_int) -> UvResult<[OwnedFd; 2]> {
    let mut fds = [-1; 2];
    check(make(&mut fds))?;
    // SAFETY: just made, and nobody else knows them.
    Ok(fds.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }))
}

/// Reads into `room`, and `EINTR` is an answer like any other.
#[inline(always)]
pub(crate) fn read_into_once(fd: c_int, room: &Memory) -> UvResult<usize> {
    // SAFETY: cells, as many bytes of them, which the kernel fills.
    unsafe { read_once(fd, room.as_ptr().cast_mut().cast(), room.len()) }
}

/// Reads into `room`.
pub(crate) fn read_into(fd: c_int, room: &Memory) -> UvResult<usize> {
    retry(|| read_into_once(fd, room))
}

/// Reads into `bytes`.
pub(crate) fn read_bytes(fd: c_int, bytes: &mut [u8]) -> UvResult<usize> {
    // SAFETY: room for that many bytes.
    unsafe { read(fd, bytes.as_mut_ptr().cast(), bytes.len()) }
}

/// Reads into `bytes` from that place in a file.
pub(crate) fn read_bytes_at(fd: c_int, bytes: &mut [u8], offset: u64) -> UvResult<usize> {
    let offset = wide::off_t::try_from(offset).map_err(|_| Errno::EINVAL)?;
    let len = bytes.len().min(MAX_IO_BYTES);
    // SAFETY: room for that many bytes, at each of the attempts.
    retry(|| check_size(unsafe { wide::pread(fd, bytes.as_mut_ptr().cast(), len, offset) }))
}

/// Writes to a pipe whose other end is open. Async-signal-safe.
pub(crate) fn write_bytes(fd: c_int, bytes: &[u8]) -> UvResult<usize> {
    // SAFETY: that many readable bytes.
    retry(|| check_size(unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) }))
}

/// Writes pieces to something that is not a socket, without raising SIGPIPE.
pub(crate) fn write_pieces(fd: c_int, pieces: &[IoSlice<'_>]) -> UvResult<usize> {
    // SAFETY: `IoSlice` is laid out as `iovec`.
    unsafe { write_vectored(fd, pieces.as_ptr().cast(), pieces.len()) }
}

/// Reads at most `len` bytes.
///
/// # Safety
/// `base` has room for `len` bytes.
pub(crate) unsafe fn read(fd: c_int, base: *mut c_void, len: usize) -> UvResult<usize> {
    // SAFETY: `base` has room for `len` bytes, at each of the attempts.
    retry(|| unsafe { read_once(fd, base, len) })
}

/// The same, and `EINTR` is an answer like any other.
///
/// # Safety
/// As for [`read`].
#[inline(always)]
pub(crate) unsafe fn read_once(fd: c_int, base: *mut c_void, len: usize) -> UvResult<usize> {
    // SAFETY: the system writes no more than `len` bytes, for which there is room at `base`.
    check_size(unsafe { libc::read(fd, base, len.min(MAX_IO_BYTES)) })
}

/// Writes to something that is not a socket, without raising SIGPIPE.
///
/// # Safety
/// `iov` points to `count` pieces of readable memory.
pub(crate) unsafe fn write_vectored(fd: c_int, iov: *const iovec, count: usize) -> UvResult<usize> {
    let count = count.min(MAX_IOVECS) as c_int;
    // SAFETY: there are at least that many pieces at `iov`, which are readable until the last attempt.
    retry(|| check_size(unsafe { sigpipe::writev(fd, iov, count) }))
}
