//! Lines for a person, to standard error or a file: whole, never waited for, never into a descriptor that has
//! become something else meanwhile.

use std::ffi::CStr;
use std::fmt;
use std::io::{IoSlice, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering::Relaxed};

use libc::c_int;

use crate::sys::errno::{self, Errno, UvResult, check};
use crate::sys::fd;

/// A line is written in one call, which pipes take whole up to this size.
const LINE_MAX: usize = 4096;
/// Own descriptors stand where programs that count on the lowest numbers do not meet them.
const LOWEST: c_int = 512;
/// How long a reader that is slow is waited for.
const PATIENCE_MS: c_int = 100;

unsafe extern "C" {
    #[link_name = "stderr"]
    static STDERR: *mut libc::FILE;
}

/// The C library's stream to standard error, as it is now.
pub(crate) fn standard_error() -> *mut libc::FILE {
    // SAFETY: a pointer that programs seldom set, and not while another thread prints.
    unsafe { STDERR }
}

/// The file that was opened last.
struct Last {
    fd: AtomicI32,
    device: AtomicU64,
    number: AtomicU64,
}

static LAST: Last = Last { fd: AtomicI32::new(-1), device: AtomicU64::new(0), number: AtomicU64::new(0) };

/// Where lines go.
pub(crate) struct Lines {
    fd: RawFd,
    own: Option<OwnedFd>,
    file: Option<Identity>,
}

/// Which file a descriptor stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Identity(u64, u64);

impl Identity {
    fn of(fd: RawFd) -> Option<Identity> {
        let stat = fd::stat(fd).ok()?;
        #[allow(clippy::useless_conversion, reason = "they are narrower on some systems")]
        Some(Identity(stat.st_dev.into(), stat.st_ino.into()))
    }
}

impl Lines {
    /// To standard error, as it is now.
    pub(crate) fn to_stderr() -> Lines {
        Lines { fd: libc::STDERR_FILENO, own: None, file: Identity::of(libc::STDERR_FILENO) }
    }

    /// To the end of a file, which is made if there is none.
    pub(crate) fn to_file(path: &CStr) -> UvResult<Lines> {
        let low = fd::create(path, libc::O_APPEND)?;
        // SAFETY: an open descriptor; its copy is owned.
        let own = unsafe {
            match check(libc::fcntl(low.as_raw_fd(), libc::F_DUPFD_CLOEXEC, LOWEST)) {
                Ok(high) => OwnedFd::from_raw_fd(high),
                Err(_) => low, // there may be no numbers that high
            }
        };
        let file = Identity::of(own.as_raw_fd());
        if let Some(Identity(device, number)) = file {
            LAST.device.store(device, Relaxed);
            LAST.number.store(number, Relaxed);
            LAST.fd.store(own.as_raw_fd(), Relaxed);
        }
        Ok(Lines { fd: own.as_raw_fd(), file, own: Some(own) })
    }

    /// The file's.
    pub(crate) fn own_descriptor(&self) -> Option<RawFd> {
        self.own.as_ref().map(AsRawFd::as_raw_fd)
    }

    /// Closes the file that was opened last in the program's table: in the child of a fork, or when the thread that
    /// writes to it has it in a table of its own, nobody uses it there.
    pub(crate) fn close_last() {
        let fd = LAST.fd.swap(-1, Relaxed);
        let file = Identity(LAST.device.load(Relaxed), LAST.number.load(Relaxed));
        if fd >= 0 && Identity::of(fd) == Some(file) {
            fd::close(fd);
        }
    }

    /// Writes one line, and its end. What cannot be written at once is lost.
    pub(crate) fn say(&self, line: fmt::Arguments<'_>) {
        let mut text = Line { bytes: [0; LINE_MAX], len: 0 };
        let _ = fmt::write(&mut text, line); // a longer line is cut
        text.bytes[text.len] = b'\n';
        errno::preserved(|| {
            if self.own.is_some() {
                self.write(self.fd, text.whole());
                return;
            }
            // Whoever shares the descriptor may want to wait, and we must not: by a name of our own the file is
            // open once more, for this line. Where that is not to be had, such as for sockets, it is asked first.
            // Not a file: to close that once more would give up the locks that the process has on it.
            match if is_regular(self.fd) { Err(Errno::EINVAL) } else { open_again(self.fd) } {
                Ok(again) => self.write(again.as_raw_fd(), text.whole()),
                _ if takes_more(self.fd) => self.write(self.fd, text.whole()),
                _ => {}
            }
        });
    }

    /// If the descriptor is still what it was.
    fn write(&self, fd: RawFd, line: &[u8]) {
        if self.file.is_some() && self.file == Identity::of(fd) {
            let _ = fd::write_pieces(fd, &[IoSlice::new(line)]);
        }
    }
}

fn open_again(fd: RawFd) -> UvResult<OwnedFd> {
    let mut path = [0_u8; 32];
    write!(&mut path[..], "/proc/self/fd/{fd}\0").map_err(|_| Errno::ENAMETOOLONG)?;
    let path = CStr::from_bytes_until_nul(&path).map_err(|_| Errno::ENAMETOOLONG)?;
    fd::open(path, libc::O_WRONLY | libc::O_NONBLOCK | libc::O_NOCTTY)
}

/// A file has its place for the next byte with its descriptor, and nobody waits for it.
fn is_regular(fd: RawFd) -> bool {
    fd::file_type(fd) == Ok(libc::S_IFREG)
}

fn takes_more(fd: RawFd) -> bool {
    let mut poll = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    // SAFETY: one place, which is ours.
    let ready = unsafe { libc::poll(&raw mut poll, 1, PATIENCE_MS) };
    ready == 1 && poll.revents & libc::POLLOUT != 0
}

struct Line {
    bytes: [u8; LINE_MAX],
    len: usize,
}

impl Line {
    /// With its end.
    fn whole(&self) -> &[u8] {
        self.bytes.get(..=self.len).unwrap_or_default()
    }
}

impl fmt::Write for Line {
    #[inline(never)]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = LINE_MAX - 1 - self.len; // the line's end has its place
        let taken = text.len().min(room);
        for (to, from) in self.bytes[self.len..].iter_mut().zip(text.as_bytes().iter().take(taken)) {
            // A name with a line's end in it must not look like two lines.
            *to = if from.is_ascii_control() { b'?' } else { *from };
        }
        self.len += taken;
        if taken == text.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn through_pipe(say: impl FnOnce(&Lines)) -> String {
        let [read, write] = fd::owned_pipe(libc::O_CLOEXEC).unwrap();
        let lines = Lines { fd: write.as_raw_fd(), file: Identity::of(write.as_raw_fd()), own: Some(write) };
        say(&lines);
        drop(lines);
        let mut text = String::new();
        std::fs::File::from(read).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_line_is_whole_and_one() {
        assert_eq!(through_pipe(|lines| lines.say(format_args!("{}: a\nb", 7))), "7: a?b\n");
        let long = through_pipe(|lines| lines.say(format_args!("{:0>9000}", 1)));
        assert_eq!(long.len(), LINE_MAX);
        assert!(long.ends_with("0\n"));
    }

    #[test]
    fn a_descriptor_that_is_something_else_now_is_left_alone() {
        let [other, _write] = fd::owned_pipe(libc::O_CLOEXEC).unwrap();
        let text = through_pipe(|lines| {
            let wrong = Lines { fd: lines.fd, file: Identity::of(other.as_raw_fd()), own: None };
            // Both ends of one pipe are one file: another pipe is not.
            wrong.say(format_args!("not here"));
        });
        assert_eq!(text, "");
    }

    #[test]
    fn nobody_waits_for_a_reader_nor_dies_of_one_that_is_gone() {
        let [read, write] = fd::owned_pipe(libc::O_CLOEXEC).unwrap();
        let fd = write.as_raw_fd();
        let lines = Lines { fd, file: Identity::of(fd), own: None };
        (0..100).for_each(|_| lines.say(format_args!("{:0>4000}", 1))); // more than a pipe holds
        assert_eq!(
            fd::status_flags(fd).unwrap() & libc::O_NONBLOCK,
            0,
            "the program's descriptor waits as before"
        );
        drop(read);
        lines.say(format_args!("nobody reads"));
    }
}
