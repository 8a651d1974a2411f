//! What all handles and requests stand on: memory, queues, timers, the poller, the loop's phases.

pub(crate) mod alloc;
pub(crate) mod clock;
