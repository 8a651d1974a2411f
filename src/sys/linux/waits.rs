//! Waiting for several descriptors, without memory.

use std::os::fd::RawFd;

use libc::c_int;

use crate::sys::errno::{UvResult, check, retry};

pub(crate) use libc::{POLLERR, POLLHUP, POLLIN, POLLOUT};

/// Descriptors to wait for together.
pub(crate) struct Waits<const N: usize> {
    entries: [libc::pollfd; N],
    len: usize,
}

impl<const N: usize> Waits<N> {
    pub(crate) fn new() -> Waits<N> {
        Waits { entries: [libc::pollfd { fd: -1, events: 0, revents: 0 }; N], len: 0 }
    }

    /// Where it is found again; beyond `N` it is not waited for.
    pub(crate) fn add(&mut self, fd: RawFd, events: i16) -> usize {
        let place = self.len;
        if let Some(entry) = self.entries.get_mut(place) {
            *entry = libc::pollfd { fd, events, revents: 0 };
            self.len += 1;
        }
        place
    }

    /// Waits until one is ready, for as many milliseconds at most, or for ever if that is negative.
    pub(crate) fn wait(&mut self, timeout_ms: c_int) -> UvResult {
        let entries = self.entries.as_mut_ptr();
        // SAFETY: so many entries, which outlive the call.
        retry(|| check(unsafe { libc::poll(entries, self.len as libc::nfds_t, timeout_ms) })).map(drop)
    }

    /// What was found at this place.
    pub(crate) fn ready(&self, place: usize) -> i16 {
        self.entries.get(place).map_or(0, |entry| entry.revents)
    }
}
