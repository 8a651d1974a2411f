//! UDP.

mod common;

use std::net::SocketAddr;

use common::{Log, any_port};
use uv::{Error, Handle, Loop, RunMode, Udp};

fn bound(event_loop: &Loop) -> (Udp, SocketAddr) {
    let udp = Udp::new(event_loop).unwrap();
    udp.bind(any_port()).unwrap();
    let address = udp.getsockname().unwrap();
    (udp, address)
}

#[test]
fn datagrams_come_one_by_one() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let (receiver, to) = bound(&event_loop);
    let (sender, from) = bound(&event_loop);
    let told = log.clone();
    receiver
        .recv_start(move |receiver, datagram| {
            let datagram = datagram.unwrap();
            assert_eq!(datagram.from, Some(from));
            assert!(!datagram.is_partial);
            told.add(String::from_utf8_lossy(datagram.bytes));
            if told.len() == 4 {
                receiver.close();
            }
        })
        .unwrap();
    let sent = log.clone();
    sender.send("one", Some(to), move |status| sent.add(format!("sent: {status:?}"))).unwrap();
    event_loop.run(RunMode::Once);
    // Empty ones are datagrams, too.
    assert_eq!(sender.try_send(b"", Some(to)), Ok(0));
    assert_eq!(sender.try_send(b"three", Some(to)), Ok(5));
    event_loop.run(RunMode::Default);
    log.expect_in_any_order(&["one", "sent: Ok(())", "", "three"]);
}

#[test]
fn a_connected_socket_has_one_partner() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let (receiver, to) = bound(&event_loop);
    let (sender, _) = bound(&event_loop);
    assert_eq!(sender.try_send(b"to whom?", None), Err(Error::EDESTADDRREQ));
    sender.connect(Some(to)).unwrap();
    assert_eq!(sender.getpeername(), Ok(to));
    assert_eq!(sender.connect(Some(to)), Err(Error::EISCONN));
    let told = log.clone();
    receiver
        .recv_start(move |receiver, datagram| {
            told.add(String::from_utf8_lossy(datagram.unwrap().bytes));
            receiver.recv_stop().unwrap();
        })
        .unwrap();
    sender.send(b"hello", None, |status| status.unwrap()).unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["hello"]);
    sender.connect(None).unwrap();
    assert_eq!(sender.getpeername(), Err(Error::ENOTCONN));
}

#[test]
fn options_can_be_set() {
    let event_loop = Loop::new().unwrap();
    let (udp, _) = bound(&event_loop);
    udp.set_broadcast(true).unwrap();
    udp.set_ttl(64).unwrap();
    assert_eq!(udp.set_ttl(0), Err(Error::EINVAL));
    udp.set_multicast_loop(true).unwrap();
    udp.set_multicast_ttl(2).unwrap();
    assert!(udp.join("127.0.0.1".parse().unwrap(), None).is_err());
}

#[test]
fn closing_cancels_nothing_that_was_sent() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let (sender, to) = bound(&event_loop);
    let told = log.clone();
    sender.send("to itself", Some(to), move |status| told.add(format!("{status:?}"))).unwrap();
    drop(sender);
    event_loop.run(RunMode::Default);
    assert_eq!(log.len(), 1);
}
