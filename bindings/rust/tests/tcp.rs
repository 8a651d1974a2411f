//! TCP.

mod common;

use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::time::Duration;

use common::{Log, any_port};
use uv::{Error, Handle, Loop, RunMode, Stream, Tcp};

/// A server that sends back what it gets, until the other end ends.
fn echo_server(event_loop: &Loop) -> Tcp {
    let server = Tcp::new(event_loop).unwrap();
    server.bind(any_port()).unwrap();
    server
        .listen(128, |server, status| {
            status.unwrap();
            let connection = server.accept().unwrap();
            connection
                .read_start(|connection, read| match read {
                    Ok(bytes) => connection.write(Vec::from(bytes), |status| status.unwrap()).unwrap(),
                    Err(Error::EOF) => connection.close(),
                    Err(error) => panic!("{error}"),
                })
                .unwrap();
            connection.detach();
        })
        .unwrap();
    server
}

#[test]
fn what_is_written_comes_back() {
    let event_loop = Loop::new().unwrap();
    let server = echo_server(&event_loop);
    let address = server.getsockname().unwrap();
    let sent: Vec<u8> = (0..1_000_000u32).map(|number| number as u8).collect();
    let received = Rc::new(RefCell::new(Vec::new()));

    let client = Tcp::new(&event_loop).unwrap();
    let (connected, written, bytes) = (client.clone(), received.clone(), sent.clone());
    client
        .connect(address, move |status| {
            status.unwrap();
            assert_eq!(connected.getpeername(), Ok(address));
            assert!(connected.is_readable() && connected.is_writable());
            connected.nodelay(true).unwrap();
            connected.keepalive(Some(Duration::from_secs(60))).unwrap();
            connected.keepalive(None).unwrap();
            let expected = bytes.len();
            connected.write(bytes, |status| status.unwrap()).unwrap();
            connected
                .read_start(move |client, read| {
                    written.borrow_mut().extend_from_slice(read.unwrap());
                    if written.borrow().len() == expected {
                        client.close();
                        server.close();
                    }
                })
                .unwrap();
        })
        .unwrap();
    event_loop.run(RunMode::Default);
    assert_eq!(*received.borrow(), sent);
}

#[test]
fn nobody_listens() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    // Somebody has the port, and does not listen.
    let bound = Tcp::new(&event_loop).unwrap();
    bound.bind(any_port()).unwrap();
    let address = bound.getsockname().unwrap();
    let client = Tcp::new(&event_loop).unwrap();
    let told = log.clone();
    client.connect(address, move |status| told.add(status.unwrap_err().name())).unwrap();
    log.expect(&[]);
    event_loop.run(RunMode::Default);
    log.expect(&["ECONNREFUSED"]);
}

#[test]
fn an_address_in_use() {
    let event_loop = Loop::new().unwrap();
    let first = Tcp::new(&event_loop).unwrap();
    first.bind(any_port()).unwrap();
    first.listen(1, |_, _| ()).unwrap();
    let second = Tcp::new(&event_loop).unwrap();
    second.bind(first.getsockname().unwrap()).unwrap();
    assert_eq!(second.listen(1, |_, _| ()), Err(Error::EADDRINUSE));
}

#[test]
fn shutdown_is_the_end_for_the_other_side() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let listener = TcpListener::bind(any_port()).unwrap();
    let client = Tcp::new(&event_loop).unwrap();
    client.open(TcpStream::connect(listener.local_addr().unwrap()).unwrap()).unwrap();
    let (mut other, _) = listener.accept().unwrap();
    let (written, ended) = (log.clone(), log.clone());
    client.write("last words", move |status| written.add(format!("{status:?}"))).unwrap();
    client.shutdown(move |status| ended.add(format!("{status:?}"))).unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["Ok(())", "Ok(())"]);
    let mut text = String::new();
    other.read_to_string(&mut text).unwrap();
    assert_eq!(text, "last words");
    assert_eq!(client.write("too late", |_| ()), Err(Error::EPIPE));
}

#[test]
fn closing_cancels_what_is_under_way() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let listener = TcpListener::bind(any_port()).unwrap();
    let client = Tcp::new(&event_loop).unwrap();
    client.open(TcpStream::connect(listener.local_addr().unwrap()).unwrap()).unwrap();
    let (_other, _) = listener.accept().unwrap();
    // More than the system takes while nobody reads.
    let told = log.clone();
    client.write(vec![0; 64 << 20], move |status| told.add(status.unwrap_err().name())).unwrap();
    assert!(client.write_queue_size() > 0);
    drop(client);
    event_loop.run(RunMode::Default);
    log.expect(&["ECANCELED"]);
}

#[test]
fn reading_can_be_stopped_and_started() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let listener = TcpListener::bind(any_port()).unwrap();
    let client = Tcp::new(&event_loop).unwrap();
    client.open(TcpStream::connect(listener.local_addr().unwrap()).unwrap()).unwrap();
    let (mut other, _) = listener.accept().unwrap();
    for name in ["first", "second"] {
        other.write_all(name.as_bytes()).unwrap();
        let told = log.clone();
        client
            .read_start(move |client, bytes| {
                told.add(String::from_utf8_lossy(bytes.unwrap()));
                client.read_stop().unwrap();
            })
            .unwrap();
        event_loop.run(RunMode::Default);
        log.expect(&[name]);
    }
    assert!(!client.is_active());
    drop(other);
    let told = log.clone();
    client.read_start(move |_, bytes| told.add(bytes.unwrap_err().name())).unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["EOF"]);
}

#[test]
fn try_write_writes_what_it_can() {
    let event_loop = Loop::new().unwrap();
    let listener = TcpListener::bind(any_port()).unwrap();
    let client = Tcp::new(&event_loop).unwrap();
    assert_eq!(client.try_write(b"nobody is there"), Err(Error::EBADF));
    client.open(TcpStream::connect(listener.local_addr().unwrap()).unwrap()).unwrap();
    let (mut other, _) = listener.accept().unwrap();
    assert_eq!(client.try_write(b"hello"), Ok(5));
    let mut bytes = [0; 5];
    other.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"hello");
    assert!(client.fileno().unwrap() > 2);
}

/// libuv would forget the first request, or never tell of one on a socket that listens.
#[test]
fn one_connection_at_a_time() {
    let event_loop = Loop::new().unwrap();
    let server = echo_server(&event_loop);
    let address = server.getsockname().unwrap();
    assert_eq!(server.connect(address, |_| ()), Err(Error::EINVAL));
    let client = Tcp::new(&event_loop).unwrap();
    client.connect(address, |status| assert_eq!(status, Err(Error::ECANCELED))).unwrap();
    assert_eq!(client.connect(address, |_| ()), Err(Error::EALREADY));
    assert_eq!(client.listen(1, |_, _| ()), Err(Error::EINVAL));
    assert_eq!(client.accept().err(), Some(Error::EAGAIN));
    client.close();
    server.close();
    event_loop.run(RunMode::Default);
}

/// Bytes may be anything that can be seen as bytes, and are dropped when they are written.
#[test]
fn bytes_are_owned_until_they_are_written() {
    struct Bytes(Rc<Cell<bool>>, [u8; 3]);
    impl AsRef<[u8]> for Bytes {
        fn as_ref(&self) -> &[u8] {
            &self.1
        }
    }
    impl Drop for Bytes {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let event_loop = Loop::new().unwrap();
    let listener = TcpListener::bind(any_port()).unwrap();
    let client = Tcp::new(&event_loop).unwrap();
    client.open(TcpStream::connect(listener.local_addr().unwrap()).unwrap()).unwrap();
    let (mut other, _) = listener.accept().unwrap();
    let is_dropped = Rc::new(Cell::new(false));
    let seen = is_dropped.clone();
    client.write(Bytes(is_dropped.clone(), *b"abc"), move |_| assert!(seen.get())).unwrap();
    assert!(!is_dropped.get());
    event_loop.run(RunMode::Default);
    let mut bytes = [0; 3];
    other.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"abc");
    // One that is refused is dropped at once.
    let is_dropped = Rc::new(Cell::new(false));
    client.close();
    assert_eq!(client.write(Bytes(is_dropped.clone(), *b"abc"), |_| ()), Err(Error::EINVAL));
    assert!(is_dropped.get());
}

#[test]
fn a_panic_amid_reading_loses_nothing() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let listener = TcpListener::bind(any_port()).unwrap();
    let client = Tcp::new(&event_loop).unwrap();
    client.open(TcpStream::connect(listener.local_addr().unwrap()).unwrap()).unwrap();
    let (mut other, _) = listener.accept().unwrap();
    let told = log.clone();
    client
        .read_start(move |_, bytes| {
            told.add(String::from_utf8_lossy(bytes.unwrap_or(b"end")));
            assert!(told.len() != 1, "the first");
        })
        .unwrap();
    other.write_all(b"one").unwrap();
    assert_eq!(common::panic_of(|| event_loop.run(RunMode::Default)), "the first");
    other.write_all(b"two").unwrap();
    drop(other);
    event_loop.run(RunMode::Default);
    log.expect(&["one", "two", "end"]);
}
