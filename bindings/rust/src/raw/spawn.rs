//! Starting a child: C's structure of options, and what it points at.

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr;

use crate::sys::{
    self, Fresh, Outcome, Search, uv_exit_cb, uv_handle_t, uv_loop_t, uv_process_options_t, uv_process_t,
    uv_stdio_container_t, uv_stdio_data, uv_stream_t,
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

/// Starts a child. If that fails the status is negative, and there may be a handle all the same.
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
    let address = process.address();
    // SAFETY: all that the options point at is borrowed by them or lives in this function; lists end with a null.
    let outcome = unsafe { sys::uv_spawn(event_loop, process, &options) };
    let status = outcome.status();
    if status < 0 && is_there(event_loop, address) {
        // SAFETY: the loop has the handle, so it is initialised.
        return (unsafe { Outcome::success() }, status);
    }
    (outcome, status)
}

/// Whether the loop has a handle. Some failures of uv_spawn leave one that is to be closed, as that of a program which
/// cannot be run; others take it out of the loop's list again, and then closing it would take it out twice.
fn is_there(event_loop: &uv_loop_t, address: usize) -> bool {
    let search = Search { address, is_found: Cell::new(false) };
    sys::uv_walk(event_loop, visit, &search);
    search.is_found.get()
}

extern "C" fn visit(handle: &uv_handle_t, search: &Search) {
    if std::ptr::from_ref(handle).addr() == search.address {
        search.is_found.set(true);
    }
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
