//! A turn of the loop: its phases, and what they do with handles and watchers.

pub(crate) mod closing;
pub(crate) mod fetch;
pub(crate) mod kinds;
pub(crate) mod nesting;
pub(crate) mod poll_phase;
pub(crate) mod run;
pub(crate) mod sender;
pub(crate) mod signal_message;
pub(crate) mod signal_registry;
pub(crate) mod stat_watch;
pub(crate) mod time;
pub(crate) mod timeout;
pub(crate) mod watcher;
