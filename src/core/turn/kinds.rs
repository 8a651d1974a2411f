//! What the core asks of the kinds of handles, all of which stand above it.

#![forbid(unsafe_code)]

use libc::c_uint;

use crate::abi::{uv__io_t, uv_handle_t, uv_loop_t, uv_stream_t};

/// The kinds, as the loop's phases see them. `api::kinds` knows them all and is the one that is given.
pub(crate) trait Kinds {
    /// Calls the timers that are due.
    fn timers(loop_: &uv_loop_t);

    fn idle(loop_: &uv_loop_t);
    fn prepare(loop_: &uv_loop_t);
    fn check(loop_: &uv_loop_t);

    /// Calls the async handles that were sent to.
    fn asyncs(loop_: &uv_loop_t);

    /// Tells a stream what is ready.
    fn stream_ready(stream: &uv_stream_t, events: c_uint);

    /// Tells the owner of a watcher that is not a stream's. What the watcher is a part of may be gone
    /// afterwards.
    fn ready(loop_: &uv_loop_t, w: &uv__io_t, events: c_uint);

    /// What is left to do in the closing phase, before the close callback. False: not ready yet.
    fn finish_close(handle: &uv_handle_t) -> bool;

    /// A run begins inside of another one's callback: what the outer one has taken out of its lists, to
    /// call it one by one, goes back, so that the inner one finds it.
    fn give_back(loop_: &uv_loop_t);
}
