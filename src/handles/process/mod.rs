//! Child processes: <https://docs.libuv.org/en/v1.x/process.html>.
//!
//! `spawn` starts them; `exit` learns of their end, by a pidfd per child or else by SIGCHLD (`sigchld`),
//! and calls back; `stdio` makes the descriptors they begin with.

mod exit;
mod sigchld;
mod spawn;
mod stdio;

pub(crate) use exit::{close, finish_close, kill, on_ready};
pub(crate) use spawn::{disable_stdio_inheritance, give_back_stack, spawn};
