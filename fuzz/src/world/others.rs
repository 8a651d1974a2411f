//! Timers, the phases of a turn, asyncs, polls, signals, processes, terminals.

use std::ffi::{c_char, c_int};
use std::ptr::{null, null_mut};
use std::sync::atomic::Ordering::SeqCst;

use uv::abi::*;

use super::{Kind, Thing, World, sender, told};

impl World {
    pub(super) fn new_timer(&self) {
        if self.is_full() {
            return;
        }
        let thing = self.add::<uv_timer_t>(Kind::Timer);
        // SAFETY: memory for a timer, then a timer.
        unsafe {
            self.made(thing, (self.api.uv_timer_init)(self.loop_, thing.of()));
            self.start_timer(thing);
        }
    }

    fn start_timer(&self, thing: &Thing) {
        let timeout = [0, 0, 1, 2, 1000, u64::MAX][self.below(6)];
        let repeat = [0, 0, 1, 50][self.below(4)];
        // SAFETY: an open timer.
        assert_eq!(unsafe { (self.api.uv_timer_start)(thing.of(), Some(on_timer), timeout, repeat) }, 0);
    }

    /// Something to end waits.
    pub(super) fn new_guard(&self) -> &'static Thing {
        let thing = self.add::<uv_timer_t>(Kind::Guard);
        // SAFETY: memory for a timer, then a timer.
        unsafe {
            self.made(thing, (self.api.uv_timer_init)(self.loop_, thing.of()));
            assert_eq!((self.api.uv_timer_start)(thing.of(), Some(on_guard), 1, 1), 0);
        }
        thing
    }

    pub(super) fn use_timer(&self) {
        let Some(thing) = self.pick(|thing| thing.kind == Kind::Timer) else { return };
        // SAFETY: an open timer.
        unsafe {
            match self.below(5) {
                0 => _ = (self.api.uv_timer_again)(thing.of()),
                1 => _ = (self.api.uv_timer_stop)(thing.of()),
                2 => (self.api.uv_timer_set_repeat)(thing.of(), self.below(3) as u64),
                3 => _ = (self.api.uv_timer_get_due_in)(thing.of()),
                _ => self.start_timer(thing),
            }
        }
    }

    pub(super) fn new_phase(&self) {
        if self.is_full() {
            return;
        }
        // SAFETY: memory for the handle, then a handle.
        unsafe {
            let api = self.api;
            match self.below(3) {
                0 => {
                    let thing = self.add::<uv_idle_t>(Kind::Idle);
                    self.made(thing, (api.uv_idle_init)(self.loop_, thing.of()));
                }
                1 => {
                    let thing = self.add::<uv_prepare_t>(Kind::Prepare);
                    self.made(thing, (api.uv_prepare_init)(self.loop_, thing.of()));
                }
                _ => {
                    let thing = self.add::<uv_check_t>(Kind::Check);
                    self.made(thing, (api.uv_check_init)(self.loop_, thing.of()));
                }
            }
        }
        let newest = self.things.borrow().last().copied();
        if let Some(thing) = newest {
            self.start_phase(thing);
        }
    }

    fn start_phase(&self, thing: &Thing) {
        // SAFETY: an open handle of the kind.
        let status = unsafe {
            match thing.kind {
                Kind::Idle => (self.api.uv_idle_start)(thing.of(), Some(on_idle)),
                Kind::Prepare => (self.api.uv_prepare_start)(thing.of(), Some(on_prepare)),
                _ => (self.api.uv_check_start)(thing.of(), Some(on_check)),
            }
        };
        assert_eq!(status, 0);
    }

    pub(super) fn use_phase(&self) {
        let kinds = [Kind::Idle, Kind::Prepare, Kind::Check];
        let Some(thing) = self.pick(|thing| kinds.contains(&thing.kind)) else { return };
        if self.below(2) == 0 {
            return self.start_phase(thing);
        }
        // SAFETY: an open handle of the kind.
        let status = unsafe {
            match thing.kind {
                Kind::Idle => (self.api.uv_idle_stop)(thing.of()),
                Kind::Prepare => (self.api.uv_prepare_stop)(thing.of()),
                _ => (self.api.uv_check_stop)(thing.of()),
            }
        };
        assert_eq!(status, 0);
    }

    pub(super) fn new_async(&self) {
        if self.is_full() {
            return;
        }
        let thing = self.add::<uv_async_t>(Kind::Async);
        // SAFETY: memory for a handle.
        unsafe { self.made(thing, (self.api.uv_async_init)(self.loop_, thing.of(), Some(on_async))) };
    }

    pub(super) fn send(&self) {
        let Some(thing) = self.pick(|thing| thing.kind == Kind::Async) else { return };
        if self.below(3) == 0 {
            thing.sends.fetch_add(1, SeqCst);
            let send = self.api.uv_async_send as usize;
            sender().send((std::ptr::from_ref(thing) as usize, send)).expect("the other thread is there");
        } else {
            // SAFETY: an open async handle.
            assert_eq!(unsafe { (self.api.uv_async_send)(thing.of()) }, 0);
        }
    }

    pub(super) fn new_poll(&self) {
        if self.is_full() {
            return;
        }
        let fds = sockets(libc::SOCK_STREAM);
        let thing = self.add_with::<uv_poll_t>(Kind::Poll, fds, false);
        // SAFETY: memory for a handle, and a socket that is open until the handle is closed.
        unsafe { self.made(thing, (self.api.uv_poll_init)(self.loop_, thing.of(), fds[0])) };
        self.start_poll(thing);
    }

    fn start_poll(&self, thing: &Thing) {
        let events = [UV_READABLE, UV_WRITABLE, UV_READABLE | UV_WRITABLE, UV_READABLE | UV_DISCONNECT];
        let events = events[self.below(4)] as c_int;
        // SAFETY: an open handle.
        assert_eq!(unsafe { (self.api.uv_poll_start)(thing.of(), events, Some(on_poll)) }, 0);
    }

    pub(super) fn use_poll(&self) {
        let Some(thing) = self.pick(|thing| thing.kind == Kind::Poll) else { return };
        let peer = &thing.fds[1];
        // SAFETY: an open handle, and a descriptor of our own.
        unsafe {
            match self.below(5) {
                0 => assert_eq!((self.api.uv_poll_stop)(thing.of()), 0),
                1 if peer.get() >= 0 => {
                    libc::close(peer.replace(-1));
                }
                2 | 3 if peer.get() >= 0 => {
                    libc::send(
                        peer.get(),
                        b"xyz".as_ptr().cast(),
                        3,
                        libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL,
                    );
                }
                _ => self.start_poll(thing),
            }
        }
    }

    pub(super) fn signal(&self) {
        const SIGNALS: [c_int; 3] = [libc::SIGUSR1, libc::SIGUSR2, libc::SIGWINCH];
        let signum = SIGNALS[self.below(3)];
        match self.below(4) {
            0 | 1 => {
                if self.is_full() {
                    return;
                }
                let thing = self.add::<uv_signal_t>(Kind::Signal);
                // SAFETY: memory for a handle.
                unsafe { self.made(thing, (self.api.uv_signal_init)(self.loop_, thing.of())) };
                self.start_signal(thing, signum);
            }
            2 => {
                let Some(thing) = self.pick(|thing| thing.kind == Kind::Signal) else { return };
                // SAFETY: an open handle.
                match self.below(2) {
                    0 => assert_eq!(unsafe { (self.api.uv_signal_stop)(thing.of()) }, 0),
                    _ => self.start_signal(thing, signum),
                }
            }
            _ if self.raised.get() < 8 => {
                self.raised.set(self.raised.get() + 1);
                // Somebody has to catch it, or it would end this process.
                let thing = self.add::<uv_signal_t>(Kind::Signal);
                // SAFETY: memory for a handle, then a handle.
                unsafe {
                    self.made(thing, (self.api.uv_signal_init)(self.loop_, thing.of()));
                    assert_eq!((self.api.uv_signal_start)(thing.of(), Some(on_signal), signum), 0);
                    libc::raise(signum);
                }
            }
            _ => {}
        }
    }

    fn start_signal(&self, thing: &Thing, signum: c_int) {
        let start =
            if self.below(2) == 0 { self.api.uv_signal_start } else { self.api.uv_signal_start_oneshot };
        // SAFETY: an open handle.
        assert_eq!(unsafe { start(thing.of(), Some(on_signal), signum) }, 0);
    }

    /// What costs much: a few of them.
    pub(super) fn rare(&self) {
        match self.byte() {
            0..24 => self.spawn(),
            24..56 => self.new_terminal(),
            _ => {}
        }
    }

    fn spawn(&self) {
        if self.spawned.get() > 0 || self.is_full() {
            return;
        }
        self.spawned.set(1);
        let thing = self.add::<uv_process_t>(Kind::Process);
        let programs = [c"/bin/true", c"/bin/false", c"/bin/cat", c"/nowhere"];
        let program = programs[self.below(4)].as_ptr().cast_mut();
        let mut arguments: [*mut c_char; 2] = [program, null_mut()];
        let mut stdio: Vec<uv_stdio_container_t> = Vec::new();
        for _ in 0..self.below(4) {
            let mut container =
                uv_stdio_container_t { flags: UV_IGNORE, data: uv__stdio_container_data { fd: 0 } };
            match self.below(3) {
                1 => {
                    let pipe = self.add::<uv_pipe_t>(Kind::Pipe);
                    // SAFETY: memory for a handle.
                    unsafe { self.made(pipe, (self.api.uv_pipe_init)(self.loop_, pipe.of(), 0)) };
                    container.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE;
                    container.data.stream = pipe.of();
                }
                2 => container.flags = UV_INHERIT_FD,
                _ => {}
            }
            stdio.push(container);
        }
        let options = uv_process_options_t {
            exit_cb: Some(on_exit),
            file: program,
            args: arguments.as_mut_ptr(),
            env: null_mut(),
            cwd: null(),
            flags: 0,
            stdio_count: stdio.len() as c_int,
            stdio: stdio.as_mut_ptr(),
            uid: 0,
            gid: 0,
        };
        // SAFETY: memory for a handle, and options that stay for the call.
        unsafe {
            let status = (self.api.uv_spawn)(self.loop_, thing.of(), &options);
            self.made(thing, 0);
            if status == 0 {
                thing.pid.set((*thing.of::<uv_process_t>()).pid.get());
                if program == programs[2].as_ptr().cast_mut() {
                    // It may have nothing to read that ends.
                    assert_eq!((self.api.uv_process_kill)(thing.of(), libc::SIGKILL), 0);
                }
            }
        }
    }

    fn new_terminal(&self) {
        if self.terminals.get() > 0 || self.is_full() {
            return;
        }
        self.terminals.set(1);
        let (mut master, mut slave) = (-1, -1);
        // SAFETY: two places for descriptors.
        if unsafe { libc::openpty(&mut master, &mut slave, null_mut(), null(), null()) } != 0 {
            return;
        }
        let thing = self.add_with::<uv_tty_t>(Kind::Tty, [master, slave], false);
        // SAFETY: memory for a handle, and the descriptor of a terminal.
        unsafe {
            self.made(thing, (self.api.uv_tty_init)(self.loop_, thing.of(), slave, 0));
            let mut used = -1;
            assert_eq!((self.api.uv_fileno)(thing.handle.get(), &mut used), 0);
            if used == slave {
                thing.fds[1].set(-1); // it goes with the handle
            }
            libc::write(master, b"line\n".as_ptr().cast(), 5);
        }
    }
}

pub(super) fn sockets(kind: c_int) -> [c_int; 2] {
    let mut fds = [-1, -1];
    let kind = kind | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: room for two descriptors.
    assert_eq!(unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, fds.as_mut_ptr()) }, 0);
    fds
}

unsafe extern "C" fn on_timer(handle: *mut uv_timer_t) {
    // SAFETY: a thing's handle, as in all callbacks here.
    unsafe { told(handle) }.world().in_callback();
}

unsafe extern "C" fn on_guard(handle: *mut uv_timer_t) {
    // SAFETY: as above.
    unsafe { told(handle) };
}

unsafe extern "C" fn on_idle(handle: *mut uv_idle_t) {
    // SAFETY: as above.
    unsafe { told(handle) }.world().in_callback();
}

unsafe extern "C" fn on_prepare(handle: *mut uv_prepare_t) {
    // SAFETY: as above.
    unsafe { told(handle) }.world().in_callback();
}

unsafe extern "C" fn on_check(handle: *mut uv_check_t) {
    // SAFETY: as above.
    unsafe { told(handle) }.world().in_callback();
}

unsafe extern "C" fn on_async(handle: *mut uv_async_t) {
    // SAFETY: as above.
    unsafe { told(handle) }.world().in_callback();
}

unsafe extern "C" fn on_poll(handle: *mut uv_poll_t, _status: c_int, events: c_int) {
    // SAFETY: as above.
    let thing = unsafe { told(handle) };
    if events & UV_READABLE as c_int != 0 {
        let mut room = [0_u8; 2];
        // SAFETY: a descriptor of our own, and a buffer.
        unsafe { libc::recv(thing.fds[0].get(), room.as_mut_ptr().cast(), 2, libc::MSG_DONTWAIT) };
    }
    thing.world().in_callback();
}

unsafe extern "C" fn on_signal(handle: *mut uv_signal_t, _signum: c_int) {
    // SAFETY: as above.
    unsafe { told(handle) }.world().in_callback();
}

unsafe extern "C" fn on_exit(handle: *mut uv_process_t, _status: i64, _signal: c_int) {
    // SAFETY: as above.
    let thing = unsafe { told(handle) };
    assert_ne!(thing.pid.replace(0), 0, "an exit is told twice, or of no process");
    thing.world().in_callback();
}
