//! UDP sockets: <https://docs.libuv.org/en/v1.x/udp.html>.
//!
//! `socket` makes, binds, connects and closes handles; `ready` takes what the poller reports, and `recv`
//! and `send_queue` do what it asks for. `send` queues, `try_send` does not wait, `batch` sends many
//! datagrams at once; `options` are multicast and the like. `descriptor` is what all of them use.

#![forbid(unsafe_code)]

mod batch;
mod descriptor;
pub(crate) mod options;
mod ready;
pub(crate) mod recv;
pub(crate) mod send;
mod send_queue;
pub(crate) mod socket;
pub(crate) mod try_send;

pub(crate) use ready::on_ready;
pub(crate) use socket::{close, finish_close, open};
