//! Pipes and TCP: connections, reading, writing, and handles passed over pipes.

use std::ffi::{c_int, c_uint};
use std::mem::zeroed;

use libc::{size_t, sockaddr_in, ssize_t};
use uv::abi::*;

use super::others::sockets;
use super::udp::loopback;
use super::{Kind, Request, Thing, World, to_bufs, told};
use crate::memory::Exact;

pub(super) const SIZES: [usize; 7] = [0, 1, 7, 64, 300, 4000, 70_000];

impl World {
    /// Two pipes that are connected, sometimes by descriptors.
    pub(super) fn new_pipes(&self) {
        if self.is_full() {
            return;
        }
        let how = self.below(8);
        let ends = sockets(libc::SOCK_STREAM);
        for fd in ends {
            let ipc = how & 3 != 0;
            let thing = self.add_with::<uv_pipe_t>(Kind::Pipe, [-1, -1], ipc);
            // SAFETY: memory for a handle, then a handle and a socket that goes with it.
            unsafe {
                self.made(thing, (self.api.uv_pipe_init)(self.loop_, thing.of(), ipc.into()));
                assert_eq!((self.api.uv_pipe_open)(thing.of(), fd), 0);
                if how & 4 != 0 {
                    self.start_reading(thing);
                }
            }
        }
    }

    pub(super) fn new_server(&self) {
        if self.is_full() {
            return;
        }
        // SAFETY: memory for a handle, then a handle and an address.
        unsafe {
            if self.below(2) == 0 {
                let thing = self.add::<uv_tcp_t>(Kind::Tcp);
                self.made(thing, (self.api.uv_tcp_init)(self.loop_, thing.of()));
                let address = loopback(0);
                assert_eq!((self.api.uv_tcp_bind)(thing.of(), (&raw const address).cast(), 0), 0);
                self.listen(thing);
            } else {
                let thing = self.add::<uv_pipe_t>(Kind::Pipe);
                self.made(thing, (self.api.uv_pipe_init)(self.loop_, thing.of(), 0));
                let name = self.pipe_name();
                let status = (self.api.uv_pipe_bind2)(thing.of(), name.as_ptr().cast(), name.len(), 0);
                if status == 0 {
                    self.listen(thing);
                }
            }
        }
    }

    /// In the abstract name space: nothing is left of it.
    fn pipe_name(&self) -> Vec<u8> {
        format!("\0uv-fuzz-{}", std::process::id()).into_bytes()
    }

    fn listen(&self, thing: &Thing) {
        // SAFETY: a bound handle.
        assert_eq!(unsafe { (self.api.uv_listen)(thing.of(), 4, Some(on_connection)) }, 0);
        thing.listens.set(true);
    }

    pub(super) fn connect(&self) {
        let Some(server) = self.pick(|thing| thing.listens.get()) else { return };
        if self.is_full() {
            return;
        }
        let request = Request::<uv_connect_t>::new(self, Vec::new());
        // SAFETY: an open server, memory for a handle, and a request that is not begun.
        unsafe {
            let status = if server.kind == Kind::Tcp {
                let mut address: sockaddr_in = zeroed();
                let mut len = size_of::<sockaddr_in>() as c_int;
                let at = (&raw mut address).cast();
                assert_eq!((self.api.uv_tcp_getsockname)(server.of(), at, &mut len), 0);
                let thing = self.add::<uv_tcp_t>(Kind::Tcp);
                self.made(thing, (self.api.uv_tcp_init)(self.loop_, thing.of()));
                let status =
                    (self.api.uv_tcp_connect)(Request::begin(request), thing.of(), at, Some(on_connected));
                self.end_at_once(thing);
                status
            } else {
                let thing = self.add::<uv_pipe_t>(Kind::Pipe);
                self.made(thing, (self.api.uv_pipe_init)(self.loop_, thing.of(), 0));
                let name = self.pipe_name();
                let (at, len) = (name.as_ptr().cast(), name.len());
                (self.api.uv_pipe_connect2)(
                    Request::begin(request),
                    thing.of(),
                    at,
                    len,
                    0,
                    Some(on_connected),
                )
            };
            Request::begun(request, status);
        }
    }

    /// Connections are not to be remembered by the system: there are only so many ports.
    fn end_at_once(&self, thing: &Thing) {
        let mut fd = -1;
        let linger = libc::linger { l_onoff: 1, l_linger: 0 };
        // SAFETY: an open handle; an option of its descriptor, if it has one.
        unsafe {
            if (self.api.uv_fileno)(thing.handle.get(), &mut fd) == 0 {
                let len = size_of::<libc::linger>() as libc::socklen_t;
                libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_LINGER, (&raw const linger).cast(), len);
            }
        }
    }

    fn start_reading(&self, thing: &Thing) {
        // SAFETY: an open stream.
        unsafe { (self.api.uv_read_start)(thing.of(), Some(on_alloc), Some(on_read)) };
    }

    pub(super) fn use_reading(&self) {
        let Some(thing) = self.pick(Thing::is_stream) else { return };
        // SAFETY: an open stream.
        unsafe {
            match self.below(4) {
                0 => _ = (self.api.uv_read_stop)(thing.of()),
                1 if thing.ipc => self.accept_passed(thing),
                _ => self.start_reading(thing),
            }
        }
    }

    fn some_bytes(&self, many: usize) -> Vec<Exact<u8>> {
        (0..1 + self.below(many)).map(|_| Exact::filled(SIZES[self.below(7)])).collect()
    }

    pub(super) fn write(&self) {
        let Some(thing) = self.pick(Thing::is_stream) else { return };
        let request = Request::<uv_write_t>::new(self, self.some_bytes(6));
        // SAFETY: an open stream, and buffers that stay as long as the request.
        unsafe {
            let bufs = to_bufs(&(*request).bytes);
            let count = bufs.len() as c_uint;
            let at = Request::begin(request);
            let status = (self.api.uv_write)(at, thing.of(), bufs.as_ptr(), count, Some(on_written));
            Request::begun(request, status);
        }
    }

    /// Passes a handle over a pipe.
    pub(super) fn pass(&self) {
        let Some(thing) = self.pick(|thing| thing.ipc) else { return };
        let kinds = [Kind::Pipe, Kind::Tcp, Kind::Udp];
        let Some(passed) = self.pick(|it| kinds.contains(&it.kind)) else { return };
        if self.below(4) == 0 {
            let bytes = self.some_bytes(2);
            let bufs = to_bufs(&bytes);
            // SAFETY: open handles, and buffers for the call.
            unsafe {
                (self.api.uv_try_write2)(thing.of(), bufs.as_ptr(), bufs.len() as c_uint, passed.of());
            }
            return;
        }
        let request = Request::<uv_write_t>::new(self, self.some_bytes(2));
        passed.is_passed.set(true);
        // SAFETY: open handles, and buffers that stay as long as the request.
        unsafe {
            let bufs = to_bufs(&(*request).bytes);
            let count = bufs.len() as c_uint;
            let at = Request::begin(request);
            let status =
                (self.api.uv_write2)(at, thing.of(), bufs.as_ptr(), count, passed.of(), Some(on_written));
            Request::begun(request, status);
        }
    }

    pub(super) fn try_write(&self) {
        let Some(thing) = self.pick(Thing::is_stream) else { return };
        let bytes = self.some_bytes(3);
        let bufs = to_bufs(&bytes);
        // SAFETY: an open stream, and buffers for the call.
        unsafe { (self.api.uv_try_write)(thing.of(), bufs.as_ptr(), bufs.len() as c_uint) };
    }

    pub(super) fn shut(&self) {
        let Some(thing) = self.pick(Thing::is_stream) else { return };
        let request = Request::<uv_shutdown_t>::new(self, Vec::new());
        // SAFETY: an open stream.
        unsafe {
            let status = (self.api.uv_shutdown)(Request::begin(request), thing.of(), Some(on_shut));
            Request::begun(request, status);
        }
    }

    /// Takes the handle that came first over a pipe.
    fn accept_passed(&self, pipe: &Thing) {
        if self.is_full() {
            return;
        }
        // SAFETY: an open pipe; memory for a handle, then a handle of the kind that came.
        unsafe {
            let count = (self.api.uv_pipe_pending_count)(pipe.of());
            let kind = (self.api.uv_pipe_pending_type)(pipe.of());
            assert!(count > 0 || kind == UV_UNKNOWN_HANDLE, "{count} handles of kind {kind}");
            let thing = match kind {
                UV_NAMED_PIPE => {
                    let thing = self.add::<uv_pipe_t>(Kind::Pipe);
                    self.made(thing, (self.api.uv_pipe_init)(self.loop_, thing.of(), 0));
                    thing
                }
                UV_TCP => {
                    let thing = self.add::<uv_tcp_t>(Kind::Tcp);
                    self.made(thing, (self.api.uv_tcp_init)(self.loop_, thing.of()));
                    thing
                }
                UV_UDP => {
                    let thing = self.add::<uv_udp_t>(Kind::Udp);
                    self.made(thing, (self.api.uv_udp_init)(self.loop_, thing.of()));
                    thing
                }
                _ => return,
            };
            assert_eq!((self.api.uv_accept)(pipe.of(), thing.of()), 0);
            assert_eq!((self.api.uv_pipe_pending_count)(pipe.of()), count - 1);
        }
    }
}

/// Memory of some size, or none.
pub(super) unsafe extern "C" fn on_alloc(handle: *mut uv_handle_t, _suggested: size_t, buf: *mut uv_buf_t) {
    // SAFETY: a thing's handle, and a place for a buffer.
    unsafe {
        let world = told(handle).world();
        let len = if world.ends.get() { 64 } else { [64, 1, 3, 0, 100, 5000, 70_000][world.below(7)] };
        if len == 0 {
            *buf = uv_buf_t { base: std::ptr::null_mut(), len: 0 };
            return;
        }
        world.buffers.set(world.buffers.get() + 1);
        *buf = uv_buf_t { base: libc::malloc(len).cast(), len };
    }
}

/// # Safety
/// The buffer of a callback.
pub(super) unsafe fn buffer_back(world: &World, buf: *const uv_buf_t) {
    // SAFETY: what `on_alloc` has given.
    unsafe {
        let base = (*buf).base;
        if !base.is_null() {
            assert!(world.buffers.get() > 0, "a buffer comes back twice");
            world.buffers.set(world.buffers.get() - 1);
            libc::free(base.cast());
        }
    }
}

unsafe extern "C" fn on_read(stream: *mut uv_stream_t, nread: ssize_t, buf: *const uv_buf_t) {
    // SAFETY: a thing's handle, and the buffer that `on_alloc` gave, or none.
    unsafe {
        let thing = told(stream);
        let world = thing.world();
        if nread > 0 {
            assert!(nread as usize <= (*buf).len);
        }
        buffer_back(world, buf);
        if thing.ipc && !world.ends.get() && world.below(4) > 0 {
            world.accept_passed(thing);
        }
        world.in_callback();
    }
}

unsafe extern "C" fn on_written(request: *mut uv_write_t, _status: c_int) {
    // SAFETY: the request of a `begin`.
    unsafe { Request::end(request) }.in_callback();
}

unsafe extern "C" fn on_shut(request: *mut uv_shutdown_t, _status: c_int) {
    // SAFETY: as above.
    unsafe { Request::end(request) }.in_callback();
}

unsafe extern "C" fn on_connected(request: *mut uv_connect_t, _status: c_int) {
    // SAFETY: as above.
    unsafe { Request::end(request) }.in_callback();
}

unsafe extern "C" fn on_connection(server: *mut uv_stream_t, status: c_int) {
    // SAFETY: a thing's handle; memory for a handle, then a handle.
    unsafe {
        let thing = told(server);
        let world = thing.world();
        let api = world.api;
        if status == 0 && !world.is_full() && world.below(4) > 0 {
            let client = if thing.kind == Kind::Tcp {
                let client = world.add::<uv_tcp_t>(Kind::Tcp);
                world.made(client, (api.uv_tcp_init)(world.loop_, client.of()));
                client
            } else {
                let client = world.add::<uv_pipe_t>(Kind::Pipe);
                world.made(client, (api.uv_pipe_init)(world.loop_, client.of(), 0));
                client
            };
            assert_eq!((api.uv_accept)(thing.of(), client.of()), 0);
            world.end_at_once(client);
            world.start_reading(client);
        }
        world.in_callback();
    }
}
