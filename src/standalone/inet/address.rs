//! Addresses from and to texts, in the forms that C passes them in.

use std::ffi::CStr;
use std::fmt;
use std::io::Write;
use std::mem::offset_of;
use std::net::{Ipv4Addr, Ipv6Addr};

use libc::{AF_INET, AF_INET6, c_int, c_uint, in_addr, in6_addr, sockaddr_in, sockaddr_in6};

use super::text::{Text6, parse4, parse6, split_zone};
use crate::core::memory::out::{Out, OutBytes};
use crate::core::memory::out_text::OutText;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::interfaces;

/// `INET6_ADDRSTRLEN`: the longest text of an address, with its NUL.
const TEXT_MAX: usize = 46;

/// The bytes of an address of this family, 0 if it is unknown.
pub(crate) fn len(family: c_int) -> usize {
    match family {
        AF_INET => size_of::<in_addr>(),
        AF_INET6 => size_of::<in6_addr>(),
        _ => 0,
    }
}

/// Where it stands in a socket address of the family.
pub(crate) fn place(family: c_int) -> usize {
    match family {
        AF_INET => offset_of!(sockaddr_in, sin_addr),
        AF_INET6 => offset_of!(sockaddr_in6, sin6_addr),
        _ => 0,
    }
}

/// Writes an address and a NUL; `ENOSPC` if they do not fit.
fn print(address: impl fmt::Display, out: Option<OutBytes>) -> UvResult {
    let mut text = [0; TEXT_MAX];
    // The last byte stays NUL: a text is shorter than the buffer.
    let _ = write!(&mut text[..TEXT_MAX - 1], "{address}");
    let text = CStr::from_bytes_until_nul(&text).unwrap_or_default().to_bytes();
    if out.is_some_and(|mut out| out.text(text)) { Ok(()) } else { Err(Errno::ENOSPC) }
}

/// Writes the text of an address, which has the length that [`len`] says.
pub(crate) fn to_text(family: c_int, address: &[u8], out: Option<OutBytes>) -> UvResult {
    match (family, address.first_chunk::<4>(), address.first_chunk::<16>()) {
        (AF_INET, Some(v4), _) => print(Ipv4Addr::from(*v4), out),
        (AF_INET6, _, Some(v6)) => print(Text6(Ipv6Addr::from(*v6)), out),
        _ => Err(Errno::EAFNOSUPPORT),
    }
}

/// Reads an address; `out` has the length that [`len`] says.
pub(crate) fn from_text(family: c_int, text: Option<&CStr>, out: Option<OutBytes>) -> UvResult {
    let (Some(text), Some(mut out)) = (text, out) else { return Err(Errno::EINVAL) };
    match family {
        AF_INET => out.put(0, &parse4(text.to_bytes())?),
        AF_INET6 => out.put(0, &parse6(split_zone(text).0)?),
        _ => return Err(Errno::EAFNOSUPPORT),
    };
    Ok(())
}

/// The port as the network wants it; like C this takes the low 16 bits.
fn network_port(port: c_int) -> u16 {
    (port as u16).to_be()
}

fn socket4(octets: [u8; 4], port: c_int) -> sockaddr_in {
    sockaddr_in {
        sin_family: AF_INET as _,
        sin_port: network_port(port),
        sin_addr: in_addr { s_addr: u32::from_ne_bytes(octets) },
        sin_zero: [0; 8],
    }
}

fn socket6(octets: [u8; 16], port: c_int, scope: u32) -> sockaddr_in6 {
    sockaddr_in6 {
        sin6_family: AF_INET6 as _,
        sin6_port: network_port(port),
        sin6_flowinfo: 0,
        sin6_addr: in6_addr { s6_addr: octets },
        sin6_scope_id: scope,
    }
}

/// A socket address with the IPv4 address of that text; the port is in the host's order.
pub(crate) fn v4(text: &CStr, port: c_int) -> UvResult<sockaddr_in> {
    Ok(socket4(parse4(text.to_bytes())?, port))
}

/// The same for IPv6. A zone is the name of an interface, and 0 if there is none of that name.
pub(crate) fn v6(text: &CStr, port: c_int) -> UvResult<sockaddr_in6> {
    let (address, zone) = split_zone(text);
    Ok(socket6(parse6(address)?, port, zone.map_or(0, interfaces::index)))
}

/// [`v4`] for C, which gets the port even if there is no address in the text.
pub(crate) fn fill4(text: Option<&CStr>, port: c_int, place: Out<sockaddr_in>) -> UvResult {
    let address = text.ok_or(Errno::EINVAL).and_then(|text| v4(text, port));
    place.set(address.unwrap_or(socket4([0; 4], port)));
    address.map(drop)
}

/// [`v6`] for C, in the same way.
pub(crate) fn fill6(text: Option<&CStr>, port: c_int, place: Out<sockaddr_in6>) -> UvResult {
    let zone = text.and_then(|text| split_zone(text).1);
    let address = text.ok_or(Errno::EINVAL).and_then(|text| v6(text, port));
    place.set(address.unwrap_or_else(|_| socket6([0; 16], port, zone.map_or(0, interfaces::index))));
    address.map(drop)
}

pub(crate) fn interface_name(index: c_uint, out: OutText) -> UvResult {
    let name = interfaces::name(index)?;
    out.write_text(CStr::from_bytes_until_nul(&name).unwrap_or_default())
}
