//! The order of timers.

pub(crate) mod timer_heap;
pub(crate) mod timer_links;
pub(crate) mod timer_queue;
