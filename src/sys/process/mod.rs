//! Child processes: starting, following and reaping them.

mod child;
mod start;
mod wait;

pub(crate) use start::{Program, Started, start};
pub(crate) use wait::{ensure_zombies, wait};
