//! Name resolution, of what needs no network.

mod common;

use std::net::SocketAddr;

use common::Log;
use uv::{Error, Loop, RunMode, getaddrinfo, getnameinfo};

#[test]
fn an_address_is_its_own() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    for (host, service) in [("127.0.0.1", "80"), ("::1", "443")] {
        let told = log.clone();
        getaddrinfo(&event_loop, Some(host), Some(service), move |addresses| {
            told.add(addresses.unwrap()[0].to_string());
        })
        .unwrap();
        event_loop.run(RunMode::Default);
    }
    log.expect(&["127.0.0.1:80", "[::1]:443"]);
}

#[test]
fn a_name_that_cannot_be() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let told = log.clone();
    getaddrinfo(&event_loop, Some("127.0.0.1"), Some("no such service"), move |addresses| {
        told.add(addresses.unwrap_err().name());
    })
    .unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["EAI_SERVICE"]);
    assert_eq!(getaddrinfo(&event_loop, None, None, |_| ()).err(), Some(Error::EINVAL));
    assert_eq!(getaddrinfo(&event_loop, Some("a\0b"), None, |_| ()).err(), Some(Error::EINVAL));
}

#[test]
fn an_address_has_names() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let told = log.clone();
    let address: SocketAddr = "127.0.0.1:9".parse().unwrap();
    getnameinfo(&event_loop, address, move |names| {
        let (host, service) = names.unwrap();
        assert!(!host.is_empty() && !service.is_empty());
        told.add("named");
    })
    .unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["named"]);
}
