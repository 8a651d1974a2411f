//! What TCP connections and pipes have in common.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::rc::Rc;

use crate::error::{Error, Result, check};
use crate::handle::Handle;
use crate::raw::handle::{self, Core, StreamKind, Typed};
use crate::raw::request;
use crate::raw::transfer::{self, Lent, Reads, ReadsBytes};
use crate::slot::Slot;
use crate::sys::{self, Fresh, Outcome, uv_connect_t};

type Incoming<T> = dyn FnMut(&T, Result<()>);
type Read<T> = dyn FnMut(&T, Result<&[u8]>);

pub struct State<T: 'static> {
    on_connection: Slot<Incoming<T>>,
    on_read: Slot<Read<T>>,
    lent: Lent,
    /// What was read for a future that did not take it.
    #[cfg(feature = "futures")]
    pub(crate) unread: Cell<Option<Result<Vec<u8>>>>,
    is_listening: Cell<bool>,
    is_connecting: Rc<Cell<bool>>,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        State {
            on_connection: Slot::default(),
            on_read: Slot::default(),
            lent: Lent::default(),
            #[cfg(feature = "futures")]
            unread: Cell::default(),
            is_listening: Cell::new(false),
            is_connecting: Rc::default(),
        }
    }
}

impl<T> handle::State for State<T> {
    fn clear(&self) {
        self.on_connection.clear();
        self.on_read.clear();
    }
}

/// A stream of bytes that a loop reads and writes: [`Tcp`](crate::Tcp) or [`Pipe`](crate::Pipe).
pub trait Stream: Handle<Kind: StreamKind<State = State<Self>>> + ReadsBytes {
    /// Makes a stream of the same kind and loop, not connected.
    #[doc(hidden)]
    fn another(&self) -> Result<Self>;

    /// Listens for connections: `callback` is called for each, and gets it with [`accept`](Stream::accept).
    fn listen(&self, backlog: i32, callback: impl FnMut(&Self, Result<()>) + 'static) -> Result<()> {
        let state = &self.owner().state;
        if state.is_connecting.get() {
            return Err(Error::EINVAL);
        }
        check(sys::uv_listen(self.owner().stream()?, backlog, transfer::on_connection::<Self>))?;
        state.is_listening.set(true);
        state.on_connection.set(Box::new(callback));
        Ok(())
    }

    /// The connection that was told of; [`Error::EAGAIN`] if there is none.
    fn accept(&self) -> Result<Self> {
        let client = self.another()?;
        check(sys::uv_accept(self.owner().stream()?, client.owner().stream()?))?;
        Ok(client)
    }

    /// Reads: `callback` gets bytes as they come, and at the end [`Error::EOF`] or another error. Reading ends then.
    fn read_start(&self, callback: impl FnMut(&Self, Result<&[u8]>) + 'static) -> Result<()> {
        let stream = self.owner().stream()?;
        check(sys::uv_read_start(stream, transfer::on_alloc::<Self>, transfer::on_read::<Self>))?;
        self.owner().state.on_read.set(Box::new(callback));
        Ok(())
    }

    /// Stops reading, until [`read_start`](Stream::read_start) is called again.
    fn read_stop(&self) -> Result<()> {
        check(sys::uv_read_stop(self.owner().stream()?))?;
        self.owner().state.on_read.clear();
        Ok(())
    }

    /// Writes bytes, in the order of the calls, and calls `done` when they are written or there is an error. If this
    /// fails `done` is dropped.
    fn write(
        &self,
        bytes: impl AsRef<[u8]> + 'static,
        done: impl FnOnce(Result<()>) + 'static,
    ) -> Result<()> {
        transfer::write(self.owner(), bytes, Box::new(done))
    }

    /// Writes what can be written without waiting, and returns how much that is; [`Error::EAGAIN`] if it is nothing.
    fn try_write(&self, bytes: &[u8]) -> Result<usize> {
        transfer::try_write(self.owner(), bytes)
    }

    /// Ends the stream in this direction when all that is to be written is written, and calls `done` then.
    fn shutdown(&self, done: impl FnOnce(Result<()>) + 'static) -> Result<()> {
        let stream = self.owner().stream()?;
        let told = move |_: &_, status| done(check(status).map(drop));
        request::begin(self.event_loop(), (), Box::new(told), |_, request| {
            sys::uv_shutdown(request, stream, request::on_done)
        })
        .map(drop)
    }

    /// Whether it can be read from.
    fn is_readable(&self) -> bool {
        self.owner().stream().is_ok_and(|stream| sys::uv_is_readable(stream) != 0)
    }

    /// Whether it can be written to.
    fn is_writable(&self) -> bool {
        self.owner().stream().is_ok_and(|stream| sys::uv_is_writable(stream) != 0)
    }

    /// How many bytes are yet to be written.
    fn write_queue_size(&self) -> usize {
        self.owner().stream().map_or(0, |stream| sys::uv_stream_get_write_queue_size(stream))
    }
}

impl<T: Typed<Kind: StreamKind<State = State<T>>>> Reads for T {
    fn lent(&self) -> &Lent {
        &self.owner().state.lent
    }
}

impl<T: Typed<Kind: StreamKind<State = State<T>>>> ReadsBytes for T {
    fn on_read(&self, bytes: Result<&[u8]>) {
        self.owner().state.on_read.call(|callback| callback(self, bytes));
    }

    fn on_connection(&self, status: Result<()>) {
        self.owner().state.on_connection.call(|callback| callback(self, status));
    }
}

/// Begins a request to connect. libuv has room for one, and none on a stream that listens.
pub fn connect<T: 'static, K: StreamKind<State = State<T>>>(
    core: &Core<K>,
    done: impl FnOnce(Result<()>) + 'static,
    call: impl for<'a> FnOnce(&K, Fresh<'a, uv_connect_t>) -> Outcome<'a, uv_connect_t>,
) -> Result<()> {
    let handle = core.open()?;
    if core.state.is_listening.get() {
        return Err(Error::EINVAL);
    }
    if core.state.is_connecting.get() {
        return Err(Error::EALREADY);
    }
    let is_connecting = core.state.is_connecting.clone();
    let told = move |_: &_, status| {
        is_connecting.set(false);
        done(check(status).map(drop));
    };
    request::begin(&core.event_loop, (), Box::new(told), |_, request| call(handle, request))?;
    core.state.is_connecting.set(true);
    Ok(())
}
