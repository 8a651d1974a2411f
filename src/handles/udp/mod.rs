//! UDP sockets: <https://docs.libuv.org/en/v1.x/udp.html>.
//!
//! `socket` makes, binds, connects and closes handles; `ready` takes what the poller reports, and `recv`
//! and `send_queue` do what it asks for. `send` queues, `try_send` does not wait, `batch` sends many
//! datagrams at once; `options` are multicast and the like.

mod batch;
mod options;
mod ready;
mod recv;
mod send;
mod send_queue;
mod socket;
mod try_send;

pub(crate) use ready::on_ready;
pub(crate) use socket::{close, finish_close, open};
