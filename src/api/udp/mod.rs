//! UDP sockets. <https://docs.libuv.org/en/v1.x/udp.html>

mod options;
mod recv;
mod send;
mod socket;
mod try_send;
