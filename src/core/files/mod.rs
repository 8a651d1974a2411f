//! The memory of file operations: what they work on, lent or copied, and what they leave in their requests.

pub(crate) mod buffers;
pub(crate) mod dirent;
pub(crate) mod listing;
pub(crate) mod parts;
pub(crate) mod results;
