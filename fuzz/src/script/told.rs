//! The callbacks: what the program is told becomes a line.

use std::alloc::Layout;
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;

use libc::{size_t, ssize_t};
use uv::abi::*;

use super::acts::Writing;
use super::{Play, TURNS, Thing, current, give_back};

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

pub(super) unsafe extern "C" fn on_closed(handle: *mut uv_handle_t) {
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

pub(super) unsafe extern "C" fn on_frame_closed(handle: *mut uv_handle_t) {
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

pub(super) unsafe extern "C" fn close_rest(handle: *mut uv_handle_t, _: *mut c_void) {
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

pub(super) unsafe extern "C" fn on_alarm(_: *mut uv_async_t) {
    // SAFETY: the play's loop.
    unsafe {
        let play = current();
        play.line("nothing left to wait for", [0; 4]);
        (play.api.uv_walk)(play.loop_, Some(close_things), null_mut());
    }
}

pub(super) unsafe extern "C" fn on_before_poll(_: *mut uv_prepare_t) {
    // SAFETY: the play's loop.
    let play = unsafe { current() };
    play.poll_from.set(Some(play.lines.borrow().len()));
    play.has_polled.set(true);
}

pub(super) unsafe extern "C" fn on_after_poll(_: *mut uv_check_t) {
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

pub(super) unsafe extern "C" fn on_timer(handle: *mut uv_timer_t) {
    // SAFETY: a thing's handle, as in the other callbacks.
    unsafe {
        let (play, thing) = told(handle);
        let due = (play.api.uv_timer_get_due_in)(handle) as i64;
        let active = (play.api.uv_is_active)(thing.handle.get());
        play.line("timer is due", [thing.id, due, active.into(), 0]);
        play.called(thing);
    }
}

pub(super) unsafe extern "C" fn on_idle(handle: *mut uv_idle_t) {
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

pub(super) unsafe extern "C" fn on_prepare(handle: *mut uv_prepare_t) {
    // SAFETY: as above.
    unsafe {
        let (play, thing) = told(handle);
        play.line("prepare runs", [thing.id, 0, 0, 0]);
        play.called(thing);
    }
}

pub(super) unsafe extern "C" fn on_check(handle: *mut uv_check_t) {
    // SAFETY: as above.
    unsafe {
        let (play, thing) = told(handle);
        play.line("check runs", [thing.id, 0, 0, 0]);
        play.called(thing);
    }
}

pub(super) unsafe extern "C" fn on_async(handle: *mut uv_async_t) {
    // SAFETY: as above.
    unsafe {
        let (play, thing) = told(handle);
        play.line("async is sent", [thing.id, 0, 0, 0]);
        thing.wants.set(thing.wants.get() + 1);
    }
}

pub(super) unsafe extern "C" fn on_poll(handle: *mut uv_poll_t, status: c_int, events: c_int) {
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

pub(super) unsafe extern "C" fn on_alloc(_: *mut uv_handle_t, _: size_t, buf: *mut uv_buf_t) {
    const ROOM: usize = 4096;
    // SAFETY: a place for a buffer.
    unsafe { *buf = uv_buf_t { base: libc::malloc(ROOM).cast(), len: ROOM } };
}

pub(super) unsafe extern "C" fn on_read(stream: *mut uv_stream_t, nread: ssize_t, buf: *const uv_buf_t) {
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

pub(super) unsafe extern "C" fn on_written(request: *mut uv_write_t, status: c_int) {
    // SAFETY: a request of ours, called back once; its thing stays as long as the play.
    unsafe {
        let (play, writing) = (current(), request.cast::<Writing>());
        play.requests.set(play.requests.get() - 1);
        play.line("written", [(*(*writing).thing).id, (*writing).number, status.into(), 0]);
        give_back(writing.cast(), Layout::new::<Writing>());
    }
}

pub(super) unsafe extern "C" fn on_shut(request: *mut uv_shutdown_t, status: c_int) {
    // SAFETY: as above.
    unsafe {
        let play = current();
        play.requests.set(play.requests.get() - 1);
        play.line("shut", [(*(*request).data.get().cast::<Thing>()).id, status.into(), 0, 0]);
        give_back(request.cast(), Layout::new::<uv_shutdown_t>());
    }
}
