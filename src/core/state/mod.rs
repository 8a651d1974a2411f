//! What a loop, a handle and a request have: the state that turns of the loop change.

pub(crate) mod clock;
pub(crate) mod exit_watch;
pub(crate) mod file_watches;
pub(crate) mod handle;
pub(crate) mod inner;
pub(crate) mod io;
pub(crate) mod job;
pub(crate) mod job_stack;
pub(crate) mod metrics;
pub(crate) mod names;
pub(crate) mod poller;
pub(crate) mod req;
pub(crate) mod sends;
pub(crate) mod spin;
pub(crate) mod told;
pub(crate) mod visitors;
pub(crate) mod wakeup;
