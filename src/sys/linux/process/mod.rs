//! Child processes: starting, following and reaping them.

mod pidfd;
mod start;

pub(crate) use crate::sys::unix::process::{Texts, ensure_zombies, wait};
pub(crate) use start::{Program, Started, start};
