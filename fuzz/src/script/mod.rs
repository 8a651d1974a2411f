//! A script that leaves the same trace on any libuv: in virtual time, on one thread.
//!
//! The order of descriptors within one poll is the kernel's business: callbacks of the poll phase leave what
//! they want to do to the frame's check handle, and their lines are sorted. Where there are descriptors, time
//! passes in waits alone, since how often a poll wakes up for nothing is the kernel's business, too.
//!
//! Not in it, because the libraries differ there on purpose (docs/differences.md) or the order of threads is
//! nobody's: runs inside of callbacks, the pool, files, processes, signals.

mod acts;
mod told;

use std::alloc::{Layout, alloc, dealloc};
use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering::Relaxed};

use uv::abi::*;

use self::told::*;
use crate::api::Api;
use crate::bytes::Bytes;
use crate::memory::FILL;

const TURNS: u32 = 60;
const HANDLES: usize = 24;
const LINES: usize = 4000;
const START_NS: u64 = 1_000_000_000;

/// The clock that both libraries see while a script is played.
pub static IS_VIRTUAL: AtomicBool = AtomicBool::new(false);
pub static NOW_NS: AtomicU64 = AtomicU64::new(START_NS);
static PLAY: AtomicPtr<Play> = AtomicPtr::new(null_mut());

/// When, what, and numbers that say more.
pub type Line = (u64, &'static str, [i64; 4]);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Timer,
    Idle,
    Prepare,
    Check,
    Async,
    Stream,
    Poll,
}

struct Thing {
    kind: Kind,
    id: i64,
    handle: Cell<*mut uv_handle_t>,
    layout: Layout,
    is_open: Cell<bool>,
    calls: Cell<u32>,
    /// Callbacks of the poll phase that have something to do after it.
    wants: Cell<u32>,
    writes: Cell<i64>,
    is_shut: Cell<bool>,
    fds: [c_int; 2],
}

impl Thing {
    fn of<T>(&self) -> *mut T {
        self.handle.get().cast()
    }
}

struct Play {
    api: &'static Api,
    loop_: *mut uv_loop_t,
    script: RefCell<Bytes<'static>>,
    things: RefCell<Vec<&'static Thing>>,
    lines: RefCell<Vec<Line>>,
    /// Where the lines of the poll phase begin, which are sorted.
    poll_from: Cell<Option<usize>>,
    has_polled: Cell<bool>,
    with_descriptors: bool,
    turns: Cell<u32>,
    frame: [*mut uv_handle_t; 3],
    requests: Cell<u32>,
}

/// The play that runs.
///
/// # Safety
/// In callbacks of its loop, or in `play`.
unsafe fn current() -> &'static Play {
    // SAFETY: as the caller says; one thread plays.
    unsafe { &*PLAY.load(Relaxed) }
}

/// A wait without end, in which nothing more can happen: the script is over.
pub fn nothing_to_wait_for() {
    // SAFETY: called by the poller of the play's loop.
    unsafe {
        let play = current();
        (play.api.uv_async_send)(play.frame[2].cast());
    }
}

/// Plays a script; the trace is what the program was told.
pub fn play(api: &'static Api, script: &[u8]) -> Vec<Line> {
    // SAFETY: the script outlives the play. Memory for a loop and handles, which are initialised; all is closed
    // before it is freed.
    unsafe {
        let script: &'static [u8] = std::mem::transmute(script);
        NOW_NS.store(START_NS, Relaxed);
        IS_VIRTUAL.store(true, Relaxed);
        let mut bytes = Bytes::new(script);
        let with_descriptors = bytes.next() & 1 == 0;
        let loop_ = take(Layout::new::<uv_loop_t>()).cast::<uv_loop_t>();
        assert_eq!((api.uv_loop_init)(loop_), 0);
        let frame = [
            take(Layout::new::<uv_prepare_t>()).cast::<uv_handle_t>(),
            take(Layout::new::<uv_check_t>()).cast(),
            take(Layout::new::<uv_async_t>()).cast(),
        ];
        (api.uv_async_init)(loop_, frame[2].cast(), Some(on_alarm));
        (api.uv_unref)(frame[2]);
        (*frame[2]).data.set(null_mut());
        let play = Box::into_raw(Box::new(Play {
            api,
            loop_,
            script: RefCell::new(bytes),
            things: RefCell::new(Vec::new()),
            lines: RefCell::new(Vec::new()),
            poll_from: Cell::new(None),
            has_polled: Cell::new(false),
            with_descriptors,
            turns: Cell::new(0),
            frame,
            requests: Cell::new(0),
        }));
        PLAY.store(play, Relaxed);
        (*play).all();
        let play = Box::from_raw(play);
        IS_VIRTUAL.store(false, Relaxed);
        for thing in play.things.borrow().iter() {
            drop(Box::from_raw(std::ptr::from_ref::<Thing>(thing).cast_mut()));
        }
        give_back(loop_.cast(), Layout::new::<uv_loop_t>());
        play.lines.take()
    }
}

impl Play {
    fn below(&self, bound: usize) -> usize {
        self.script.borrow_mut().below(bound)
    }

    fn line(&self, what: &'static str, numbers: [i64; 4]) {
        let mut lines = self.lines.borrow_mut();
        if lines.len() < LINES {
            lines.push(((NOW_NS.load(Relaxed) - START_NS) / 1_000_000, what, numbers));
        }
    }

    fn end_poll(&self) {
        if let Some(from) = self.poll_from.take() {
            self.lines.borrow_mut()[from..].sort_unstable();
        }
    }

    /// The whole script.
    ///
    /// # Safety
    /// Once, with the play that is current.
    unsafe fn all(&self) {
        let (api, loop_) = (self.api, self.loop_);
        // SAFETY: a loop, and handles that are open.
        unsafe {
            for _ in 0..1 + self.below(HANDLES - 1) {
                self.make();
            }
            (api.uv_prepare_init)(loop_, self.frame[0].cast());
            (api.uv_check_init)(loop_, self.frame[1].cast());
            (*self.frame[0]).data.set(null_mut());
            (*self.frame[1]).data.set(null_mut());
            for thing in self.things.borrow().clone() {
                if thing.kind == Kind::Stream {
                    (api.uv_read_start)(thing.of(), Some(on_alloc), Some(on_read));
                } else {
                    self.act(thing);
                }
            }
            for _ in 0..TURNS {
                // Started anew for each run: the first comes last of its kind, the other first.
                (api.uv_prepare_stop)(self.frame[0].cast());
                (api.uv_check_stop)(self.frame[1].cast());
                if (api.uv_is_closing)(self.frame[0]) == 0 {
                    (api.uv_prepare_start)(self.frame[0].cast(), Some(on_before_poll));
                    (api.uv_unref)(self.frame[0]);
                    (api.uv_check_start)(self.frame[1].cast(), Some(on_after_poll));
                    (api.uv_unref)(self.frame[1]);
                }
                let mode = [UV_RUN_NOWAIT, UV_RUN_ONCE, UV_RUN_DEFAULT][self.below(3)];
                if self.has_polled.get() && !self.with_descriptors {
                    self.line("timeout", [(api.uv_backend_timeout)(loop_).into(), 0, 0, 0]);
                }
                let status = (api.uv_run)(loop_, mode);
                self.end_poll();
                self.line("run", [mode.into(), status.into(), (api.uv_loop_alive)(loop_).into(), 0]);
                if !self.with_descriptors && self.below(5) == 1 {
                    NOW_NS.fetch_add(3_000_000, Relaxed);
                }
                if status == 0 {
                    break;
                }
                self.turns.set(self.turns.get() + 1);
                if let Some(thing) = self.target() {
                    self.act(thing);
                }
            }
            (api.uv_walk)(loop_, Some(close_rest), null_mut());
            (api.uv_run)(loop_, UV_RUN_DEFAULT);
            self.end_poll();
            assert_eq!(self.requests.get(), 0, "requests were not called back");
            assert_eq!((api.uv_loop_close)(loop_), 0);
        }
    }
}

fn take(layout: Layout) -> *mut u8 {
    // SAFETY: no layout here is empty.
    unsafe {
        let memory = alloc(layout);
        assert!(!memory.is_null());
        memory.write_bytes(FILL, layout.size());
        memory
    }
}

/// # Safety
/// Taken with that layout; the last use.
unsafe fn give_back(memory: *mut u8, layout: Layout) {
    // SAFETY: as the caller says.
    unsafe { dealloc(memory, layout) };
}
