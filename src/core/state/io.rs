//! What a watcher, the `uv__io_t` inside a handle, knows by itself: whose it is, what its owner wants
//! (`pevents`), and what was reported and is not used up (`events`).

use libc::{c_int, c_uint};

use crate::abi::*;
use crate::core::memory::queue::{FedLink, List, ReadyLink};
use crate::sys::readiness::{POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI, POLLRDHUP};

/// Whose watcher it is: where its readiness goes (see [`Kinds`](crate::core::turn::kinds::Kinds)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Kind {
    Stream = 0,
    Udp = 1,
    Poll = 2,
    FsEvent = 3,
    Process = LATE,
    /// The loop's end of the signal pipe: always told last.
    Signal = LATE + 1,
    /// The loop's own mark in a batch, where the kernel reported the waker.
    Waker = 4,
}

/// In the number of a kind whose owner is told after all others: what those do may be for the
/// callbacks of a process that has ended, or of a signal.
const LATE: usize = 0b1000;
/// In no kind's number.
const IN_VAIN: usize = 0b1_0000;
/// Of a watcher's `bits`, those which say of what kind it is; the others are its [`Registration`].
const KIND: usize = 0b1111;

impl Kind {
    const ALL: [Kind; 7] =
        [Kind::Stream, Kind::Udp, Kind::Poll, Kind::FsEvent, Kind::Waker, Kind::Process, Kind::Signal];

    #[inline]
    fn from_bits(bits: usize) -> Kind {
        // `init` wrote a discriminant; anything else is memory that was overwritten.
        Kind::ALL.into_iter().find(|kind| *kind as usize == bits & KIND).unwrap_or(Kind::Poll)
    }
}

impl uv__io_t {
    #[inline(always)]
    pub(crate) fn has_events(&self, events: c_uint) -> bool {
        self.events.get() & events != 0
    }

    #[inline(always)]
    fn mark(&self, events: c_uint) {
        self.events.set(self.events.get() | events);
    }

    /// The stream whose watcher this is, if it is one's.
    #[inline(always)]
    pub(crate) fn stream(&self) -> Option<&uv_stream_t> {
        if self.bits.get() & KIND != Kind::Stream as usize {
            return None;
        }
        let offset = std::mem::offset_of!(uv_stream_t, io_watcher);
        // SAFETY: `init` makes watchers of this kind in streams only.
        Some(unsafe { &*std::ptr::from_ref(self).byte_sub(offset).cast() })
    }

    /// The UDP handle whose watcher this is, if it is one's.
    pub(crate) fn udp(&self) -> Option<&uv_udp_t> {
        if self.bits.get() & KIND != Kind::Udp as usize {
            return None;
        }
        let offset = std::mem::offset_of!(uv_udp_t, io_watcher);
        // SAFETY: `init` makes watchers of this kind in UDP handles only.
        Some(unsafe { &*std::ptr::from_ref(self).byte_sub(offset).cast() })
    }
}

/// The handles whose watchers are of one kind.
macro_rules! owners {
    ($($name:ident: $kind:ident $handle:ident;)*) => {
        impl uv__io_t { $(
            /// The handle whose watcher this is, if it is one of that kind.
            #[inline]
            pub(crate) fn $name(&self) -> Option<&$handle> {
                let offset = std::mem::offset_of!($handle, io_watcher);
                if self.bits.get() & KIND != Kind::$kind as usize {
                    return None;
                }
                // SAFETY: `init` makes watchers of this kind in these handles only.
                Some(unsafe { &*std::ptr::from_ref(self).byte_sub(offset).cast() })
            }
        )* }
    };
}

owners! {
    poll: Poll uv_poll_t;
}

/// How the kernel was asked for a watcher's descriptor, and a number that tells it from others which follow
/// the same descriptor, earlier or later.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Registration(usize);

impl Registration {
    const EDGE: usize = 1 << 5;
    const LEVEL: usize = 1 << 6;
    /// Four of them: `POLLIN`, `POLLPRI`, `POLLOUT` as they are, and `POLLRDHUP`.
    const EVENTS_SHIFT: u32 = 7;
    const RDHUP: usize = 1 << 10;
    const GENERATION_SHIFT: u32 = 16;

    /// Nothing is asked for.
    pub(crate) fn new(generation: u32) -> Registration {
        Registration((generation as usize) << Self::GENERATION_SHIFT)
    }

    #[inline(always)]
    pub(crate) fn of(w: &uv__io_t) -> Registration {
        Registration(w.bits.get() & !KIND)
    }

    pub(crate) fn put(self, w: &uv__io_t) {
        w.bits.set(w.bits.get() & KIND | self.0);
    }

    #[inline(always)]
    pub(crate) fn generation(self) -> u32 {
        (self.0 >> Self::GENERATION_SHIFT) as u32
    }

    pub(crate) fn is_none(self) -> bool {
        self.0 & (Self::EDGE | Self::LEVEL) == 0
    }

    #[inline(always)]
    pub(crate) fn is_edge(self) -> bool {
        self.0 & Self::EDGE != 0
    }

    /// The events that an edge-triggered registration covers.
    #[inline(always)]
    pub(crate) fn edge_interest(self) -> c_uint {
        if self.is_edge() { self.interest() } else { 0 }
    }

    /// The events that a level-triggered registration covers.
    #[inline(always)]
    pub(crate) fn level_interest(self) -> c_uint {
        if self.0 & Self::LEVEL != 0 { self.interest() } else { 0 }
    }

    #[inline(always)]
    fn interest(self) -> c_uint {
        let plain = (self.0 >> Self::EVENTS_SHIFT) as c_uint & (POLLIN | POLLPRI | POLLOUT);
        if self.0 & Self::RDHUP != 0 { plain | POLLRDHUP } else { plain }
    }

    pub(crate) fn with_none(self) -> Registration {
        Registration::new(self.generation())
    }

    pub(crate) fn with_edge(self, events: c_uint) -> Registration {
        self.with(Self::EDGE, events)
    }

    pub(crate) fn with_level(self, events: c_uint) -> Registration {
        self.with(Self::LEVEL, events)
    }

    fn with(self, mode: usize, events: c_uint) -> Registration {
        const { assert!(POLLIN | POLLPRI | POLLOUT == 0b111) };
        let plain = ((events & (POLLIN | POLLPRI | POLLOUT)) as usize) << Self::EVENTS_SHIFT;
        let hang_up = if events & POLLRDHUP != 0 { Self::RDHUP } else { 0 };
        Registration(self.with_none().0 | mode | plain | hang_up)
    }
}

pub(crate) fn init(w: &uv__io_t, kind: Kind, fd: c_int) {
    w.bits.set(kind as usize);
    List::<FedLink>::init(w);
    List::<ReadyLink>::init(w);
    w.pevents.set(0);
    w.events.set(0);
    w.fd.set(fd);
}

pub(crate) fn kind(w: &uv__io_t) -> Kind {
    Kind::from_bits(w.bits.get())
}

/// Whether its owner is told after all others.
pub(crate) fn is_late(w: &uv__io_t) -> bool {
    w.bits.get() & LATE != 0
}

/// Watchers, looked at together: whether the owner of one is to be told late.
#[derive(Clone, Copy)]
pub(crate) struct Lateness(usize);

impl Lateness {
    pub(crate) const NONE: Lateness = Lateness(0);

    #[inline]
    pub(crate) fn add(&mut self, w: &uv__io_t) {
        self.0 |= w.bits.get();
    }

    /// The waker had nothing to say.
    #[inline]
    pub(crate) fn add_in_vain(&mut self) {
        self.0 |= LATE | IN_VAIN;
    }

    #[inline]
    pub(crate) fn is_any(self) -> bool {
        self.0 & LATE != 0
    }

    pub(crate) fn is_in_vain(self) -> bool {
        self.0 & IN_VAIN != 0
    }
}

/// The owner has used up `events`: it met EAGAIN.
#[inline(always)]
pub(crate) fn clear(w: &uv__io_t, events: c_uint) {
    w.events.set(w.events.get() & !events);
}

/// These `events` are there, whatever the kernel has said.
pub(crate) fn suppose(w: &uv__io_t, events: c_uint) {
    w.mark(events);
}

/// The owner has read less than it asked for. That empties a plain TCP socket, but not one
/// whose peer has hung up (the end of the stream brings no further edge), nor one with urgent data, where reads end.
pub(crate) fn clear_after_short(w: &uv__io_t) {
    if !w.has_events(POLLHUP | POLLRDHUP | POLLERR | POLLPRI) {
        clear(w, POLLIN);
    }
}

/// What the owner is to be told now. A lone error or hang-up stands for all that is wanted, so that
/// the owner tries, and meets it.
pub(crate) fn to_tell(w: &uv__io_t) -> c_uint {
    let (events, wanted) = (w.events.get(), w.pevents.get());
    let trouble = events & (POLLERR | POLLHUP);
    if events & wanted != 0 {
        events & wanted | trouble
    } else if wanted != 0 && trouble != 0 {
        wanted | trouble
    } else {
        0
    }
}

/// Records an edge; says whether the owner wants some of it.
pub(crate) fn record_edge(w: &uv__io_t, ready: c_uint) -> bool {
    w.mark(ready);
    if ready & (POLLHUP | POLLERR) != 0 {
        w.mark(POLLIN | POLLOUT); // reading and writing will say what has happened
    }
    w.has_events(w.pevents.get())
}

/// Records what is on at present; says whether the owner wants some of it.
pub(crate) fn record_level(w: &uv__io_t, ready: c_uint) -> bool {
    w.events.set(ready);
    to_tell(w) != 0
}

pub(crate) fn is_wanted(w: &uv__io_t, events: c_uint) -> bool {
    w.pevents.get() & events != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::zeroed;
    use crate::sys::readiness::GENERATION_MASK;

    #[test]
    fn a_registration_stands_beside_the_kind() {
        let w: uv__io_t = zeroed();
        init(&w, Kind::Signal, 3);
        assert!(Registration::of(&w).is_none());
        for generation in [0, 1, GENERATION_MASK] {
            for events in [POLLIN, POLLOUT, POLLPRI | POLLRDHUP, POLLIN | POLLPRI | POLLOUT | POLLRDHUP] {
                Registration::new(generation).with_edge(events).put(&w);
                let edge = Registration::of(&w);
                assert_eq!((edge.edge_interest(), edge.level_interest()), (events, 0));
                edge.with_level(events).put(&w);
                let level = Registration::of(&w);
                assert_eq!((level.edge_interest(), level.level_interest()), (0, events));
                assert_eq!((level.generation(), kind(&w)), (generation, Kind::Signal));
                assert!(!level.is_none() && level.with_none().is_none());
            }
        }
    }
}
