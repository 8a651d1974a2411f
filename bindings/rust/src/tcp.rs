//! TCP.
#![forbid(unsafe_code)]

use std::net::SocketAddr;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};
use std::time::Duration;

use libc::sockaddr_storage;

use crate::error::{Error, Result, check};
use crate::event_loop::LoopRef;
use crate::handle::{Handle, handle_type};
use crate::raw::address;
use crate::raw::handle::{Core, Kind, create};
use crate::raw::request::on_done;
use crate::stream::{self, State, Stream};
use crate::sys;

handle_type! {
    /// A TCP connection, or a socket that listens for some. What both can do with bytes is in [`Stream`].
    ///
    /// ```
    /// use uv::{Error, Handle, Loop, RunMode, Stream, Tcp};
    ///
    /// let event_loop = Loop::new()?;
    /// let server = Tcp::new(&event_loop)?;
    /// server.bind("127.0.0.1:0".parse().unwrap())?;
    /// server.listen(128, |server, status| {
    ///     status.unwrap();
    ///     let connection = server.accept().unwrap();
    ///     connection.write("hello", |status| status.unwrap()).unwrap();
    ///     connection.shutdown({
    ///         let connection = connection.clone();
    ///         move |_| connection.close()
    ///     }).unwrap();
    ///     server.close();
    /// })?;
    ///
    /// let client = Tcp::new(&event_loop)?;
    /// client.connect(server.getsockname()?, {
    ///     let client = client.clone();
    ///     move |status| {
    ///         status.unwrap();
    ///         client.read_start(|client, read| match read {
    ///             Ok(bytes) => assert_eq!(bytes, b"hello"),
    ///             Err(Error::EOF) => client.close(),
    ///             Err(error) => panic!("{error}"),
    ///         }).unwrap();
    ///     }
    /// })?;
    /// event_loop.run(RunMode::Default);
    /// # Ok::<(), uv::Error>(())
    /// ```
    Tcp: uv_tcp_t
}

impl Stream for Tcp {
    fn another(&self) -> Result<Tcp> {
        Tcp::new(self.event_loop())
    }
}

impl Tcp {
    /// Makes the handle; its socket is made when it is bound or connected.
    pub fn new(event_loop: &LoopRef) -> Result<Tcp> {
        create(event_loop, State::default(), |event_loop, tcp| sys::uv_tcp_init(event_loop, tcp))
    }

    /// Takes over a socket; what is no TCP socket is [`Error::EINVAL`].
    pub fn open(&self, socket: impl Into<OwnedFd>) -> Result<()> {
        take_over(&self.0, socket.into(), |tcp, fd| sys::uv_tcp_open(tcp, fd))
    }

    /// Binds to an address. One that is in use is an error of `listen` or `connect`.
    pub fn bind(&self, address: SocketAddr) -> Result<()> {
        check(sys::uv_tcp_bind(self.0.open()?, (&address::to_c(address)).into(), 0)).map(drop)
    }

    /// Connects, and calls `done` when that is done or has failed. If this fails `done` is dropped.
    pub fn connect(&self, address: SocketAddr, done: impl FnOnce(Result<()>) + 'static) -> Result<()> {
        let address = address::to_c(address);
        stream::connect(&self.0, done, |tcp, request| {
            sys::uv_tcp_connect(request, tcp, (&address).into(), on_done)
        })
    }

    /// Whether small writes are sent at once.
    pub fn nodelay(&self, on: bool) -> Result<()> {
        check(sys::uv_tcp_nodelay(self.0.open()?, on.into())).map(drop)
    }

    /// Has the system ask for the other end after a time without traffic, in seconds and at least one; or not.
    pub fn keepalive(&self, delay: Option<Duration>) -> Result<()> {
        let seconds = delay.map_or(0, |delay| u32::try_from(delay.as_secs()).unwrap_or(u32::MAX));
        check(sys::uv_tcp_keepalive(self.0.open()?, delay.is_some().into(), seconds)).map(drop)
    }

    /// The address of this end.
    pub fn getsockname(&self) -> Result<SocketAddr> {
        name_of(self.0.open()?, |socket, name, size| sys::uv_tcp_getsockname(socket, name, size))
    }

    /// The address of the other end.
    pub fn getpeername(&self) -> Result<SocketAddr> {
        name_of(self.0.open()?, |socket, name, size| sys::uv_tcp_getpeername(socket, name, size))
    }
}

/// Gives a handle a descriptor, which it closes from then on: one of its own kind. libuv looks closer only when it waits
/// for it, and ends the process if it cannot be waited for.
pub(crate) fn take_over<K: Kind>(
    core: &Core<K>,
    fd: OwnedFd,
    open: impl FnOnce(&K, i32) -> i32,
) -> Result<()> {
    if sys::uv_guess_handle(fd.as_raw_fd()) != K::KIND {
        return Err(Error::EINVAL);
    }
    check(open(core.open()?, fd.as_raw_fd()))?;
    let _ = fd.into_raw_fd();
    Ok(())
}

/// Asks a handle for an address.
pub(crate) fn name_of<H>(
    handle: &H,
    ask: impl FnOnce(&H, &mut sockaddr_storage, &mut i32) -> i32,
) -> Result<SocketAddr> {
    let mut name = address::none();
    let mut size = size_of::<sockaddr_storage>() as i32;
    check(ask(handle, &mut name, &mut size))?;
    address::of_storage(&name).ok_or(Error::EAFNOSUPPORT)
}
