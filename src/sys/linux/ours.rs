//! Descriptors of the library's own that stay open, and that the program may have closed meanwhile: some close all that
//! they do not know, and have something else by that number then.

use std::io::IoSlice;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI32, AtomicU64};

use libc::c_int;

use crate::sys::errno::{Errno, UvResult};
use crate::sys::{fd, own_table, socket, wide};

/// Where our descriptors begin, if there may be so many: a program may count on the numbers of its own.
pub(super) const OUT_OF_THE_WAY: c_int = 512;

/// A descriptor of ours, as long as the program leaves it to us.
pub(crate) struct Ours {
    pub(super) fd: RawFd,
    pub(super) file: wide::stat,
}

pub(super) fn is_same(one: &wide::stat, other: &wide::stat) -> bool {
    (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)
}

/// Descriptors of ours that are open at a time; those beyond are not found again by a fork's child.
const MOST: usize = 32;

/// The numbers and files of those in the program's table: in the child of a fork nobody else is left who knows them.
static OPEN: [Open; MOST] = [const { Open::new() }; MOST];

struct Open {
    /// One more than it is; 0 for none, -1 for one that is being written.
    fd: AtomicI32,
    device: AtomicU64,
    inode: AtomicU64,
}

impl Open {
    const fn new() -> Open {
        Open { fd: AtomicI32::new(0), device: AtomicU64::new(0), inode: AtomicU64::new(0) }
    }
}

impl Open {
    fn is(&self, file: &wide::stat) -> bool {
        (file.st_dev, file.st_ino) == (self.device.load(Relaxed), self.inode.load(Relaxed))
    }

    /// Closes it, if it is still what it was, and takes it out of the list: in this order, so that the child of a fork
    /// in between finds it.
    fn close(&self) {
        let known = self.fd.load(Acquire);
        let fd = known - 1;
        if fd >= 0 {
            if fd::stat(fd).is_ok_and(|file| self.is(&file)) {
                fd::close(fd);
            }
            let _ = self.fd.compare_exchange(known, 0, AcqRel, Relaxed); // or its owner was first
        }
    }
}

fn remember(fd: RawFd, file: &wide::stat) {
    if own_table::is_apart() {
        return; // no child of a fork has it
    }
    let take = |open: &&Open| open.fd.compare_exchange(0, -1, AcqRel, Relaxed).is_ok();
    if let Some(open) = OPEN.iter().find(take) {
        open.device.store(file.st_dev, Relaxed);
        open.inode.store(file.st_ino, Relaxed);
        open.fd.store(fd + 1, Release);
    }
}

fn forget(fd: RawFd, file: &wide::stat) {
    if own_table::is_apart() {
        return; // the one in the list is the program's
    }
    let is_it = |open: &&Open| open.fd.load(Acquire) == fd + 1 && open.is(file);
    if let Some(open) = OPEN.iter().find(is_it) {
        let _ = open.fd.compare_exchange(fd + 1, 0, AcqRel, Relaxed); // or another thread was first
    }
}

/// In the child of a fork, whose parent's they were: the threads that would close them are not here.
pub(crate) fn close_those_of_parent() {
    for open in &OPEN {
        open.close();
        open.fd.store(0, Relaxed); // one that was being written, too
    }
}

/// Those that are open, but for `others`.
pub(crate) fn all_but(others: &[Option<RawFd>]) -> impl Iterator<Item = RawFd> {
    let open = OPEN.iter().map(|open| open.fd.load(Acquire) - 1);
    open.filter(|fd| *fd >= 0 && !others.contains(&Some(*fd)))
}

/// Closes all but `others` in the program's table: a thread that has a table of its own has them there.
pub(crate) fn close_all_but(others: &[Option<RawFd>]) {
    OPEN.iter().filter(|open| !others.contains(&Some(open.fd.load(Acquire) - 1))).for_each(Open::close);
}

impl Ours {
    pub(crate) fn new(made: OwnedFd) -> UvResult<Ours> {
        // SAFETY: F_DUPFD_CLOEXEC takes an int.
        let moved = unsafe { libc::fcntl(made.as_raw_fd(), libc::F_DUPFD_CLOEXEC, OUT_OF_THE_WAY) };
        let file = fd::stat(made.as_raw_fd());
        let fd = if moved >= 0 { moved } else { made.into_raw_fd() };
        match file {
            Ok(file) => {
                remember(fd, &file);
                Ok(Ours { fd, file })
            }
            Err(error) => {
                fd::close(fd);
                Err(error)
            }
        }
    }

    /// The number, as long as it is ours: `UV_EBADF` once the program has closed it, also if it has opened
    /// something else since that has the number now.
    #[inline(never)]
    pub(crate) fn get(&self) -> UvResult<RawFd> {
        fd::stat(self.fd).ok().filter(|now| is_same(now, &self.file)).map(|_| self.fd).ok_or(Errno::EBADF)
    }

    /// Reads what has arrived; nothing yet is `UV_EAGAIN`, and 0 the end.
    pub(crate) fn read(&self, room: &mut [u8]) -> UvResult<usize> {
        fd::read_bytes(self.get()?, room)
    }

    /// Sends what the socket takes at present; nothing is `UV_EAGAIN`.
    pub(crate) fn send(&self, bytes: &[u8]) -> UvResult<usize> {
        socket::send_piece(self.get()?, &IoSlice::new(bytes))
    }

    /// Wakes who waits at the other end of a pipe.
    pub(crate) fn ring(&self) {
        if let Ok(fd) = self.get() {
            // A full pipe wakes as well, and without the other end there is nobody to wake.
            let _ = fd::write_pieces(fd, &[IoSlice::new(&[1])]);
        }
    }

    /// Lets the other side see the end. What it still sends is read by [`Ours::read`].
    pub(crate) fn finish(&self) {
        if let Ok(fd) = self.get() {
            let _ = socket::shutdown(fd, libc::SHUT_WR); // or it has gone already
        }
    }
}

impl Drop for Ours {
    #[inline(never)]
    fn drop(&mut self) {
        forget(self.fd, &self.file);
        if let Ok(fd) = self.get() {
            fd::close(fd);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ringing_where_nobody_hears_is_no_signal() {
        let [heard, bell] = fd::owned_pipe(libc::O_CLOEXEC | libc::O_NONBLOCK).unwrap();
        let bell = Ours::new(bell).unwrap();
        drop(heard);
        // SAFETY: the system's own disposition; the other tests write to nobody who is gone.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        bell.ring();
    }
}
