//! The poller: mio's `Poll`, and which watcher follows which file descriptor.
//!
//! Events carry a token made of the descriptor and a generation, never a pointer: one that belongs
//! to a closed or reused descriptor finds nothing.

use std::os::fd::{AsRawFd, RawFd};
use std::ptr::NonNull;
use std::time::Duration;

use libc::{c_int, c_uint};
use mio::event::Event;
use mio::unix::SourceFd;
use mio::{Events, Interest, Token};

use crate::abi::uv__io_t;
use crate::core::memory::reserve;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::{self, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP};

/// Events fetched by one system call.
pub(crate) const BATCH: usize = 1024;

const WAKER: Token = Token(usize::MAX);

/// In a token the generation stands above the descriptor, which stays below 2^20 where a token has
/// 32 bits (`fs.nr_open`).
const GENERATION_SHIFT: u32 = if usize::BITS == 64 { 32 } else { 20 };

/// How a descriptor is registered with the kernel.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    None,
    Edge(c_uint),
    Level(c_uint),
}

#[derive(Clone, Copy)]
struct Slot {
    watcher: Option<Follower>,
    generation: u32,
    mode: Mode,
}

/// A watcher that follows a descriptor.
#[derive(Clone, Copy)]
struct Follower(NonNull<uv__io_t>);

impl Follower {
    #[inline(always)]
    fn watcher<'a>(self) -> &'a uv__io_t {
        // SAFETY: a watcher gives up its descriptor, with `release`, before its memory goes.
        unsafe { self.0.as_ref() }
    }
}

const FREE: Slot = Slot { watcher: None, generation: 0, mode: Mode::None };

pub(crate) struct Poller {
    /// None only where a fork's child could not make one.
    poll: Option<mio::Poll>,
    events: Events,
    /// Indexed by descriptor.
    slots: Vec<Slot>,
    /// Registered descriptors, the waker aside.
    registered: usize,
}

/// What the poller tells of one descriptor.
pub(crate) enum Report<'a> {
    Waker,
    Edge { watcher: &'a uv__io_t, ready: c_uint },
    Level { watcher: &'a uv__io_t, ready: c_uint },
}

impl Poller {
    pub(crate) fn new() -> UvResult<Poller> {
        let poll = mio::Poll::new()?;
        let events =
            reserve::reserved::<[[u8; readiness::EVENT_SIZE]; BATCH], _>(|| Events::with_capacity(BATCH))?;
        Ok(Poller { poll: Some(poll), events, slots: Vec::new(), registered: 0 })
    }

    pub(crate) fn waker(&self) -> UvResult<mio::Waker> {
        Ok(mio::Waker::new(self.registry()?, WAKER)?)
    }

    /// The descriptor that is readable when there is something to fetch.
    pub(crate) fn fd(&self) -> RawFd {
        self.poll.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    fn registry(&self) -> UvResult<&mio::Registry> {
        self.poll.as_ref().map(mio::Poll::registry).ok_or(Errno::EBADF)
    }

    /// Whether anything but the waker can be reported.
    pub(crate) fn is_empty(&self) -> bool {
        self.registered == 0
    }

    fn slot(&self, fd: RawFd) -> Slot {
        usize::try_from(fd).ok().and_then(|fd| self.slots.get(fd)).copied().unwrap_or(FREE)
    }

    fn token(&self, fd: RawFd) -> usize {
        ((self.slot(fd).generation as usize) << GENERATION_SHIFT) | fd as usize
    }

    fn find(&self, token: usize) -> Option<(RawFd, Follower, Mode)> {
        let fd = token & ((1 << GENERATION_SHIFT) - 1);
        let slot = self.slots.get(fd)?;
        let is_current = (token >> GENERATION_SHIFT) as u32 == slot.generation;
        if is_current { slot.watcher.map(|watcher| (fd as RawFd, watcher, slot.mode)) } else { None }
    }

    /// The watcher that follows `fd`, if any.
    pub(crate) fn watcher_of<'a>(&self, fd: RawFd) -> Option<&'a uv__io_t> {
        self.slot(fd).watcher.map(Follower::watcher)
    }

    pub(crate) fn is_followed_by(&self, fd: RawFd, watcher: &uv__io_t) -> bool {
        self.slot(fd).watcher.is_some_and(|follower| std::ptr::eq(follower.0.as_ptr(), watcher))
    }

    /// Identifies the present use of `fd`; it changes when the watcher leaves.
    pub(crate) fn generation_of(&self, fd: RawFd) -> u32 {
        self.slot(fd).generation
    }

    /// Makes `watcher` the one that follows `fd`, which nobody follows.
    pub(crate) fn claim(&mut self, fd: RawFd, watcher: &uv__io_t) -> UvResult {
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        if index >= self.slots.len() {
            let wanted = (index + 1).next_power_of_two();
            self.slots.try_reserve_exact(wanted - self.slots.len()).map_err(|_| Errno::ENOMEM)?;
            self.slots.resize(wanted, FREE); // there is room now
        }
        self.slots[index].watcher = Some(Follower(NonNull::from(watcher)));
        Ok(())
    }

    /// Nobody follows `fd` any more; what is on the way for it will find nothing.
    pub(crate) fn release(&mut self, fd: RawFd) {
        self.deregister(fd);
        if let Some(slot) = usize::try_from(fd).ok().and_then(|fd| self.slots.get_mut(fd)) {
            slot.watcher = None;
            slot.generation = slot.generation.wrapping_add(1) & readiness::GENERATION_MASK;
        }
    }

    /// The events that an edge-triggered registration of `fd` covers.
    pub(crate) fn edge_interest(&self, fd: RawFd) -> c_uint {
        match self.slot(fd).mode {
            Mode::Edge(events) => events,
            _ => 0,
        }
    }

    /// The events that a level-triggered registration of `fd` covers.
    pub(crate) fn level_interest(&self, fd: RawFd) -> c_uint {
        match self.slot(fd).mode {
            Mode::Level(events) => events,
            _ => 0,
        }
    }

    pub(crate) fn is_edge(&self, fd: RawFd) -> bool {
        matches!(self.slot(fd).mode, Mode::Edge(_))
    }

    /// Asks for an edge whenever one of `events` begins, or is on now.
    pub(crate) fn set_edge(&mut self, fd: RawFd, events: c_uint) -> UvResult {
        let Some(interest) = interest(events) else {
            self.deregister(fd);
            return Ok(());
        };
        let token = Token(self.token(fd));
        let registry = self.registry()?;
        if self.slot(fd).mode == Mode::None {
            registry.register(&mut SourceFd(&fd), token, interest)?;
            self.registered += 1;
        } else {
            registry.reregister(&mut SourceFd(&fd), token, interest)?;
        }
        self.set_mode(fd, Mode::Edge(events));
        Ok(())
    }

    /// Asks for a report in every poll for as long as one of `events` is on.
    pub(crate) fn set_level(&mut self, fd: RawFd, events: c_uint) -> UvResult {
        if events == 0 {
            self.deregister(fd); // errors and hang-ups would be reported all the same
            return Ok(());
        }
        let mode = self.slot(fd).mode;
        if mode == Mode::Level(events) {
            return Ok(());
        }
        readiness::set_level(self.fd(), fd, events, self.token(fd), mode != Mode::None)?;
        if mode == Mode::None {
            self.registered += 1;
        }
        self.set_mode(fd, Mode::Level(events));
        Ok(())
    }

    /// Asks for nothing more of `fd`.
    pub(crate) fn deregister(&mut self, fd: RawFd) {
        if self.slot(fd).mode != Mode::None {
            // A descriptor that was closed behind our back has left the kernel's set by itself.
            let _ = self.registry().map(|registry| registry.deregister(&mut SourceFd(&fd)));
            self.registered -= 1;
            self.set_mode(fd, Mode::None);
        }
    }

    fn set_mode(&mut self, fd: RawFd, mode: Mode) {
        if let Some(slot) = usize::try_from(fd).ok().and_then(|fd| self.slots.get_mut(fd)) {
            slot.mode = mode;
        }
    }

    /// Fetches what is ready, waiting for `timeout` milliseconds at the most (-1: for ever). Whether there is
    /// something.
    pub(crate) fn wait(&mut self, timeout: c_int) -> UvResult<bool> {
        let limit = u64::try_from(timeout).ok().map(Duration::from_millis);
        self.poll.as_mut().ok_or(Errno::EBADF)?.poll(&mut self.events, limit)?;
        Ok(!self.events.is_empty())
    }

    /// Hands what the last `wait` fetched to `record`, one descriptor at a time. `record` must not
    /// call out to the user. Returns the number of events.
    pub(crate) fn reports(&self, mut record: impl FnMut(Report<'_>)) -> usize {
        let mut count = 0;
        for event in &self.events {
            count += 1;
            if event.token() == WAKER {
                record(Report::Waker);
                continue;
            }
            let Some((fd, follower, mode)) = self.find(event.token().0) else { continue };
            let watcher = follower.watcher();
            if let Mode::Edge(_) = mode {
                // Streams and datagrams: told apart without a table of jumps.
                record(Report::Edge { watcher, ready: ready(event) });
                continue;
            }
            match mode {
                // What mio does not show, or does not tell apart, the kernel is asked for.
                Mode::Level(asked) if is_vague(event, asked) => {
                    record(Report::Level { watcher, ready: readiness::now(fd, asked) });
                }
                Mode::Level(_) => record(Report::Level { watcher, ready: ready(event) }),
                Mode::Edge(_) | Mode::None => {}
            }
        }
        count
    }

    /// After a fork, before anything new is opened: the child may have closed the descriptor, and its
    /// number would go to something else, which this would close.
    pub(crate) fn drop_poll(&mut self) {
        self.poll = None;
    }

    /// After a fork and `drop_poll`: the child's own poller with everything registered anew.
    pub(crate) fn renew(&mut self) -> UvResult {
        self.poll = Some(mio::Poll::new()?);
        self.registered = 0;
        self.events.clear();
        for fd in 0..self.slots.len() as RawFd {
            let mode = self.slot(fd).mode;
            self.set_mode(fd, Mode::None);
            match mode {
                Mode::Edge(events) => self.set_edge(fd, events)?,
                Mode::Level(events) => self.set_level(fd, events)?,
                Mode::None => {}
            }
        }
        Ok(())
    }
}

fn interest(events: c_uint) -> Option<Interest> {
    let readable =
        if events & POLLPRI != 0 { readiness::with_urgent(Interest::READABLE) } else { Interest::READABLE };
    let read = (events & (POLLIN | POLLRDHUP) != 0).then_some(readable);
    let write = (events & POLLOUT != 0).then_some(Interest::WRITABLE);
    match (read, write) {
        (Some(read), Some(write)) => Some(read | write),
        (read, write) => read.or(write),
    }
}

/// Whether mio's view of a level-triggered event leaves out what its owner must know.
fn is_vague(event: &Event, asked: c_uint) -> bool {
    let is_trouble = event.is_error() || (event.is_read_closed() && event.is_write_closed());
    is_trouble || event.is_priority() || asked & (POLLIN | POLLRDHUP) == POLLRDHUP
}

/// The kernel's report as poll(2) bits. mio hides the difference between a hang-up and an error
/// together with a half-close; both are widened to everything that could then be noticed.
#[inline]
fn ready(event: &Event) -> c_uint {
    let is_more = event.is_writable() | event.is_priority() | event.is_error() | event.is_read_closed();
    if event.is_readable() && !is_more {
        return POLLIN; // mostly
    }
    ready_for_more(event)
}

/// [`ready`], bit by bit.
fn ready_for_more(event: &Event) -> c_uint {
    let mut ready = 0;
    if event.is_readable() {
        ready |= POLLIN;
    }
    if event.is_writable() {
        ready |= POLLOUT;
    }
    if event.is_priority() {
        ready |= POLLPRI;
    }
    if event.is_error() {
        ready |= POLLERR;
    }
    if event.is_read_closed() {
        ready |= POLLRDHUP;
    }
    if event.is_write_closed() && event.is_read_closed() {
        ready |= POLLHUP;
    }
    ready
}
