//! A script that leaves the same trace on any libuv: in virtual time, on one thread.
//!
//! The order of descriptors within one poll is the kernel's business: callbacks of the poll phase leave what
//! they want to do to the frame's check handle, and their lines are sorted. Where there are descriptors, time
//! passes in waits alone, since how often a poll wakes up for nothing is the kernel's business, too.
//!
//! Not in it, because the libraries differ there on purpose (docs/differences.md) or the order of threads is
//! nobody's: runs inside of callbacks, the pool, files, processes, signals.

use std::alloc::{Layout, alloc, dealloc};
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_uint, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering::Relaxed};

use libc::{size_t, ssize_t};
use uv::abi::*;

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

const NAMES: [&str; 7] = ["timer", "idle", "prepare", "check", "async", "stream", "poll"];

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

    fn add<T>(&self, kind: Kind, fds: [c_int; 2]) -> &'static Thing {
        let layout = Layout::new::<T>();
        let mut things = self.things.borrow_mut();
        let thing: &'static Thing = Box::leak(Box::new(Thing {
            kind,
            id: things.len() as i64,
            handle: Cell::new(take(layout).cast()),
            layout,
            is_open: Cell::new(true),
            calls: Cell::new(0),
            wants: Cell::new(0),
            writes: Cell::new(0),
            is_shut: Cell::new(false),
            fds,
        }));
        things.push(thing);
        thing
    }

    /// Makes a handle of a kind that the script chooses, or two pipes that are connected.
    ///
    /// # Safety
    /// The play is current.
    unsafe fn make(&self) {
        let (api, loop_) = (self.api, self.loop_);
        let none = [-1, -1];
        let set = |thing: &'static Thing, status: c_int| {
            assert_eq!(status, 0);
            // SAFETY: initialised.
            unsafe { (*thing.handle.get()).data.set(std::ptr::from_ref(thing).cast_mut().cast()) };
        };
        // SAFETY: memory for handles, then handles; descriptors that stay as long.
        unsafe {
            match self.below(if self.with_descriptors { 8 } else { 4 }) {
                0 => {
                    let thing = self.add::<uv_timer_t>(Kind::Timer, none);
                    set(thing, (api.uv_timer_init)(loop_, thing.of()));
                }
                1 => {
                    let thing = self.add::<uv_idle_t>(Kind::Idle, none);
                    set(thing, (api.uv_idle_init)(loop_, thing.of()));
                }
                2 => {
                    let thing = self.add::<uv_prepare_t>(Kind::Prepare, none);
                    set(thing, (api.uv_prepare_init)(loop_, thing.of()));
                }
                3 => {
                    let thing = self.add::<uv_check_t>(Kind::Check, none);
                    set(thing, (api.uv_check_init)(loop_, thing.of()));
                }
                4 => {
                    let thing = self.add::<uv_async_t>(Kind::Async, none);
                    set(thing, (api.uv_async_init)(loop_, thing.of(), Some(on_async)));
                }
                5 | 6 => {
                    for fd in sockets() {
                        let thing = self.add::<uv_pipe_t>(Kind::Stream, none);
                        set(thing, (api.uv_pipe_init)(loop_, thing.of(), 0));
                        assert_eq!((api.uv_pipe_open)(thing.of(), fd), 0);
                    }
                }
                _ => {
                    let fds = sockets();
                    let thing = self.add::<uv_poll_t>(Kind::Poll, fds);
                    set(thing, (api.uv_poll_init)(loop_, thing.of(), fds[0]));
                }
            }
        }
    }

    fn target(&self) -> Option<&'static Thing> {
        let things = self.things.borrow();
        let place = self.below(things.len());
        things.get(place).copied()
    }

    fn close(&self, thing: &Thing) {
        if thing.is_open.replace(false) {
            // SAFETY: an open handle.
            unsafe { (self.api.uv_close)(thing.handle.get(), Some(on_closed)) };
        }
    }

    /// Outside of the poll phase a callback may do something to any handle.
    fn called(&self, thing: &Thing) {
        thing.calls.set(thing.calls.get() + 1);
        if self.script.borrow().is_empty() {
            return;
        }
        let much = self.below(8);
        if !self.with_descriptors && much == 7 {
            NOW_NS.fetch_add(1_000_000 * (1 + self.below(5) as u64), Relaxed); // a callback that takes long
        }
        for _ in 0..much % 4 {
            if let Some(target) = self.target() {
                self.act(target);
            }
        }
    }

    /// After the poll phase: what its callbacks wanted to do to their own handles.
    fn act_after_poll(&self) {
        for thing in self.things.borrow().clone() {
            for _ in 0..thing.wants.replace(0) {
                if !self.script.borrow().is_empty() && self.below(3) > 0 {
                    self.act(thing);
                }
            }
        }
    }

    fn act(&self, target: &Thing) {
        if !target.is_open.get() {
            return;
        }
        let what = self.below(10);
        let api = self.api;
        // SAFETY: an open handle of the kind.
        let status = unsafe {
            match (target.kind, what) {
                (_, 0) => return (api.uv_unref)(target.handle.get()),
                (_, 1) => return (api.uv_ref)(target.handle.get()),
                (_, 2) if self.below(3) == 0 => return self.close(target),
                (Kind::Timer, 7) => (api.uv_timer_stop)(target.of()),
                (Kind::Timer, 8) => (api.uv_timer_again)(target.of()),
                (Kind::Timer, 9) => {
                    (api.uv_timer_set_repeat)(target.of(), self.below(4) as u64);
                    0
                }
                (Kind::Timer, _) => {
                    let (timeout, repeat) = (self.below(12) as u64, [0, 0, 1, 4][self.below(4)]);
                    (api.uv_timer_start)(target.of(), Some(on_timer), timeout, repeat)
                }
                (Kind::Idle, ..7) => (api.uv_idle_start)(target.of(), Some(on_idle)),
                (Kind::Idle, _) => (api.uv_idle_stop)(target.of()),
                (Kind::Prepare, ..7) => (api.uv_prepare_start)(target.of(), Some(on_prepare)),
                (Kind::Prepare, _) => (api.uv_prepare_stop)(target.of()),
                (Kind::Check, ..7) => (api.uv_check_start)(target.of(), Some(on_check)),
                (Kind::Check, _) => (api.uv_check_stop)(target.of()),
                (Kind::Async, _) => (api.uv_async_send)(target.of()),
                (Kind::Stream, _) => return self.act_on_stream(target, what),
                (Kind::Poll, 7) => (api.uv_poll_stop)(target.of()),
                (Kind::Poll, 8 | 9) => libc::send(
                    target.fds[1],
                    b"p".as_ptr().cast(),
                    1,
                    libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL,
                ) as c_int,
                (Kind::Poll, _) => {
                    let events = [UV_READABLE, UV_WRITABLE, UV_READABLE | UV_WRITABLE][self.below(3)];
                    (api.uv_poll_start)(target.of(), events as c_int, Some(on_poll))
                }
            }
        };
        // SAFETY: as above: none of these closes it.
        let (active, has_ref) =
            unsafe { ((api.uv_is_active)(target.handle.get()), (api.uv_has_ref)(target.handle.get())) };
        self.line(NAMES[target.kind as usize], [target.id, status.into(), active.into(), has_ref.into()]);
    }

    fn act_on_stream(&self, target: &Thing, what: usize) {
        static TEXT: [u8; 600] = [b's'; 600];
        let api = self.api;
        let buf = |len: usize| uv_buf_t { base: TEXT.as_ptr().cast_mut().cast(), len };
        // SAFETY: an open stream; buffers that stay, requests that stay until they are called back.
        unsafe {
            match what {
                3 => {
                    let status = (api.uv_read_start)(target.of(), Some(on_alloc), Some(on_read));
                    self.line("read_start", [target.id, status.into(), 0, 0]);
                }
                4 => _ = (api.uv_read_stop)(target.of()),
                5 if !target.is_shut.replace(true) => {
                    let request = take(Layout::new::<uv_shutdown_t>()).cast::<uv_shutdown_t>();
                    (*request).data.set(std::ptr::from_ref(target).cast_mut().cast());
                    let status = (api.uv_shutdown)(request, target.of(), Some(on_shut));
                    self.line("shutdown", [target.id, status.into(), 0, 0]);
                    if status == 0 {
                        self.requests.set(self.requests.get() + 1);
                    } else {
                        give_back(request.cast(), Layout::new::<uv_shutdown_t>());
                    }
                }
                6 => {
                    let status = (api.uv_try_write)(target.of(), &buf(1 + self.below(200)), 1);
                    self.line("try_write", [target.id, status.into(), 0, 0]);
                }
                _ => {
                    let mut bufs: Vec<uv_buf_t> =
                        (0..1 + self.below(3)).map(|_| buf(self.below(200))).collect();
                    // Several that are all empty are EPIPE or nothing (docs/differences.md).
                    bufs[0].len += usize::from(bufs.len() > 1);
                    let request = take(Layout::new::<Writing>()).cast::<Writing>();
                    (*request).thing = target;
                    (*request).number = target.writes.replace(target.writes.get() + 1);
                    let at = &raw mut (*request).request;
                    let count = bufs.len() as c_uint;
                    let status = (api.uv_write)(at, target.of(), bufs.as_ptr(), count, Some(on_written));
                    self.line("write", [target.id, (*request).number, status.into(), 0]);
                    if status == 0 {
                        self.requests.set(self.requests.get() + 1);
                    } else {
                        give_back(request.cast(), Layout::new::<Writing>());
                    }
                }
            }
        }
    }
}

#[repr(C)]
struct Writing {
    request: uv_write_t,
    thing: *const Thing,
    number: i64,
}

fn sockets() -> [c_int; 2] {
    let mut fds = [-1, -1];
    let kind = libc::SOCK_STREAM | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: room for two descriptors.
    assert_eq!(unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, fds.as_mut_ptr()) }, 0);
    fds
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

/// # Safety
/// A handle of a thing's, or of the frame.
unsafe fn thing_of<T>(handle: *mut T) -> Option<&'static Thing> {
    // SAFETY: as the caller says.
    unsafe { (*handle.cast::<uv_handle_t>()).data.get().cast::<Thing>().as_ref() }
}

/// The play, and the thing that is told.
///
/// # Safety
/// A handle of a thing's, in its callback.
unsafe fn told<T>(handle: *mut T) -> (&'static Play, &'static Thing) {
    // SAFETY: as the caller says.
    unsafe {
        let thing = thing_of(handle).expect("a thing's handle");
        assert!(thing.is_open.get(), "a closed handle is told of something");
        (current(), thing)
    }
}

unsafe extern "C" fn on_closed(handle: *mut uv_handle_t) {
    // SAFETY: a thing's handle, whose memory is ours again.
    unsafe {
        let (play, Some(thing)) = (current(), thing_of(handle)) else { panic!("a thing's handle") };
        play.line("closed", [thing.id, (play.api.uv_is_active)(handle).into(), 0, 0]);
        thing.handle.set(null_mut());
        give_back(handle.cast(), thing.layout);
        for fd in thing.fds.into_iter().filter(|fd| *fd >= 0) {
            libc::close(fd);
        }
    }
}

unsafe extern "C" fn on_frame_closed(handle: *mut uv_handle_t) {
    // SAFETY: one of the frame's.
    unsafe {
        let layout = match (*handle).r#type.get() {
            UV_PREPARE => Layout::new::<uv_prepare_t>(),
            UV_CHECK => Layout::new::<uv_check_t>(),
            _ => Layout::new::<uv_async_t>(),
        };
        give_back(handle.cast(), layout);
    }
}

unsafe extern "C" fn close_rest(handle: *mut uv_handle_t, _: *mut c_void) {
    // SAFETY: a handle of the loop's.
    unsafe {
        let play = current();
        match thing_of(handle) {
            _ if (play.api.uv_is_closing)(handle) != 0 => {}
            Some(thing) => play.close(thing),
            // The loop's last run needs none of them.
            None => (play.api.uv_close)(handle, Some(on_frame_closed)),
        }
    }
}

unsafe extern "C" fn close_things(handle: *mut uv_handle_t, _: *mut c_void) {
    // SAFETY: a handle of the loop's.
    unsafe {
        if let (play, Some(thing)) = (current(), thing_of(handle)) {
            play.close(thing);
        }
    }
}

unsafe extern "C" fn on_alarm(_: *mut uv_async_t) {
    // SAFETY: the play's loop.
    unsafe {
        let play = current();
        play.line("nothing left to wait for", [0; 4]);
        (play.api.uv_walk)(play.loop_, Some(close_things), null_mut());
    }
}

unsafe extern "C" fn on_before_poll(_: *mut uv_prepare_t) {
    // SAFETY: the play's loop.
    let play = unsafe { current() };
    play.poll_from.set(Some(play.lines.borrow().len()));
    play.has_polled.set(true);
}

unsafe extern "C" fn on_after_poll(_: *mut uv_check_t) {
    // SAFETY: the play's loop.
    unsafe {
        let play = current();
        play.end_poll();
        play.act_after_poll();
        play.turns.set(play.turns.get() + 1);
        if play.turns.get() >= TURNS {
            (play.api.uv_walk)(play.loop_, Some(close_things), null_mut());
        }
    }
}

unsafe extern "C" fn on_timer(handle: *mut uv_timer_t) {
    // SAFETY: a thing's handle, as in the other callbacks.
    unsafe {
        let (play, thing) = told(handle);
        let due = (play.api.uv_timer_get_due_in)(handle) as i64;
        let active = (play.api.uv_is_active)(thing.handle.get());
        play.line("timer is due", [thing.id, due, active.into(), 0]);
        play.called(thing);
    }
}

unsafe extern "C" fn on_idle(handle: *mut uv_idle_t) {
    // SAFETY: as above.
    unsafe {
        let (play, thing) = told(handle);
        play.line("idle runs", [thing.id, 0, 0, 0]);
        play.called(thing);
        if thing.calls.get() % 3 == 0 && thing.is_open.get() {
            (play.api.uv_idle_stop)(handle); // an idle handle keeps time from passing
        }
    }
}

unsafe extern "C" fn on_prepare(handle: *mut uv_prepare_t) {
    // SAFETY: as above.
    unsafe {
        let (play, thing) = told(handle);
        play.line("prepare runs", [thing.id, 0, 0, 0]);
        play.called(thing);
    }
}

unsafe extern "C" fn on_check(handle: *mut uv_check_t) {
    // SAFETY: as above.
    unsafe {
        let (play, thing) = told(handle);
        play.line("check runs", [thing.id, 0, 0, 0]);
        play.called(thing);
    }
}

unsafe extern "C" fn on_async(handle: *mut uv_async_t) {
    // SAFETY: as above.
    unsafe {
        let (play, thing) = told(handle);
        play.line("async is sent", [thing.id, 0, 0, 0]);
        thing.wants.set(thing.wants.get() + 1);
    }
}

unsafe extern "C" fn on_poll(handle: *mut uv_poll_t, status: c_int, events: c_int) {
    // SAFETY: as above; a socket of ours.
    unsafe {
        let (play, thing) = told(handle);
        play.line("poll tells", [thing.id, status.into(), events.into(), 0]);
        let mut byte = 0_u8;
        if events & UV_READABLE as c_int != 0 {
            libc::recv(thing.fds[0], (&raw mut byte).cast(), 1, libc::MSG_DONTWAIT);
        }
        if events & UV_WRITABLE as c_int != 0 && (thing.calls.replace(thing.calls.get() + 1)) % 3 == 2 {
            (play.api.uv_poll_stop)(handle); // it keeps time from passing
        }
        thing.wants.set(thing.wants.get() + 1);
    }
}

unsafe extern "C" fn on_alloc(_: *mut uv_handle_t, _: size_t, buf: *mut uv_buf_t) {
    const ROOM: usize = 4096;
    // SAFETY: a place for a buffer.
    unsafe { *buf = uv_buf_t { base: libc::malloc(ROOM).cast(), len: ROOM } };
}

unsafe extern "C" fn on_read(stream: *mut uv_stream_t, nread: ssize_t, buf: *const uv_buf_t) {
    // SAFETY: as above, and the buffer that `on_alloc` gave, or none.
    unsafe {
        libc::free((*buf).base.cast());
        if nread == 0 {
            return; // allowed, and of no meaning
        }
        let (play, thing) = told(stream);
        play.line("stream has", [thing.id, nread as i64, 0, 0]);
        thing.wants.set(thing.wants.get() + 1);
    }
}

unsafe extern "C" fn on_written(request: *mut uv_write_t, status: c_int) {
    // SAFETY: a request of ours, called back once; its thing stays as long as the play.
    unsafe {
        let (play, writing) = (current(), request.cast::<Writing>());
        play.requests.set(play.requests.get() - 1);
        play.line("written", [(*(*writing).thing).id, (*writing).number, status.into(), 0]);
        give_back(writing.cast(), Layout::new::<Writing>());
    }
}

unsafe extern "C" fn on_shut(request: *mut uv_shutdown_t, status: c_int) {
    // SAFETY: as above.
    unsafe {
        let play = current();
        play.requests.set(play.requests.get() - 1);
        play.line("shut", [(*(*request).data.get().cast::<Thing>()).id, status.into(), 0, 0]);
        give_back(request.cast(), Layout::new::<uv_shutdown_t>());
    }
}
