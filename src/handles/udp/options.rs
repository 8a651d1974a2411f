//! Options of UDP sockets: multicast groups and interfaces, broadcast, time to live.

use std::ffi::CStr;

use libc::{c_int, in_addr, sockaddr_in6};

use crate::abi::{UV_JOIN_GROUP, UV_LEAVE_GROUP, UV_UDP_REUSEADDR, uv_membership, uv_udp_t};
use crate::core::state::handle::flags;
use crate::handles::udp::socket::bind_if_new;
use crate::standalone::inet::address;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::socket::set_option;
use crate::sys::udp_groups::{MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP, SourceGroup6, group6};

fn parse4(text: Option<&CStr>) -> UvResult<in_addr> {
    Ok(address::v4(text.ok_or(Errno::EINVAL)?, 0)?.sin_addr)
}

fn parse6(text: Option<&CStr>) -> UvResult<sockaddr_in6> {
    address::v6(text.ok_or(Errno::EINVAL)?, 0)
}

/// The address of the interface, or any.
fn interface4(text: Option<&CStr>) -> UvResult<in_addr> {
    if text.is_none() { Ok(in_addr { s_addr: libc::INADDR_ANY }) } else { parse4(text) }
}

/// The index of the interface that an address names with its scope, or 0 for any.
fn interface6(text: Option<&CStr>) -> UvResult<u32> {
    if text.is_none() { Ok(0) } else { parse6(text).map(|addr| addr.sin6_scope_id) }
}

fn join_or_leave(membership: uv_membership, join: c_int, leave: c_int) -> UvResult<c_int> {
    match membership {
        UV_JOIN_GROUP => Ok(join),
        UV_LEAVE_GROUP => Ok(leave),
        _ => Err(Errno::EINVAL),
    }
}

pub(crate) fn set_membership(
    udp: &uv_udp_t,
    group: Option<&CStr>,
    interface: Option<&CStr>,
    membership: uv_membership,
) -> UvResult {
    if let Ok(imr_multiaddr) = parse4(group) {
        bind_if_new(udp, libc::AF_INET, UV_UDP_REUSEADDR)?;
        let value = libc::ip_mreq { imr_multiaddr, imr_interface: interface4(interface)? };
        let name = join_or_leave(membership, libc::IP_ADD_MEMBERSHIP, libc::IP_DROP_MEMBERSHIP)?;
        return set_option(udp.fd(), libc::IPPROTO_IP, name, value);
    }
    let group = parse6(group).map_err(|_| Errno::EINVAL)?.sin6_addr;
    bind_if_new(udp, libc::AF_INET6, UV_UDP_REUSEADDR)?;
    let interface = interface6(interface).map_err(|_| Errno::EINVAL)?;
    let value = group6(group, interface);
    let name = join_or_leave(membership, libc::IPV6_ADD_MEMBERSHIP, libc::IPV6_DROP_MEMBERSHIP)?;
    set_option(udp.fd(), libc::IPPROTO_IPV6, name, value)
}

pub(crate) fn set_source_membership(
    udp: &uv_udp_t,
    group: Option<&CStr>,
    interface: Option<&CStr>,
    source: Option<&CStr>,
    membership: uv_membership,
) -> UvResult {
    if let Ok(imr_multiaddr) = parse4(group) {
        let imr_sourceaddr = parse4(source)?;
        bind_if_new(udp, libc::AF_INET, UV_UDP_REUSEADDR)?;
        let imr_interface = interface4(interface)?;
        let value = libc::ip_mreq_source { imr_multiaddr, imr_interface, imr_sourceaddr };
        let (join, leave) = (libc::IP_ADD_SOURCE_MEMBERSHIP, libc::IP_DROP_SOURCE_MEMBERSHIP);
        let name = join_or_leave(membership, join, leave)?;
        return set_option(udp.fd(), libc::IPPROTO_IP, name, value);
    }
    let (group, source) = (parse6(group)?, parse6(source)?);
    bind_if_new(udp, libc::AF_INET6, UV_UDP_REUSEADDR)?;
    let interface = interface6(interface)?;
    let value = SourceGroup6::new(interface, group, source);
    let name = join_or_leave(membership, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP)?;
    set_option(udp.fd(), libc::IPPROTO_IPV6, name, value)
}

pub(crate) fn set_multicast_interface(udp: &uv_udp_t, interface: Option<&CStr>) -> UvResult {
    let fd = udp.fd();
    let set4 = |addr: in_addr| set_option(fd, libc::IPPROTO_IP, libc::IP_MULTICAST_IF, addr);
    let set6 = |index: u32| set_option(fd, libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_IF, index);
    if interface.is_none() {
        return if udp.has(flags::IPV6) { set6(0) } else { set4(in_addr { s_addr: libc::INADDR_ANY }) };
    }
    match parse4(interface) {
        Ok(addr) => set4(addr),
        Err(_) => set6(interface6(interface).map_err(|_| Errno::EINVAL)?),
    }
}

/// Sets an option that has one name for IPv4 and another for IPv6 to a number from `least` to 255.
fn set_either(udp: &uv_udp_t, name4: c_int, name6: c_int, value: c_int, least: c_int) -> UvResult {
    if !(least..=255).contains(&value) {
        return Err(Errno::EINVAL);
    }
    let (level, name) =
        if udp.has(flags::IPV6) { (libc::IPPROTO_IPV6, name6) } else { (libc::IPPROTO_IP, name4) };
    set_option::<c_int>(udp.fd(), level, name, value)
}

pub(crate) fn set_multicast_loop(udp: &uv_udp_t, on: c_int) -> UvResult {
    set_either(udp, libc::IP_MULTICAST_LOOP, libc::IPV6_MULTICAST_LOOP, on, 0)
}

pub(crate) fn set_multicast_ttl(udp: &uv_udp_t, ttl: c_int) -> UvResult {
    set_either(udp, libc::IP_MULTICAST_TTL, libc::IPV6_MULTICAST_HOPS, ttl, 0)
}

pub(crate) fn set_ttl(udp: &uv_udp_t, ttl: c_int) -> UvResult {
    set_either(udp, libc::IP_TTL, libc::IPV6_UNICAST_HOPS, ttl, 1)
}

pub(crate) fn set_broadcast(udp: &uv_udp_t, on: c_int) -> UvResult {
    set_option::<c_int>(udp.fd(), libc::SOL_SOCKET, libc::SO_BROADCAST, on)
}
