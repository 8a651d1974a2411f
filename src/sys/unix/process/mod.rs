//! Child processes: what they do before they run their program, and their end.

pub(in crate::sys) mod child;
mod texts;
mod wait;

pub(crate) use texts::Texts;
pub(crate) use wait::{ensure_zombies, wait};
