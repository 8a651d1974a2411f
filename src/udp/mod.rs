//! UDP sockets: <https://docs.libuv.org/en/v1.x/udp.html>.
//!
//! `socket` makes, binds, connects and closes handles and takes their readiness; `recv` and `send` do
//! what it asks for, `batch` sends many datagrams at once; `options` are multicast and the like.

mod batch;
mod options;
mod recv;
mod send;
mod socket;

pub(crate) use socket::{close, finish_close, on_ready, open};
