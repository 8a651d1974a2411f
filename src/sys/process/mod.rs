//! Child processes: starting, following and reaping them.

mod child;
mod pidfd;
mod start;
mod texts;
mod wait;

pub(crate) use start::{Program, Started, start};
pub(crate) use texts::Texts;
pub(crate) use wait::{ensure_zombies, wait};
