//! What is told of a process to those who look into it, as the answers at the socket need it.
#![forbid(unsafe_code)]

use super::chrome_trace::{Names, Timeline};
use super::histogram::Histogram;
use crate::sys::errno::UvResult;

/// Where the figures come from. Nothing here waits: what is not known at once is told as not known.
pub(crate) trait View {
    /// What entries of the timeline stand for.
    fn names(&self) -> &dyn Names;

    fn process(&self, tell: &mut dyn FnMut(&Process<'_>));

    fn loops(&self, tell: &mut dyn FnMut(&Loop<'_>));

    /// The program's functions that loops have called.
    fn callbacks(&self, tell: &mut dyn FnMut(&Callback));

    fn pool(&self) -> Pool;

    /// The kinds of work that there have been.
    fn work(&self, tell: &mut dyn FnMut(&Work<'_>));

    fn workers(&self, tell: &mut dyn FnMut(&Worker));

    /// The name of what is at an address, and of the file it is in; empty where they are not known.
    fn place(&self, address: usize, tell: &mut dyn FnMut(&str, &str));

    /// Asks the loops what they have, which they tell when they come by.
    fn ask_for_handles(&self);

    /// Whether all loops that can have answered since.
    fn have_handles(&self) -> bool;

    fn handles(&self, tell: &mut dyn FnMut(&Answer<'_>));

    /// The timeline up to now with all its threads, to be arranged by whoever asks; nothing if none is kept.
    fn timeline(&self) -> Option<UvResult<Timeline>>;
}

pub(crate) struct Process<'a> {
    pub(crate) id: u32,
    pub(crate) program: &'a [u8],
    pub(crate) uptime_ms: u64,
    pub(crate) watchdog_ms: Option<u64>,
    pub(crate) trace: Option<&'a [u8]>,
}

pub(crate) struct Loop<'a> {
    pub(crate) id: u64,
    pub(crate) name: Option<&'a [u8]>,
    pub(crate) thread: u32,
    pub(crate) thread_name: &'a [u8],
    /// `waiting`, `calling`, `turning`, `blocked` or `not running`.
    pub(crate) state: &'static str,
    pub(crate) iterations: u64,
    pub(crate) idle_ns: u64,
    pub(crate) calling_ns: u64,
    /// In the library and in the kernel, without waits.
    pub(crate) own_ns: u64,
    pub(crate) lag: &'a Histogram,
    pub(crate) iteration: &'a Histogram,
    pub(crate) kinds: &'a [Kind],
    pub(crate) now: Option<Now>,
    pub(crate) blocked_count: u64,
    pub(crate) blocked_worst_ms: u64,
    pub(crate) handles: Option<Handles<'a>>,
    pub(crate) requests: Option<u64>,
}

/// What the callbacks of a kind took.
#[derive(Clone, Copy, Default)]
pub(crate) struct Kind {
    pub(crate) kind: &'static str,
    pub(crate) count: u64,
    pub(crate) total_ns: u64,
    pub(crate) worst_ns: u64,
}

/// A call under way.
#[derive(Clone, Copy)]
pub(crate) struct Now {
    pub(crate) function: usize,
    pub(crate) kind: &'static str,
    pub(crate) since_ms: u64,
}

pub(crate) struct Handles<'a> {
    pub(crate) active: u64,
    pub(crate) referenced: u64,
    pub(crate) kinds: &'a [HandleKind],
}

#[derive(Clone, Copy, Default)]
pub(crate) struct HandleKind {
    pub(crate) kind: &'static str,
    pub(crate) active: u64,
    pub(crate) total: u64,
}

/// What a function of the program's took.
pub(crate) struct Callback {
    pub(crate) function: usize,
    pub(crate) figures: Kind,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Pool {
    pub(crate) size: u64,
    pub(crate) busy: u64,
    pub(crate) queued: u64,
    pub(crate) longest_wait_ms: u64,
}

pub(crate) struct Work<'a> {
    pub(crate) kind: &'static str,
    pub(crate) wait: &'a Histogram,
    pub(crate) run: &'a Histogram,
}

pub(crate) struct Worker {
    pub(crate) thread: u32,
    pub(crate) now: Option<Now>,
}

/// Who is told of a handle.
pub(crate) type ToHandle<'a> = dyn FnMut(&Handle<'_>) + 'a;

/// What a loop tells of what it has.
pub(crate) struct Answer<'a> {
    pub(crate) id: u64,
    /// `answered`, `blocked` or `not running`.
    pub(crate) state: &'static str,
    pub(crate) handles: &'a dyn Fn(&mut ToHandle<'_>),
    /// Handles that are not told one by one.
    pub(crate) more: u64,
    /// Requests under way.
    pub(crate) requests: u64,
}

pub(crate) struct Handle<'a> {
    pub(crate) kind: &'static str,
    pub(crate) name: Option<&'a [u8]>,
    pub(crate) is_active: bool,
    pub(crate) is_referenced: bool,
    pub(crate) is_closing: bool,
    pub(crate) fd: Option<u64>,
    /// Addresses, or a path.
    pub(crate) what: Option<&'a [u8]>,
    pub(crate) callback: Option<usize>,
    pub(crate) since_ms: Option<u64>,
}
