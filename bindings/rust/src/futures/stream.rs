//! Connections.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::oneshot::{Receiver, oneshot};
use crate::error::{Error, Result};
use crate::pipe::Pipe;
use crate::stream::Stream;
use crate::tcp::Tcp;

/// A kind of stream, by what it connects to.
pub trait Connect<To> {
    /// Begins to connect, see [`Tcp::connect`] and [`Pipe::connect`].
    fn begin_connect(&self, to: To, done: impl FnOnce(Result<()>) + 'static) -> Result<()>;
}

impl Connect<SocketAddr> for Tcp {
    fn begin_connect(&self, to: SocketAddr, done: impl FnOnce(Result<()>) + 'static) -> Result<()> {
        self.connect(to, done)
    }
}

impl<P: AsRef<Path>> Connect<P> for Pipe {
    fn begin_connect(&self, to: P, done: impl FnOnce(Result<()>) + 'static) -> Result<()> {
        self.connect(to, done)
    }
}

/// Connects: a [`Tcp`] to an address, a [`Pipe`] to a path.
pub async fn connect<To>(stream: &impl Connect<To>, to: To) -> Result<()> {
    let (sender, receiver) = oneshot();
    stream.begin_connect(to, |status| sender.send(status))?;
    receiver.await?
}

/// Writes bytes. They are written even if the future is dropped.
pub async fn write(stream: &impl Stream, bytes: impl AsRef<[u8]> + 'static) -> Result<()> {
    let (sender, receiver) = oneshot();
    stream.write(bytes, |status| sender.send(status))?;
    receiver.await?
}

/// Ends the stream in this direction when all is written.
pub async fn shutdown(stream: &impl Stream) -> Result<()> {
    let (sender, receiver) = oneshot();
    stream.shutdown(|status| sender.send(status))?;
    receiver.await?
}

/// Reads what comes next; nothing is the end. One `read` of a stream at a time; what one that is dropped has read is kept
/// for the next one.
pub async fn read<S: Stream>(stream: &S) -> Result<Vec<u8>> {
    let unread = &stream.owner().state.unread;
    let bytes = match unread.take() {
        Some(bytes) => bytes,
        None => {
            let (sender, receiver) = oneshot();
            let mut sender = Some(sender);
            stream.read_start(move |stream, bytes| {
                let _ = stream.read_stop();
                if let Some(sender) = sender.take() {
                    sender.send(bytes.map(<[u8]>::to_vec));
                }
            })?;
            let mut reading = Reading { stream, receiver };
            (&mut reading.receiver).await?
        }
    };
    match bytes {
        Err(Error::EOF) => Ok(Vec::new()),
        bytes => bytes,
    }
}

/// A read that has not been told of.
struct Reading<'a, S: Stream> {
    stream: &'a S,
    receiver: Receiver<Result<Vec<u8>>>,
}

impl<S: Stream> Drop for Reading<'_, S> {
    fn drop(&mut self) {
        match self.receiver.take() {
            Some(bytes) => self.stream.owner().state.unread.set(Some(bytes)),
            None if self.receiver.is_over() => {}
            // A handle that is closed does not read either.
            None => drop(self.stream.read_stop()),
        }
    }
}

/// A stream that listens.
///
/// See the example of [this module](super).
#[derive(Debug)]
pub struct Listener<S> {
    server: S,
    incoming: Rc<Incoming>,
}

/// Connections that wait to be accepted, and who waits for them.
#[derive(Default, Debug)]
struct Incoming {
    told: RefCell<VecDeque<Result<()>>>,
    wakers: RefCell<Vec<Waker>>,
}

impl<S: Stream> Listener<S> {
    /// Listens with a stream that is bound.
    pub fn new(server: S, backlog: i32) -> Result<Listener<S>> {
        let incoming = Rc::<Incoming>::default();
        server.listen(backlog, {
            let incoming = incoming.clone();
            move |_, status| {
                incoming.told.borrow_mut().push_back(status);
                let wakers = incoming.wakers.take();
                wakers.into_iter().for_each(Waker::wake);
            }
        })?;
        Ok(Listener { server, incoming })
    }

    /// Waits for a connection.
    pub async fn accept(&self) -> Result<S> {
        poll_fn(|context| {
            let told = self.incoming.told.borrow_mut().pop_front();
            match told {
                Some(status) => Poll::Ready(status),
                None if self.server.is_closing() => Poll::Ready(Err(Error::ECANCELED)),
                None => {
                    let waker = context.waker().clone();
                    self.incoming.wakers.borrow_mut().push(waker);
                    Poll::Pending
                }
            }
        })
        .await?;
        self.server.accept()
    }

    /// The stream that listens.
    pub fn server(&self) -> &S {
        &self.server
    }
}
