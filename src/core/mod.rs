//! What all handles and requests stand on. Each folder uses what stands above it here.

pub(crate) mod files;
pub(crate) mod memory;
pub(crate) mod observe;
pub(crate) mod state;
pub(crate) mod threadpool;
pub(crate) mod timers;
pub(crate) mod turn;

pub(crate) use state::inner::{LoopInner, inner};
