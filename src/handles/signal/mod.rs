//! Signals: <https://docs.libuv.org/en/v1.x/signal.html>.
//!
//! The handler ([`crate::core::turn::signal_registry`]) writes one message per handle to its loop's pipe; `handle`
//! reads them on the loop thread and calls back. A handle is not closed before all its messages were read.

mod handle;

pub(crate) use handle::{
    close, finish_close, give_back, init, init_even_without_pipe, loop_close, loop_fork, on_ready, pretend,
    start, stop, stop_open,
};
