//! A table of descriptors for a thread of the library's own, apart from the program's.
//!
//! As long as two threads share a table, be the second one asleep, the kernel counts the users of a descriptor at each
//! system call. A thread that only looks on takes that cost from the program with a table of its own. Neither sees the
//! other's descriptors then: what is the program's is told by `/proc/self`, which shows those of its first thread.

use std::cell::Cell;
use std::ffi::CStr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use libc::{c_int, c_uint};

use crate::sys::errno::{Errno, UvResult, check, check_size, retry};
use crate::sys::fd;
use crate::sys::ours::{Ours, is_same};

const CLOSE_RANGE_UNSHARE: c_uint = 1 << 1;

/// What a program finds open when it starts; other code may write there.
const STANDARD: std::ops::RangeInclusive<RawFd> = libc::STDIN_FILENO..=libc::STDERR_FILENO;

/// Descriptors that a thread may keep.
const MOST: usize = 40;

thread_local! {
    /// The folder of the process, where this thread has a table of its own; else -1.
    static PROCESS: Cell<RawFd> = const { Cell::new(-1) };
}

/// Whether the calling thread has a table of its own.
pub(crate) fn is_apart() -> bool {
    PROCESS.get() >= 0
}

/// What is the program's in a thread's own table: copies, which it does not need.
pub(crate) struct Rest {
    kept: [RawFd; MOST],
}

/// Gives the calling thread, until its end, a table of its own in which it finds these descriptors by the numbers that
/// they have. It keeps sharing the program's where the system is too old or refuses, or `/proc` is not there.
pub(crate) fn part(others: impl Iterator<Item = RawFd>) -> UvResult<Rest> {
    if cfg!(uv_thread_sanitizer) {
        return Err(Errno::ENOTSUP); // for which a number is one descriptor in all threads
    }
    let folder = fd::open(c"/proc/self", libc::O_PATH | libc::O_DIRECTORY).and_then(Ours::new)?;
    let process = folder.get()?;
    fd::stat_at(process, c"fd", 0)?;
    let mut kept = [RawFd::MAX; MOST];
    let count = kept.iter_mut().zip(others.chain([process])).map(|(place, fd)| *place = fd).count();
    if count == MOST {
        return Err(Errno::EMFILE); // there may be more
    }
    let last = kept.iter().take(count).max().map_or(0, |last| *last as c_uint);
    // What stands above is not copied in the first place.
    close_range(last + 1, c_uint::MAX, CLOSE_RANGE_UNSHARE)?;
    PROCESS.set(process);
    std::mem::forget(folder); // it goes with the table
    Ok(Rest { kept })
}

impl Rest {
    /// The first that is kept from this number on.
    fn next_from(&self, first: c_uint) -> Option<c_uint> {
        let mut next = RawFd::MAX;
        // A loop of unknown length, lest it be written out for each of them.
        for number in std::hint::black_box(self.kept.as_slice()) {
            if *number as c_uint >= first && *number < next {
                next = *number;
            }
        }
        (next != RawFd::MAX).then_some(next as c_uint)
    }

    /// Closes the copies. A file system may have the thread wait for some.
    pub(crate) fn close(self) {
        let mut next = 0;
        // There are so few that looking for each takes less than a sort does, in code.
        while let Some(number) = self.next_from(next) {
            if number > next {
                let _ = close_range(next, number - 1, 0); // what cannot be closed stays
            }
            next = number + 1;
        }
        STANDARD.filter(|fd| fd::stat(*fd).is_err()).for_each(fill);
    }
}

/// Has something by that number that nobody can write to.
fn fill(number: RawFd) {
    let _ = fd::dup_onto(PROCESS.get(), number); // nothing is at that number as well
}

/// Standard error is the program's: where that has closed it, or has something else there, it is closed here, too.
pub(crate) fn follow_standard_error() {
    let number = libc::STDERR_FILENO;
    if let (true, Ok(ours)) = (is_apart(), fd::stat(number)) {
        let is_its = match fd::stat_at(PROCESS.get(), c"fd/2", 0) {
            Ok(now) => is_same(&now, &ours),
            Err(_) => !is_first_thread_there(),
        };
        if !is_its {
            fill(number);
        }
    }
}

/// Whether the program's table is shown: it is its first thread's, which may have ended.
fn is_first_thread_there() -> bool {
    let mut text = [0; 128];
    let read = open(c"stat").and_then(|file| fd::read_bytes(file.as_raw_fd(), &mut text));
    let state = read.ok().and_then(|_| text.split(|byte| *byte == b')').next_back()?.get(1).copied());
    state.is_some_and(|state| state != b'Z')
}

/// Opens a file that tells of the process, for reading.
pub(crate) fn open(name: &CStr) -> UvResult<OwnedFd> {
    // SAFETY: a C string for the length of the call; what is opened is nobody's yet.
    unsafe {
        let flags = libc::O_RDONLY | libc::O_CLOEXEC;
        let fd = retry(|| check(libc::openat(PROCESS.get(), name.as_ptr(), flags)))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// Where a link of the process leads, as far as it fits; its length.
pub(crate) fn read_link(name: &CStr, room: &mut [u8]) -> UvResult<usize> {
    // SAFETY: a C string for the length of the call, and room as large as said.
    check_size(unsafe {
        libc::readlinkat(PROCESS.get(), name.as_ptr(), room.as_mut_ptr().cast(), room.len())
    })
}

fn close_range(first: c_uint, last: c_uint, flags: c_uint) -> UvResult {
    // SAFETY: plain numbers. What is closed is the program's, in a copy of its table, or in one that becomes a copy
    // by this very call.
    let done = unsafe { libc::syscall(libc::SYS_close_range, first, last, flags) };
    check(done as c_int).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn what_is_kept_is_found_in_order_and_once() {
        let mut kept = [RawFd::MAX; MOST];
        for (place, number) in kept.iter_mut().zip([514, 2, 512, 2]) {
            *place = number;
        }
        let rest = Rest { kept };
        let found = std::iter::successors(rest.next_from(0), |last| rest.next_from(last + 1));
        assert_eq!(found.collect::<Vec<_>>(), [2, 512, 514]);
    }

    #[test]
    fn neither_sees_what_the_other_opens_or_closes() {
        let [kept, _other_end] = fd::owned_pipe(libc::O_CLOEXEC).unwrap();
        let [left, _end] = fd::owned_pipe(libc::O_CLOEXEC).unwrap();
        let (kept, left) = (kept.as_raw_fd(), left.as_raw_fd());
        let (ask, asked) = mpsc::channel();
        let (say, said) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            part([kept].into_iter()).unwrap().close();
            assert!(is_apart());
            assert!(fd::stat(kept).is_ok());
            assert_eq!(fd::stat(left).err(), Some(Errno::EBADF));
            let own = fd::open(c"/dev/null", libc::O_RDONLY).and_then(Ours::new).unwrap();
            say.send(own.get().unwrap()).unwrap();
            asked.recv().unwrap();
            let mut text = [0; 64];
            let name = std::ffi::CString::new(format!("fd/{left}")).unwrap();
            let len = read_link(&name, &mut text).unwrap();
            assert!(text[..len].starts_with(b"pipe:["));
            assert!(is_first_thread_there());
        });
        let own = said.recv().unwrap();
        assert_eq!(fd::stat(own).err(), Some(Errno::EBADF));
        assert!(fd::stat(left).is_ok() && !is_apart());
        ask.send(()).unwrap();
        thread.join().unwrap();
        assert!(fd::stat(kept).is_ok());
    }
}
