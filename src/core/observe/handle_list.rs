//! What handles a loop has: it writes that down itself when somebody has asked, and the observer reads it.
#![forbid(unsafe_code)]

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, AtomicUsize, fence};

use crate::abi::{AnyHandle, HANDLE_TYPES, uv_handle_t, uv_loop_t};
use crate::core::memory::queue;
use crate::core::observe::short::Short;
use crate::core::observe::words::Words;
use crate::core::state::handle::{flags, is_active, is_closing};
use crate::core::state::names::Name;
use crate::core::state::req;
use crate::sys::fd_text;

/// Handles that are told one by one; the others are counted.
const MOST: usize = 1024;
const KINDS: usize = 18;

const ACTIVE: u32 = 1 << 8;
const REFERENCED: u32 = 1 << 9;
const CLOSING: u32 = 1 << 10;
const NAMED: u32 = 1 << 11;

struct Place {
    /// Its kind, and the bits above.
    code: AtomicU32,
    fd: AtomicI32,
    callback: AtomicUsize,
    name: Words<4>,
    /// What its descriptor stands for.
    what: Words<WHAT>,
}

/// Two IPv6 addresses have room.
const WHAT: usize = 16;

/// A handle as its loop has written it down.
#[derive(Clone, Copy)]
pub(super) struct Written {
    pub(super) kind: &'static str,
    pub(super) is_active: bool,
    pub(super) is_referenced: bool,
    pub(super) is_closing: bool,
    pub(super) fd: i32,
    pub(super) callback: usize,
    pub(super) name: Option<Name>,
    pub(super) what: Short<{ 8 * WHAT + 1 }>,
}

struct Count {
    active: AtomicU64,
    total: AtomicU64,
}

pub(super) struct HandleList {
    asked: AtomicU32,
    answered: AtomicU32,
    /// Odd while the loop writes; 0 before it has.
    changes: AtomicU32,
    active: AtomicU64,
    referenced: AtomicU64,
    requests: AtomicU64,
    kinds: [Count; KINDS],
    len: AtomicUsize,
    places: [Place; MOST],
}

/// How handles of a type are called.
pub(super) fn kind_name(kind: u32) -> &'static str {
    HANDLE_TYPES.iter().find(|(number, _)| *number == kind).map_or("unknown", |(_, name)| name)
}

/// The function that such a handle is there for.
fn callback(handle: &uv_handle_t) -> usize {
    macro_rules! address {
        ($($cb:expr),*) => { [$($cb.get().map_or(0, |cb| cb as usize)),*] };
    }
    let [first, second] = match handle.kind() {
        AnyHandle::Async(handle) => [address!(handle.async_cb)[0], 0],
        AnyHandle::Check(handle) => [address!(handle.check_cb)[0], 0],
        AnyHandle::FsEvent(handle) => [address!(handle.cb)[0], 0],
        AnyHandle::Idle(handle) => [address!(handle.idle_cb)[0], 0],
        AnyHandle::Pipe(handle) => address!(handle.read_cb, handle.connection_cb),
        AnyHandle::Poll(handle) => [address!(handle.poll_cb)[0], 0],
        AnyHandle::Prepare(handle) => [address!(handle.prepare_cb)[0], 0],
        AnyHandle::Process(handle) => [address!(handle.exit_cb)[0], 0],
        AnyHandle::Signal(handle) => [address!(handle.signal_cb)[0], 0],
        AnyHandle::Tcp(handle) => address!(handle.read_cb, handle.connection_cb),
        AnyHandle::Timer(handle) => [address!(handle.timer_cb)[0], 0],
        AnyHandle::Tty(handle) => address!(handle.read_cb, handle.connection_cb),
        AnyHandle::Udp(handle) => [address!(handle.recv_cb)[0], 0],
        AnyHandle::FsPoll(_) | AnyHandle::Unknown => [0, 0],
    };
    if first != 0 { first } else { second }
}

impl HandleList {
    /// Another loop has it.
    #[inline(never)]
    pub(super) fn clear(&self) {
        self.asked.store(0, Relaxed);
        self.answered.store(0, Relaxed);
        self.changes.store(0, Release);
    }

    /// The loop is to write down what it has when it comes by.
    pub(super) fn ask(&self) {
        self.asked.fetch_add(1, Release);
    }

    pub(super) fn is_answered(&self) -> bool {
        self.answered.load(Acquire) == self.asked.load(Relaxed)
    }

    /// Does what was asked for, with what the program calls its handles. On the loop's thread.
    pub(super) fn answer(&self, loop_: &uv_loop_t, name_of: fn(&uv_handle_t) -> Option<Name>) {
        let asked = self.asked.load(Acquire);
        if asked != self.answered.load(Relaxed) {
            self.write(loop_, name_of);
            self.answered.store(asked, Release);
        }
    }

    #[cold]
    #[inline(never)]
    fn write(&self, loop_: &uv_loop_t, name_of: fn(&uv_handle_t) -> Option<Name>) {
        let changes = self.changes.load(Relaxed) | 1;
        self.changes.store(changes, Relaxed);
        fence(Release);
        let figures = [&self.active, &self.referenced];
        figures
            .into_iter()
            .chain(self.kinds.iter().flat_map(|count| [&count.active, &count.total]))
            .for_each(|figure| {
                figure.store(0, Relaxed);
            });
        let add = |figure: &AtomicU64| figure.store(figure.load(Relaxed) + 1, Relaxed);
        let mut places = self.places.iter();
        let mut len = 0;
        for handle in queue::handles(loop_).iter().filter(|handle| !handle.has(flags::INTERNAL)) {
            let kind = handle.r#type.get();
            let mut code = kind & 0xff;
            let count = self.kinds.get(kind as usize);
            if let Some(count) = count {
                add(&count.total);
            }
            if is_active(handle) {
                code |= ACTIVE;
                add(&self.active);
                if let Some(count) = count {
                    add(&count.active);
                }
            }
            if handle.has(flags::REF) {
                code |= REFERENCED;
                if is_active(handle) {
                    add(&self.referenced);
                }
            }
            if is_closing(handle) {
                code |= CLOSING;
            }
            if let Some(place) = places.next() {
                if let Some(name) = name_of(handle) {
                    place.name.set(name.get().to_bytes());
                    code |= NAMED;
                }
                place.code.store(code, Relaxed);
                let fd = handle.descriptor().unwrap_or(-1);
                let mut what = Short::<{ 8 * WHAT + 1 }>::default();
                if fd >= 0 {
                    let _ = fd_text::describe(fd, &mut what); // it is cut, not refused
                }
                place.what.set(what.get().to_bytes());
                place.fd.store(fd, Relaxed);
                place.callback.store(callback(handle), Relaxed);
                len += 1;
            }
        }
        self.len.store(len, Relaxed);
        self.requests.store(req::count(loop_).into(), Relaxed);
        self.changes.store(changes.wrapping_add(1).max(2), Release);
    }

    /// Whether there is anything to read.
    pub(super) fn is_known(&self) -> bool {
        self.changes.load(Acquire) >= 2
    }

    /// Active and referenced handles, and requests.
    pub(super) fn totals(&self) -> (u64, u64, u64) {
        (self.active.load(Relaxed), self.referenced.load(Relaxed), self.requests.load(Relaxed))
    }

    /// By kind: active ones, and all.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (&'static str, u64, u64)> {
        self.kinds.iter().enumerate().filter_map(|(kind, count)| {
            let (active, total) = (count.active.load(Relaxed), count.total.load(Relaxed));
            (total > 0).then(|| (kind_name(kind as u32), active, total))
        })
    }

    /// Those that are there one by one. While the loop writes, a mixture of both lists.
    pub(super) fn read(&self) -> impl Iterator<Item = Written> {
        let len = if self.is_known() { self.len.load(Relaxed) } else { 0 };
        self.places.iter().take(len).map(|place| {
            let code = place.code.load(Relaxed);
            Written {
                kind: kind_name(code & 0xff),
                is_active: code & ACTIVE != 0,
                is_referenced: code & REFERENCED != 0,
                is_closing: code & CLOSING != 0,
                fd: place.fd.load(Relaxed),
                callback: place.callback.load(Relaxed),
                name: place
                    .name
                    .with(|name| Name::joined(&[name.as_bytes()]).ok())
                    .filter(|_| code & NAMED != 0),
                what: place.what.with(Short::of),
            }
        })
    }
}
