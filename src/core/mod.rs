//! What all handles and requests stand on: memory, queues, timers, the poller, the loop's phases.

pub(crate) mod alloc;
pub(crate) mod block;
pub(crate) mod buffer_list;
pub(crate) mod callback;
pub(crate) mod clock;
pub(crate) mod closing;
pub(crate) mod deferred;
pub(crate) mod exit_watch;
pub(crate) mod file_watches;
#[cfg(feature = "c-allocator")]
pub(crate) mod global_alloc;
pub(crate) mod handle;
pub(crate) mod inner;
pub(crate) mod io;
pub(crate) mod job;
pub(crate) mod kept;
pub(crate) mod kinds;
pub(crate) mod leaf;
pub(crate) mod lend;
pub(crate) mod lend_values;
pub(crate) mod metrics;
pub(crate) mod nesting;
pub(crate) mod out;
pub(crate) mod out_text;
pub(crate) mod poll_phase;
pub(crate) mod poller;
pub(crate) mod queue;
pub(crate) mod received;
pub(crate) mod req;
pub(crate) mod reserve;
pub(crate) mod run;
pub(crate) mod sends;
pub(crate) mod spawn_options;
pub(crate) mod spin;
pub(crate) mod text;
pub(crate) mod threadpool;
pub(crate) mod timeout;
pub(crate) mod timer_heap;
mod timer_memory;
pub(crate) mod timer_queue;
pub(crate) mod told;
pub(crate) mod visitors;
pub(crate) mod wakeup;
pub(crate) mod watcher;
pub(crate) mod write_bufs;

pub(crate) use inner::{LoopInner, inner};
