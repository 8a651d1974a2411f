//! Names of hosts.
#![forbid(unsafe_code)]

use std::net::SocketAddr;

use crate::error::{Error, Result};
use crate::event_loop::LoopRef;
use crate::raw::lookup::{hints, on_addresses, on_name};
use crate::raw::{address, request, text};
use crate::request::Request;
use crate::sys::{self, Text};

/// Asks for the addresses of a host and a service, either of which may be left out: the service is a name or a port.
///
/// ```
/// # let event_loop = uv::Loop::new()?;
/// uv::getaddrinfo(&event_loop, Some("127.0.0.1"), Some("80"), |addresses| {
///     assert_eq!(addresses.unwrap()[0], "127.0.0.1:80".parse().unwrap());
/// })?;
/// event_loop.run(uv::RunMode::Default);
/// # Ok::<(), uv::Error>(())
/// ```
pub fn getaddrinfo(
    event_loop: &LoopRef,
    host: Option<&str>,
    service: Option<&str>,
    done: impl FnOnce(Result<Vec<SocketAddr>>) + 'static,
) -> Result<Request> {
    let [host, service] = [host, service].map(|name| name.map(text::of_str).transpose());
    let (host, service) = (host?, service?);
    if host.is_none() && service.is_none() {
        return Err(Error::EINVAL);
    }
    let told = move |_: &_, answer| done(answer);
    let request = request::begin(event_loop, (), Box::new(told), |event_loop, request| {
        let [host, service] = [&host, &service].map(|name| name.as_deref().map(Text::from));
        sys::uv_getaddrinfo(event_loop, request, on_addresses, host, service, Some(&hints()))
    })?;
    Ok(Request::new(request))
}

/// Asks for the names of an address: of the host, or its number if it has no name, and of the service.
pub fn getnameinfo(
    event_loop: &LoopRef,
    address: SocketAddr,
    done: impl FnOnce(Result<(String, String)>) + 'static,
) -> Result<Request> {
    let address = address::to_c(address);
    let told = move |_: &_, answer| done(answer);
    let request = request::begin(event_loop, (), Box::new(told), |event_loop, request| {
        sys::uv_getnameinfo(event_loop, request, on_name, (&address).into(), 0)
    })?;
    Ok(Request::new(request))
}
