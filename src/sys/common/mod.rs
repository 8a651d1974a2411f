//! What is the same on every system, and asks it for nothing.

pub(crate) mod may_lack;
pub(crate) mod piece_list;
pub(crate) mod prefetch;
pub(crate) mod refusal;
