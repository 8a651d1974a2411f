//! Options of UDP sockets: multicast groups and interfaces, broadcast, time to live.

use libc::{c_char, c_int, in_addr, sockaddr_in6};

use crate::abi::{UV_JOIN_GROUP, UV_LEAVE_GROUP, UV_UDP_REUSEADDR, uv_membership, uv_udp_t};
use crate::core::handle::flags;
use crate::core::lend::lend_text;
use crate::handles::udp::socket::bind_if_new;
use crate::standalone::inet::address;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::socket::set_option;
use crate::sys::udp_socket::{MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP, SourceGroup6};

/// # Safety
/// `text` is a C string.
unsafe fn parse4(text: *const c_char) -> UvResult<in_addr> {
    // SAFETY: a C string, as asked of our caller.
    Ok(address::v4(unsafe { lend_text(text) }, 0)?.sin_addr)
}

/// # Safety
/// `text` is a C string.
unsafe fn parse6(text: *const c_char) -> UvResult<sockaddr_in6> {
    // SAFETY: a C string, as asked of our caller.
    address::v6(unsafe { lend_text(text) }, 0)
}

/// The address of the interface, or any.
///
/// # Safety
/// `text` is null or a C string.
unsafe fn interface4(text: *const c_char) -> UvResult<in_addr> {
    if text.is_null() {
        return Ok(in_addr { s_addr: libc::INADDR_ANY });
    }
    // SAFETY: not null, so a C string by the caller's promise.
    unsafe { parse4(text) }
}

/// The index of the interface that an address names with its scope, or 0 for any.
///
/// # Safety
/// `text` is null or a C string.
unsafe fn interface6(text: *const c_char) -> UvResult<u32> {
    if text.is_null() {
        return Ok(0);
    }
    // SAFETY: not null, so a C string by the caller's promise.
    unsafe { parse6(text) }.map(|addr| addr.sin6_scope_id)
}

fn join_or_leave(membership: uv_membership, join: c_int, leave: c_int) -> UvResult<c_int> {
    match membership {
        UV_JOIN_GROUP => Ok(join),
        UV_LEAVE_GROUP => Ok(leave),
        _ => Err(Errno::EINVAL),
    }
}

/// # Safety
/// `this` is initialised; `group` is a C string, `interface` too or null.
unsafe fn set_membership(
    this: *mut uv_udp_t,
    group: *const c_char,
    interface: *const c_char,
    membership: uv_membership,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if let Ok(imr_multiaddr) = parse4(group) {
            bind_if_new(this, libc::AF_INET, UV_UDP_REUSEADDR)?;
            let value = libc::ip_mreq { imr_multiaddr, imr_interface: interface4(interface)? };
            let name = join_or_leave(membership, libc::IP_ADD_MEMBERSHIP, libc::IP_DROP_MEMBERSHIP)?;
            return set_option((*this).io_watcher.fd.get(), libc::IPPROTO_IP, name, value);
        }
        let ipv6mr_multiaddr = parse6(group).map_err(|_| Errno::EINVAL)?.sin6_addr;
        bind_if_new(this, libc::AF_INET6, UV_UDP_REUSEADDR)?;
        let ipv6mr_interface = interface6(interface).map_err(|_| Errno::EINVAL)?;
        let value = libc::ipv6_mreq { ipv6mr_multiaddr, ipv6mr_interface };
        let name = join_or_leave(membership, libc::IPV6_ADD_MEMBERSHIP, libc::IPV6_DROP_MEMBERSHIP)?;
        set_option((*this).io_watcher.fd.get(), libc::IPPROTO_IPV6, name, value)
    }
}

/// # Safety
/// `this` is initialised; `group` and `source` are C strings, `interface` too or null.
unsafe fn set_source_membership(
    this: *mut uv_udp_t,
    group: *const c_char,
    interface: *const c_char,
    source: *const c_char,
    membership: uv_membership,
) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        if let Ok(imr_multiaddr) = parse4(group) {
            let imr_sourceaddr = parse4(source)?;
            bind_if_new(this, libc::AF_INET, UV_UDP_REUSEADDR)?;
            let imr_interface = interface4(interface)?;
            let value = libc::ip_mreq_source { imr_multiaddr, imr_interface, imr_sourceaddr };
            let (join, leave) = (libc::IP_ADD_SOURCE_MEMBERSHIP, libc::IP_DROP_SOURCE_MEMBERSHIP);
            let name = join_or_leave(membership, join, leave)?;
            return set_option((*this).io_watcher.fd.get(), libc::IPPROTO_IP, name, value);
        }
        let (group, source) = (parse6(group)?, parse6(source)?);
        bind_if_new(this, libc::AF_INET6, UV_UDP_REUSEADDR)?;
        let interface = interface6(interface)?;
        let value = SourceGroup6::new(interface, group, source);
        let name = join_or_leave(membership, MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP)?;
        set_option((*this).io_watcher.fd.get(), libc::IPPROTO_IPV6, name, value)
    }
}

/// # Safety
/// `this` is initialised; `interface` is null or a C string.
unsafe fn set_multicast_interface(this: *mut uv_udp_t, interface: *const c_char) -> UvResult {
    // SAFETY: the caller's promise.
    unsafe {
        let fd = (*this).io_watcher.fd.get();
        let set4 = |addr: in_addr| set_option(fd, libc::IPPROTO_IP, libc::IP_MULTICAST_IF, addr);
        let set6 = |index: u32| set_option(fd, libc::IPPROTO_IPV6, libc::IPV6_MULTICAST_IF, index);
        if interface.is_null() {
            return match (*this).flags & flags::IPV6 {
                0 => set4(in_addr { s_addr: libc::INADDR_ANY }),
                _ => set6(0),
            };
        }
        if let Ok(addr) = parse4(interface) {
            return set4(addr);
        }
        set6(interface6(interface).map_err(|_| Errno::EINVAL)?)
    }
}

/// Sets an option that has one name for IPv4 and another for IPv6 to a number of `range`.
///
/// # Safety
/// `this` is initialised.
unsafe fn set_either(
    this: *mut uv_udp_t,
    name4: c_int,
    name6: c_int,
    value: c_int,
    least: c_int,
) -> UvResult {
    if !(least..=255).contains(&value) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the caller's promise.
    let (fd, is_6) = unsafe { ((*this).io_watcher.fd.get(), (*this).flags & flags::IPV6 != 0) };
    let (level, name) = if is_6 { (libc::IPPROTO_IPV6, name6) } else { (libc::IPPROTO_IP, name4) };
    set_option::<c_int>(fd, level, name, value)
}

/// Joins or leaves the multicast group, on the interface with that address or on any (null). Binds the
/// handle to any address if it has no socket.
///
/// Returns 0, `UV_EINVAL` for bad addresses or a bad `membership`, or what the system says, such as
/// `UV_ENODEV`. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_membership>.
///
/// # Safety
/// `handle` is initialised; `multicast_addr` is a C string, `interface_addr` too or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_membership(
    handle: *mut uv_udp_t,
    multicast_addr: *const c_char,
    interface_addr: *const c_char,
    membership: uv_membership,
) -> c_int {
    // SAFETY: our caller's promise is the one `set_membership` asks for.
    to_status(unsafe { set_membership(handle, multicast_addr, interface_addr, membership) })
}

/// Joins or leaves the multicast group for what `source_addr` sends. Otherwise as
/// [`uv_udp_set_membership`].
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_source_membership>.
///
/// # Safety
/// `handle` is initialised; the addresses are C strings, `interface_addr` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_source_membership(
    handle: *mut uv_udp_t,
    multicast_addr: *const c_char,
    interface_addr: *const c_char,
    source_addr: *const c_char,
    membership: uv_membership,
) -> c_int {
    // SAFETY: our caller's promise is the one `set_source_membership` asks for.
    to_status(unsafe {
        set_source_membership(handle, multicast_addr, interface_addr, source_addr, membership)
    })
}

/// Whether multicast datagrams come back to this machine.
///
/// Returns 0, `UV_EINVAL` if `on` is not in 0..=255, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_multicast_loop>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_multicast_loop(handle: *mut uv_udp_t, on: c_int) -> c_int {
    // SAFETY: our caller's promise is the one `set_either` asks for.
    to_status(unsafe { set_either(handle, libc::IP_MULTICAST_LOOP, libc::IPV6_MULTICAST_LOOP, on, 0) })
}

/// How many hops multicast datagrams go, 0 to 255.
///
/// Returns 0, `UV_EINVAL`, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_multicast_ttl>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_multicast_ttl(handle: *mut uv_udp_t, ttl: c_int) -> c_int {
    // SAFETY: our caller's promise is the one `set_either` asks for.
    to_status(unsafe { set_either(handle, libc::IP_MULTICAST_TTL, libc::IPV6_MULTICAST_HOPS, ttl, 0) })
}

/// The interface that multicast datagrams leave by: its IPv4 address, or an IPv6 address with its
/// scope; null lets the system choose.
///
/// Returns 0, `UV_EINVAL` for a bad address, or what the system says. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_multicast_interface>.
///
/// # Safety
/// `handle` is initialised; `interface_addr` is null or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_multicast_interface(
    handle: *mut uv_udp_t,
    interface_addr: *const c_char,
) -> c_int {
    // SAFETY: our caller's promise is the one `set_multicast_interface` asks for.
    to_status(unsafe { set_multicast_interface(handle, interface_addr) })
}

/// Whether the handle may send to broadcast addresses.
///
/// Returns 0, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_broadcast>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_broadcast(handle: *mut uv_udp_t, on: c_int) -> c_int {
    // SAFETY: our caller's promise.
    let fd = unsafe { (*handle).io_watcher.fd.get() };
    to_status(set_option::<c_int>(fd, libc::SOL_SOCKET, libc::SO_BROADCAST, on))
}

/// How many hops datagrams go, 1 to 255.
///
/// Returns 0, `UV_EINVAL`, or `UV_EBADF` without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_set_ttl>.
///
/// # Safety
/// `handle` is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_set_ttl(handle: *mut uv_udp_t, ttl: c_int) -> c_int {
    // SAFETY: our caller's promise is the one `set_either` asks for.
    to_status(unsafe { set_either(handle, libc::IP_TTL, libc::IPV6_UNICAST_HOPS, ttl, 1) })
}
