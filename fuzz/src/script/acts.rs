//! What a script does: makes handles, and acts on them.

use std::alloc::Layout;
use std::cell::Cell;
use std::ffi::{c_int, c_uint};
use std::sync::atomic::Ordering::Relaxed;

use uv::abi::*;

use super::told::*;
use super::{Kind, NOW_NS, Play, Thing, give_back, take};

const NAMES: [&str; 7] = ["timer", "idle", "prepare", "check", "async", "stream", "poll"];

impl Play {
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
    pub(super) unsafe fn make(&self) {
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

    pub(super) fn target(&self) -> Option<&'static Thing> {
        let things = self.things.borrow();
        let place = self.below(things.len());
        things.get(place).copied()
    }

    pub(super) fn close(&self, thing: &Thing) {
        if thing.is_open.replace(false) {
            // SAFETY: an open handle.
            unsafe { (self.api.uv_close)(thing.handle.get(), Some(on_closed)) };
        }
    }

    /// Outside of the poll phase a callback may do something to any handle.
    pub(super) fn called(&self, thing: &Thing) {
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
    pub(super) fn act_after_poll(&self) {
        for thing in self.things.borrow().clone() {
            for _ in 0..thing.wants.replace(0) {
                if !self.script.borrow().is_empty() && self.below(3) > 0 {
                    self.act(thing);
                }
            }
        }
    }

    pub(super) fn act(&self, target: &Thing) {
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

/// A write, and whose it is.
#[repr(C)]
pub(super) struct Writing {
    request: uv_write_t,
    pub(super) thing: *const Thing,
    pub(super) number: i64,
}

fn sockets() -> [c_int; 2] {
    let mut fds = [-1, -1];
    let kind = libc::SOCK_STREAM | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: room for two descriptors.
    assert_eq!(unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, fds.as_mut_ptr()) }, 0);
    fds
}
