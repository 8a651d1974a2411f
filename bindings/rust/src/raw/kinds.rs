//! The kinds of handles: their numbers in uv.h, and what the binding keeps for each.

use crate::raw::handle::{Kind, StreamKind};
use crate::sys;

macro_rules! kinds {
    ($($name:ident = $number:literal: $state:ty,)*) => { $(
        // SAFETY: it is a handle of uv.h, with this number.
        unsafe impl Kind for sys::$name {
            const KIND: u32 = $number;
            type State = $state;
        }
    )* };
}

kinds! {
    uv_async_t = 1: crate::async_::State,
    uv_check_t = 2: crate::phase::State<crate::phase::Check>,
    uv_fs_event_t = 3: crate::fs_event::State,
    uv_idle_t = 6: crate::phase::State<crate::phase::Idle>,
    uv_pipe_t = 7: crate::stream::State<crate::pipe::Pipe>,
    uv_prepare_t = 9: crate::phase::State<crate::phase::Prepare>,
    uv_process_t = 10: crate::process::State,
    uv_tcp_t = 12: crate::stream::State<crate::tcp::Tcp>,
    uv_timer_t = 13: crate::timer::State,
    uv_udp_t = 15: crate::udp::State,
    uv_signal_t = 16: crate::signal::State,
}

// SAFETY: uv.h has them begin with the members of uv_stream_t.
unsafe impl StreamKind for sys::uv_tcp_t {}
// SAFETY: as above.
unsafe impl StreamKind for sys::uv_pipe_t {}
