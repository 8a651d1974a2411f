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
use crate::core::state::io::Registration;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::readiness::{self, POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP};

/// Events fetched by one system call: few, until there are so many at once.
pub(crate) const FEW: usize = 16;
pub(crate) const BATCH: usize = 1024;

const WAKER: Token = Token(usize::MAX);
/// What wakes all loops at once, and is no event of this one's.
const BELL: Token = Token(usize::MAX - 1);

/// In a token the generation stands above the descriptor, which stays below 2^20 where a token has
/// 32 bits (`fs.nr_open`).
const GENERATION_SHIFT: u32 = if usize::BITS == 64 { 32 } else { 20 };

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

pub(crate) struct Poller {
    /// None only where a fork's child could not make one.
    poll: Option<mio::Poll>,
    events: Events,
    /// By descriptor, who follows it. What is registered stands in the watcher (`io::Registration`).
    followers: Vec<Option<Follower>>,
    /// Registered descriptors, the waker aside.
    registered: u32,
    /// Of the last watcher that began to follow a descriptor.
    generation: u32,
    /// Which bell it hears; 0 for none.
    bell: u32,
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
        let events = room_for::<FEW>()?;
        Ok(Poller { poll: Some(poll), events, followers: Vec::new(), registered: 0, generation: 0, bell: 0 })
    }

    pub(crate) fn waker(&self) -> UvResult<mio::Waker> {
        Ok(mio::Waker::new(self.registry()?, WAKER)?)
    }

    /// Whenever something comes to be read at `fd`, a call of [`wait`](Poller::wait) ends, and tells nothing. The bell
    /// has a number, and is listened to once.
    pub(crate) fn listen(&mut self, fd: RawFd, bell: u32) -> UvResult {
        if self.bell != bell {
            self.registry()?.register(&mut SourceFd(&fd), BELL, Interest::READABLE)?;
            self.bell = bell;
        }
        Ok(())
    }

    /// The descriptor that is readable when there is something to fetch.
    pub(crate) fn fd(&self) -> RawFd {
        self.poll.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    fn registry(&self) -> UvResult<&mio::Registry> {
        self.poll.as_ref().map(mio::Poll::registry).ok_or(Errno::EBADF)
    }

    /// Whether no descriptor but the waker's is registered for a watcher.
    pub(crate) fn is_empty(&self) -> bool {
        self.registered == 0
    }

    /// Whether the kernel cannot have anything to report but the waker: not even a bell.
    pub(crate) fn is_silent(&self) -> bool {
        self.is_empty() && self.bell == 0
    }

    fn follower(&self, fd: RawFd) -> Option<Follower> {
        usize::try_from(fd).ok().and_then(|fd| self.followers.get(fd)).copied().flatten()
    }

    fn find<'a>(&self, token: usize) -> Option<&'a uv__io_t> {
        let fd = token & ((1 << GENERATION_SHIFT) - 1);
        let watcher = self.followers.get(fd)?.as_ref()?.watcher();
        let is_current = (token >> GENERATION_SHIFT) as u32 == Registration::of(watcher).generation();
        is_current.then_some(watcher)
    }

    /// The watcher that follows `fd`, if any.
    pub(crate) fn watcher_of<'a>(&self, fd: RawFd) -> Option<&'a uv__io_t> {
        self.follower(fd).map(Follower::watcher)
    }

    pub(crate) fn is_followed_by(&self, fd: RawFd, watcher: &uv__io_t) -> bool {
        self.follower(fd).is_some_and(|follower| std::ptr::eq(follower.0.as_ptr(), watcher))
    }

    /// Identifies the present use of `fd`; it changes when the watcher leaves.
    pub(crate) fn generation_of(&self, fd: RawFd) -> Option<u32> {
        self.watcher_of(fd).map(|watcher| Registration::of(watcher).generation())
    }

    /// Makes `watcher` the one that follows `fd`, which nobody follows.
    pub(crate) fn claim(&mut self, fd: RawFd, watcher: &uv__io_t) -> UvResult {
        let index = usize::try_from(fd).map_err(|_| Errno::EBADF)?;
        if index >= self.followers.len() {
            let wanted = (index + 1).next_power_of_two();
            self.followers.try_reserve_exact(wanted - self.followers.len()).map_err(|_| Errno::ENOMEM)?;
            self.followers.resize(wanted, None); // there is room now
        }
        self.generation = self.generation.wrapping_add(1) & readiness::GENERATION_MASK;
        Registration::new(self.generation).put(watcher);
        self.followers[index] = Some(Follower(NonNull::from(watcher)));
        Ok(())
    }

    /// The watcher follows its descriptor no more; what is on the way for it will find nothing.
    pub(crate) fn release(&mut self, watcher: &uv__io_t) {
        self.deregister(watcher);
        let fd = usize::try_from(watcher.fd.get()).ok();
        if let Some(follower) = fd.and_then(|fd| self.followers.get_mut(fd)) {
            *follower = None;
        }
    }

    /// Asks for an edge whenever one of `events` begins, or is on now.
    pub(crate) fn set_edge(&mut self, watcher: &uv__io_t, events: c_uint) -> UvResult {
        let Some(interest) = interest(events) else {
            self.deregister(watcher);
            return Ok(());
        };
        let (fd, registration) = (watcher.fd.get(), Registration::of(watcher));
        let token = Token(token(fd, registration));
        let registry = self.registry()?;
        if registration.is_none() {
            registry.register(&mut SourceFd(&fd), token, interest)?;
            self.registered += 1;
        } else {
            registry.reregister(&mut SourceFd(&fd), token, interest)?;
        }
        registration.with_edge(events).put(watcher);
        Ok(())
    }

    /// Asks for a report in every poll for as long as one of `events` is on.
    pub(crate) fn set_level(&mut self, watcher: &uv__io_t, events: c_uint) -> UvResult {
        if events == 0 {
            self.deregister(watcher); // errors and hang-ups would be reported all the same
            return Ok(());
        }
        let (fd, before) = (watcher.fd.get(), Registration::of(watcher));
        // Also where that is what was asked for: the number may be another file's by now.
        readiness::set_level(self.fd(), fd, events, token(fd, before), !before.is_none())?;
        if before.is_none() {
            self.registered += 1;
        }
        before.with_level(events).put(watcher);
        Ok(())
    }

    /// Asks for nothing more of the watcher's descriptor.
    fn deregister(&mut self, watcher: &uv__io_t) {
        let registration = Registration::of(watcher);
        if !registration.is_none() {
            // A descriptor that was closed behind our back has left the kernel's set by itself.
            let fd = watcher.fd.get();
            let _ = self.registry().map(|registry| registry.deregister(&mut SourceFd(&fd)));
            self.registered -= 1;
            registration.with_none().put(watcher);
        }
    }

    /// Fetches what is ready, waiting for `timeout` milliseconds at the most (-1: for ever). Whether there is
    /// something.
    pub(crate) fn wait(&mut self, timeout: c_int) -> UvResult<bool> {
        let limit = u64::try_from(timeout).ok().map(Duration::from_millis);
        self.poll.as_mut().ok_or(Errno::EBADF)?.poll(&mut self.events, limit)?;
        Ok(!self.events.is_empty())
    }

    /// Makes room for as many events as there ever is, after a `wait` whose reports were taken. False if there
    /// was that much, or there is no memory: what was left behind is fetched by the next one.
    #[cold]
    pub(crate) fn make_room(&mut self) -> bool {
        if self.events.capacity() >= BATCH {
            return false;
        }
        room_for::<BATCH>().map(|room| self.events = room).is_ok()
    }

    /// Hands what the last `wait` fetched to `record`, one descriptor at a time. `record` must not
    /// call out to the user. Returns the number of events.
    pub(crate) fn reports(&self, mut record: impl FnMut(Report<'_>)) -> usize {
        let mut count = 0;
        for event in &self.events {
            if event.token() == BELL {
                continue;
            }
            count += 1;
            if event.token() == WAKER {
                record(Report::Waker);
                continue;
            }
            let Some(watcher) = self.find(event.token().0) else { continue };
            let registration = Registration::of(watcher);
            if registration.is_edge() {
                record(Report::Edge { watcher, ready: ready(event) });
                continue;
            }
            // What mio does not show, or does not tell apart, the kernel is asked for.
            let asked = registration.level_interest();
            let is_vague = is_vague(event, asked);
            let ready = if is_vague { readiness::now(watcher.fd.get(), asked) } else { ready(event) };
            if asked != 0 {
                record(Report::Level { watcher, ready });
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
        self.bell = 0;
        self.events.clear();
        for i in 0..self.followers.len() {
            let Some(watcher) = self.followers[i].map(Follower::watcher) else { continue };
            let registration = Registration::of(watcher);
            if registration.is_none() {
                continue;
            }
            registration.with_none().put(watcher);
            self.registered -= 1;
            let renewed = if registration.is_edge() {
                self.set_edge(watcher, registration.edge_interest())
            } else {
                self.set_level(watcher, registration.level_interest())
            };
            renewed.inspect_err(|_| {
                registration.put(watcher); // for the next attempt
                self.registered += 1;
            })?;
        }
        Ok(())
    }
}

/// Room for so many events.
fn room_for<const COUNT: usize>() -> UvResult<Events> {
    reserve::reserved::<[[u8; readiness::EVENT_SIZE]; COUNT], _>(|| Events::with_capacity(COUNT))
}

fn token(fd: RawFd, registration: Registration) -> usize {
    ((registration.generation() as usize) << GENERATION_SHIFT) | fd as usize
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

/// Whether mio's view of a level-triggered event leaves out what its owner must know. A hang-up it shows, and that stands
/// for a half-close as well.
fn is_vague(event: &Event, asked: c_uint) -> bool {
    event.is_error() || event.is_priority() || asked & (POLLIN | POLLRDHUP) == POLLRDHUP
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
