//! UDP.
#![forbid(unsafe_code)]

use std::net::{IpAddr, SocketAddr};
use std::os::fd::OwnedFd;

use crate::error::{Result, check};
use crate::event_loop::LoopRef;
use crate::handle::handle_type;
use crate::raw::handle::{self, create};
use crate::raw::transfer::{self, Lent, Reads, ReadsDatagrams};
use crate::raw::{address, text};
use crate::slot::Slot;
use crate::sys::{self, Address};
use crate::tcp::{name_of, take_over};

handle_type! {
    /// A UDP socket.
    ///
    /// ```
    /// use uv::{Handle, Loop, RunMode, Udp};
    ///
    /// let event_loop = Loop::new()?;
    /// let receiver = Udp::new(&event_loop)?;
    /// receiver.bind("127.0.0.1:0".parse().unwrap())?;
    /// receiver.recv_start(|receiver, datagram| {
    ///     assert_eq!(datagram.unwrap().bytes, b"ping");
    ///     receiver.close();
    /// })?;
    /// let sender = Udp::new(&event_loop)?;
    /// sender.send("ping", Some(receiver.getsockname()?), |status| status.unwrap())?;
    /// event_loop.run(RunMode::Default);
    /// # Ok::<(), uv::Error>(())
    /// ```
    Udp: uv_udp_t
}

/// What a UDP socket has received.
#[derive(Clone, Copy, Debug)]
pub struct Datagram<'a> {
    /// What it says.
    pub bytes: &'a [u8],
    /// Who has sent it, if the system says.
    pub from: Option<SocketAddr>,
    /// Whether it was longer, and its end is lost.
    pub is_partial: bool,
}

type Received = dyn FnMut(&Udp, Result<Datagram<'_>>);

#[derive(Default)]
pub struct State {
    on_datagram: Slot<Received>,
    lent: Lent,
}

impl handle::State for State {
    fn clear(&self) {
        self.on_datagram.clear();
    }
}

impl Reads for Udp {
    fn lent(&self) -> &Lent {
        &self.0.state.lent
    }
}

impl ReadsDatagrams for Udp {
    fn on_datagram(&self, datagram: Result<(&[u8], Option<SocketAddr>, u32)>) {
        let datagram = datagram.map(|(bytes, from, flags)| Datagram {
            bytes,
            from,
            is_partial: flags & sys::UV_UDP_PARTIAL != 0,
        });
        self.0.state.on_datagram.call(|callback| callback(self, datagram));
    }
}

impl Udp {
    /// Makes the handle; its socket is made when it is bound, connected or sends.
    pub fn new(event_loop: &LoopRef) -> Result<Udp> {
        create(event_loop, State::default(), |event_loop, udp| sys::uv_udp_init(event_loop, udp))
    }

    /// Takes over a socket; what is no UDP socket is [`Error::EINVAL`](crate::Error::EINVAL).
    pub fn open(&self, socket: impl Into<OwnedFd>) -> Result<()> {
        take_over(&self.0, socket.into(), |udp, fd| sys::uv_udp_open(udp, fd))
    }

    /// Binds to an address.
    pub fn bind(&self, address: SocketAddr) -> Result<()> {
        check(sys::uv_udp_bind(self.0.open()?, (&address::to_c(address)).into(), 0)).map(drop)
    }

    /// Sends to, and receives from, this address only; or from and to any again.
    pub fn connect(&self, address: Option<SocketAddr>) -> Result<()> {
        let address = address.map(address::to_c);
        check(sys::uv_udp_connect(self.0.open()?, address.as_ref().map(Address::from))).map(drop)
    }

    /// Sends a datagram, to `None` on a connected socket, and calls `done` then. If this fails `done` is dropped.
    pub fn send(
        &self,
        bytes: impl AsRef<[u8]> + 'static,
        to: Option<SocketAddr>,
        done: impl FnOnce(Result<()>) + 'static,
    ) -> Result<()> {
        transfer::send(&self.0, bytes, to, Box::new(done))
    }

    /// Sends a datagram if that needs no waiting; else it is [`Error::EAGAIN`](crate::Error::EAGAIN).
    pub fn try_send(&self, bytes: &[u8], to: Option<SocketAddr>) -> Result<usize> {
        transfer::try_send(&self.0, bytes, to)
    }

    /// Calls `callback` for each datagram that comes.
    pub fn recv_start(&self, callback: impl FnMut(&Udp, Result<Datagram<'_>>) + 'static) -> Result<()> {
        let udp = self.0.open()?;
        check(sys::uv_udp_recv_start(udp, transfer::on_alloc::<Udp>, transfer::on_datagram::<Udp>))?;
        self.0.state.on_datagram.set(Box::new(callback));
        Ok(())
    }

    /// Stops receiving.
    pub fn recv_stop(&self) -> Result<()> {
        check(sys::uv_udp_recv_stop(self.0.open()?))?;
        self.0.state.on_datagram.clear();
        Ok(())
    }

    /// The address of this end.
    pub fn getsockname(&self) -> Result<SocketAddr> {
        name_of(self.0.open()?, |socket, name, size| sys::uv_udp_getsockname(socket, name, size))
    }

    /// The address that the socket is connected to.
    pub fn getpeername(&self) -> Result<SocketAddr> {
        name_of(self.0.open()?, |socket, name, size| sys::uv_udp_getpeername(socket, name, size))
    }

    /// Whether datagrams may be sent to broadcast addresses.
    pub fn set_broadcast(&self, on: bool) -> Result<()> {
        check(sys::uv_udp_set_broadcast(self.0.open()?, on.into())).map(drop)
    }

    /// Over how many routers datagrams go: 1 to 255.
    pub fn set_ttl(&self, ttl: u8) -> Result<()> {
        check(sys::uv_udp_set_ttl(self.0.open()?, ttl.into())).map(drop)
    }

    /// Whether what is sent to a group comes back to this host.
    pub fn set_multicast_loop(&self, on: bool) -> Result<()> {
        check(sys::uv_udp_set_multicast_loop(self.0.open()?, on.into())).map(drop)
    }

    /// Over how many routers datagrams to groups go.
    pub fn set_multicast_ttl(&self, ttl: u8) -> Result<()> {
        check(sys::uv_udp_set_multicast_ttl(self.0.open()?, ttl.into())).map(drop)
    }

    /// Joins a group, on one of the host's addresses or on any.
    pub fn join(&self, group: IpAddr, interface: Option<IpAddr>) -> Result<()> {
        self.set_membership(group, interface, 1)
    }

    /// Leaves a group.
    pub fn leave(&self, group: IpAddr, interface: Option<IpAddr>) -> Result<()> {
        self.set_membership(group, interface, 0)
    }

    fn set_membership(&self, group: IpAddr, interface: Option<IpAddr>, membership: i32) -> Result<()> {
        let udp = self.0.open()?;
        let group = text::of_str(&group.to_string())?;
        let interface = interface.map(|address| text::of_str(&address.to_string())).transpose()?;
        let interface = interface.as_deref().map(Into::into);
        check(sys::uv_udp_set_membership(udp, group.as_c_str().into(), interface, membership)).map(drop)
    }
}
