//! Streams. <https://docs.libuv.org/en/v1.x/stream.html>

use libc::{c_int, c_uint, size_t};

use crate::abi::*;
use crate::core::memory::buffers::lend_buffers;
use crate::core::memory::lend::{hold, lend, lend_any};
use crate::core::state::handle::flags;
use crate::handles::{accept, stream};
use crate::sys::errno::{to_count, to_status};

/// Shuts the writing side down once all queued writes are done; then `cb` (may be NULL) is called.
///
/// Returns 0, or `UV_ENOTCONN` if the stream is not writable, shut down, or closing. The callback gets
/// `UV_ECANCELED` if the stream is closed first. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_shutdown>, since 1.0.
///
/// # Safety
/// `handle` is initialised; `req` is not under way and stays until `cb` is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_shutdown(
    req: *mut uv_shutdown_t,
    handle: *mut uv_stream_t,
    cb: uv_shutdown_cb,
) -> c_int {
    // SAFETY: a request that is not under way and stays until its callback, and an open stream, as documented.
    let (req, handle) = unsafe { (hold(req), lend(handle)) };
    to_status(stream::shutdown(req, handle, cb))
}

/// Starts listening for connections, with a queue of `backlog`; `cb` is called for each one.
///
/// Returns 0, `UV_EINVAL` for a closing handle or a kind that cannot listen, the error that
/// `uv_tcp_bind` left for later, or what the system answers. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_listen>, since 1.0.
///
/// # Safety
/// `stream` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_listen(stream: *mut uv_stream_t, backlog: c_int, cb: uv_connection_cb) -> c_int {
    // SAFETY: an initialised stream whose close callback has not run, as documented.
    let stream = unsafe { lend(stream) };
    to_status(accept::listen(stream, backlog, cb))
}

/// Gives the connection that waits at `server`, or the descriptor that came through it, to `client`.
///
/// Returns 0 or `UV_EAGAIN` if none waits; `UV_EINVAL` for a kind that takes none or a `client` that is closing,
/// `UV_EBUSY` if that is open already, or why the system refuses its options (the connection is lost then). Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_accept>, since 1.0.
///
/// # Safety
/// Both are initialised, on the same loop.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_accept(server: *mut uv_stream_t, client: *mut uv_stream_t) -> c_int {
    // SAFETY: both are initialised, as documented; the client is any kind of handle.
    let (server, client) = unsafe { (lend(server), lend(client.cast::<uv_handle_t>())) };
    to_status(accept::accept(server, client))
}

/// Reads from the stream until its end, an error, or uv_read_stop: each time `alloc_cb` gives memory
/// and `read_cb` gets it back with what was read, unless `alloc_cb` stops the stream or closes it.
///
/// Returns 0, `UV_EINVAL` for NULL or a closing stream, `UV_EALREADY` if it is reading,
/// `UV_ENOTCONN` if it is not readable. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_read_start>, since 1.0.
///
/// # Safety
/// `stream` is NULL or initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_read_start(
    stream: *mut uv_stream_t,
    alloc_cb: uv_alloc_cb,
    read_cb: uv_read_cb,
) -> c_int {
    // SAFETY: null or an initialised stream, as documented.
    let stream = unsafe { lend_any(stream) };
    to_status(stream::read_start(stream, alloc_cb, read_cb))
}

/// Stops reading: the read callback is not called any more. Always 0. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_read_stop>, since 1.0.
///
/// # Safety
/// `stream` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_read_stop(stream: *mut uv_stream_t) -> c_int {
    // SAFETY: an initialised stream whose close callback has not run, as documented.
    let stream = unsafe { lend(stream) };
    stream::read_stop(stream);
    0
}

/// Writes `nbufs` buffers in order; `cb` (may be NULL) is called when they are out or have failed.
///
/// Returns 0, `UV_EINVAL` for no or too many buffers or bytes, `UV_EBADF` if the stream is not open,
/// `UV_EPIPE` if it is not writable, `UV_ENOMEM`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_write>, since 1.0.
///
/// # Safety
/// `handle` is initialised, `bufs` points to `nbufs` buffers; `req` is not under way, and it and the
/// buffers' memory stay until `cb` is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_write(
    req: *mut uv_write_t,
    handle: *mut uv_stream_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    cb: uv_write_cb,
) -> c_int {
    // SAFETY: a request that is not under way, an initialised stream and `nbufs` buffers, all of which stay
    // until the callback, as documented.
    let (req, handle, bufs) = unsafe { (hold(req), lend(handle), lend_buffers(bufs, nbufs)) };
    to_status(stream::write(req, handle, bufs, cb))
}

/// As uv_write, and sends a copy of `send_handle` (a TCP, pipe or UDP handle, or NULL) with the bytes.
///
/// Also returns `UV_EINVAL` if the stream is not an ipc pipe, `UV_EBADF` if the handle is not open.
/// Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_write2>, since 1.0.
///
/// # Safety
/// As for uv_write; `send_handle` is NULL or initialised, and stays until `cb` is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_write2(
    req: *mut uv_write_t,
    handle: *mut uv_stream_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    send_handle: *mut uv_stream_t,
    cb: uv_write_cb,
) -> c_int {
    // SAFETY: a request that is not under way, an initialised stream and `nbufs` buffers, all of which stay
    // until the callback, as documented.
    let (req, handle, bufs) = unsafe { (hold(req), lend(handle), lend_buffers(bufs, nbufs)) };
    // SAFETY: null or an initialised handle of any kind, which stays as long.
    let send_handle = unsafe { lend_any(send_handle.cast::<uv_handle_t>()) };
    to_status(stream::write_any(req, handle, bufs, send_handle, cb, None))
}

/// Writes what the system takes at once, without a request.
///
/// Returns the bytes written, `UV_EAGAIN` if none could be or others wait before them, or an error as
/// uv_write. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_try_write>, since 1.0.
///
/// # Safety
/// `handle` is initialised, `bufs` points to `nbufs` buffers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_try_write(
    handle: *mut uv_stream_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
) -> c_int {
    // SAFETY: an initialised stream and `nbufs` buffers for the length of the call, as documented.
    let (handle, bufs) = unsafe { (lend(handle), lend_buffers(bufs, nbufs)) };
    to_count(stream::try_write(handle, bufs, None))
}

/// As uv_try_write, with a handle to send as in uv_write2. Errors as uv_write2, and `UV_EAGAIN` as
/// uv_try_write. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_try_write2>, since 1.42.
///
/// # Safety
/// As for uv_try_write; `send_handle` is NULL or initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_try_write2(
    handle: *mut uv_stream_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    send_handle: *mut uv_stream_t,
) -> c_int {
    // SAFETY: an initialised stream and `nbufs` buffers for the length of the call, as documented.
    let (handle, bufs) = unsafe { (lend(handle), lend_buffers(bufs, nbufs)) };
    // SAFETY: null or an initialised handle of any kind.
    let send_handle = unsafe { lend_any(send_handle.cast::<uv_handle_t>()) };
    to_count(stream::try_write(handle, bufs, send_handle))
}

/// The bytes of this request that the system has taken. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_write_nwritten>, since 1.53.
///
/// # Safety
/// `req` was given to uv_write or uv_write2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_write_nwritten(req: *const uv_write_t) -> size_t {
    // SAFETY: a request that uv_write or uv_write2 was given, as documented.
    let req = unsafe { lend(req) };
    req.write_extra.get().nwritten
}

/// 1 if the stream can be read from, 0 otherwise. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_is_readable>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_is_readable(handle: *const uv_stream_t) -> c_int {
    // SAFETY: an initialised stream whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    c_int::from(handle.has(flags::READABLE))
}

/// 1 if the stream can be written to, 0 otherwise. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_is_writable>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_is_writable(handle: *const uv_stream_t) -> c_int {
    // SAFETY: an initialised stream whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    c_int::from(handle.has(flags::WRITABLE))
}

/// Makes the stream's reads and writes block, or not. What is queued is not waited for.
///
/// Returns 0, or what the system answers (`UV_EBADF` if the stream is not open). Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_stream_set_blocking>, since 1.0.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_stream_set_blocking(handle: *mut uv_stream_t, blocking: c_int) -> c_int {
    // SAFETY: an initialised stream whose close callback has not run, as documented.
    let handle = unsafe { lend(handle) };
    to_status(stream::set_blocking(handle, blocking != 0))
}

/// The bytes queued for writing. Cannot fail. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/stream.html#c.uv_stream_get_write_queue_size>, since 1.19.
///
/// # Safety
/// `stream` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_stream_get_write_queue_size(stream: *const uv_stream_t) -> size_t {
    // SAFETY: an initialised stream whose close callback has not run, as documented.
    let stream = unsafe { lend(stream) };
    stream.write_queue_size.get()
}
