//! Watching a path by asking about it again and again. <https://docs.libuv.org/en/v1.x/fs_poll.html>
//!
//! Each start has a [watch](crate::core::turn::stat_watch) of its own, since a stat may still be under way when the handle is stopped
//! and started anew.

mod handle;

pub(crate) use handle::{close, give_path, init, start, stop};
