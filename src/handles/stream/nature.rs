//! What is known of a stream's descriptor, and how it is followed accordingly.
//!
//! Level-triggered reports are right for every descriptor. Edge-triggered ones save calls, but hold only
//! where it is known when an edge comes: after EAGAIN. To read until then would cost a call each time, so
//! a read that returns less than it asked for has to tell that nothing is left. That is so for plain TCP,
//! urgent data aside, which the poller reports. It is not so for Unix domain sockets (a read ends where
//! descriptors or credentials change), for FIFOs, terminals, messages, MPTCP, SCTP or vsock, nor where the
//! program, or a process that has the socket too, may have taken the urgent byte or layered something
//! (kTLS, a sockmap) on top. So edges are for sockets that the kernel says are plain TCP, and only until
//! somebody else is given the descriptor: [`super::share`].

use libc::c_uint;

use crate::abi::uv_stream_t;
use crate::core::turn::watcher;
use crate::sys::socket;

/// Followed edge-triggered (all four are private to this library).
pub(super) const EDGE: c_uint = 0x2000_0000;
/// The descriptor is no socket: `send` does not work on it.
pub(super) const NOT_SOCKET: c_uint = 0x4000_0000;
/// A socket whose bytes have no boundaries: writes may go together.
pub(super) const BYTES: c_uint = 0x8000_0000;
/// A listening socket whose connections are plain TCP.
pub(super) const ACCEPTS_PLAIN: c_uint = 0x1000_0000;

/// What is known of a descriptor that a stream is to get.
#[derive(Clone, Copy)]
pub(crate) struct Nature(c_uint);

impl Nature {
    pub(crate) const TERMINAL: Nature = Nature(NOT_SOCKET);
    /// Any socket of type `SOCK_STREAM`.
    pub(crate) const STREAM_SOCKET: Nature = Nature(BYTES);
    const PLAIN_TCP: Nature = Nature(if watcher::LEVELS_ONLY { BYTES } else { EDGE | BYTES });

    /// Of a descriptor that others may have as well.
    pub(crate) fn of_any(descriptor: i32) -> Nature {
        match socket::kind(descriptor) {
            Ok(libc::SOCK_STREAM) => Nature::STREAM_SOCKET,
            Ok(_) => Nature(0),
            Err(_) => Nature::TERMINAL,
        }
    }

    /// Of a TCP socket that was just made: systems may make an MPTCP one of it.
    pub(crate) fn of_new_tcp(descriptor: i32) -> Nature {
        if socket::is_plain_tcp(descriptor) { Nature::PLAIN_TCP } else { Nature::STREAM_SOCKET }
    }

    /// Of a connection that `server` has taken from the kernel: like the listening socket.
    pub(crate) fn of_accepted(server: &uv_stream_t) -> Nature {
        if server.has(ACCEPTS_PLAIN) { Nature::PLAIN_TCP } else { Nature(server.flags.get() & BYTES) }
    }

    /// Remembers it in the stream's flags.
    pub(super) fn note(self, stream: &uv_stream_t) {
        stream.clear(EDGE | NOT_SOCKET | BYTES | ACCEPTS_PLAIN);
        stream.set(self.0);
    }
}
