//! Watching files and directories. <https://docs.libuv.org/en/v1.x/fs_event.html>
//!
//! A loop has one inotify descriptor ([`watches`]); its reports are told in [`deliver`].

mod deliver;
mod handle;
mod watches;

pub(crate) use deliver::{give_back, on_ready};
pub(crate) use handle::{close, give_path, init, start, stop};
pub(crate) use watches::{loop_close, loop_fork};
