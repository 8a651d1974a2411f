//! Starting a child: C's structure of options, and what it points at.

use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr;

use crate::sys::{
    self, Fresh, Outcome, uv_exit_cb, uv_loop_t, uv_process_options_t, uv_process_t, uv_stdio_container_t,
    uv_stdio_data, uv_stream_t,
};

pub struct Options<'a> {
    pub file: &'a CStr,
    pub args: &'a [CString],
    /// The parent's environment if there is none.
    pub env: Option<&'a [CString]>,
    pub cwd: Option<&'a CStr>,
    pub flags: u32,
    pub uid: u32,
    pub gid: u32,
    pub stdio: &'a [Stdio<'a>],
}

/// What a descriptor of the child is.
pub enum Stdio<'a> {
    Nothing,
    File(c_int),
    /// The other end of a stream that is connected by this.
    Stream(&'a uv_stream_t),
}

/// Starts a child. If that fails there is a handle without one, and a status that is negative.
pub fn spawn<'a>(
    event_loop: &uv_loop_t,
    process: Fresh<'a, uv_process_t>,
    options: &Options<'_>,
    exit_cb: uv_exit_cb,
) -> (Outcome<'a, uv_process_t>, c_int) {
    let args = list(options.args);
    let env = options.env.map(list);
    let stdio: Vec<_> = options.stdio.iter().map(container).collect();
    let options = uv_process_options_t {
        exit_cb,
        file: options.file.as_ptr(),
        args: args.as_ptr(),
        env: env.as_ref().map_or(ptr::null(), Vec::as_ptr),
        cwd: options.cwd.map_or(ptr::null(), CStr::as_ptr),
        flags: options.flags,
        stdio_count: stdio.len() as c_int,
        stdio: stdio.as_ptr(),
        uid: options.uid,
        gid: options.gid,
    };
    // SAFETY: all that the options point at is borrowed by them or lives in this function; lists end with a null.
    let status = unsafe { sys::uv_spawn(event_loop, process, &options) }.status();
    // SAFETY: uv_spawn initialises the handle before anything that can fail.
    (unsafe { Outcome::success() }, status)
}

fn list(texts: &[CString]) -> Vec<*const c_char> {
    texts.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect()
}

fn container(stdio: &Stdio<'_>) -> uv_stdio_container_t {
    let (flags, data) = match stdio {
        Stdio::Nothing => (0, uv_stdio_data { fd: -1 }),
        Stdio::File(fd) => (sys::UV_INHERIT_FD, uv_stdio_data { fd: *fd }),
        Stdio::Stream(stream) => (
            sys::UV_CREATE_PIPE | sys::UV_READABLE_PIPE | sys::UV_WRITABLE_PIPE,
            uv_stdio_data { stream: ptr::from_ref(*stream) },
        ),
    };
    uv_stdio_container_t { flags, data }
}
