//! The order of timers.

pub(crate) mod timer_heap;
pub(crate) mod timer_memory;
pub(crate) mod timer_queue;
