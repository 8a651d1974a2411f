//! Addresses of network interfaces: part of libuv's "Miscellaneous utilities".

use std::ffi::CStr;
use std::ptr::null_mut;

use libc::{c_char, c_int};

use crate::abi::uv_interface_address_t;
use crate::core::alloc;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::interfaces::{Address, Entry, List};

/// Whether an address of this name belongs to the interface: its own, or an alias such as "eth0:1".
fn belongs(name: &CStr, interface: &CStr) -> bool {
    let rest = name.to_bytes().strip_prefix(interface.to_bytes());
    matches!(rest, Some([] | [b':', ..]))
}

/// The address of the hardware, which the list holds in an entry of its own.
fn hardware_address(list: &List, name: &CStr) -> [u8; 6] {
    let mut found = [0; 6];
    for entry in list.entries() {
        if let Address::Hardware(address) = entry.address
            && belongs(name, entry.name)
        {
            found = address;
        }
    }
    found
}

fn internet_addresses(list: &List) -> impl Iterator<Item = Entry<'_>> {
    list.entries().filter(|entry| !matches!(entry.address, Address::Hardware(_)))
}

/// An array of all addresses, with the names behind it in the same block; null if there are none.
fn read() -> UvResult<(*mut uv_interface_address_t, c_int)> {
    let list = List::read()?;
    let (mut count, mut names) = (0, 0);
    for entry in internet_addresses(&list) {
        count += 1;
        names += entry.name.count_bytes() + 1;
    }
    if count == 0 {
        return Ok((null_mut(), 0));
    }
    let block = alloc::calloc(1, count * size_of::<uv_interface_address_t>() + names);
    let array = block.cast::<uv_interface_address_t>();
    if array.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: the block is zeroed and has room for the entries and names that were counted, and the
    // list has not changed since.
    unsafe {
        let mut name = array.add(count).cast::<c_char>();
        for (i, entry) in internet_addresses(&list).enumerate() {
            let item = array.add(i);
            name.copy_from_nonoverlapping(entry.name.as_ptr(), entry.name.count_bytes() + 1);
            (*item).name = name;
            name = name.add(entry.name.count_bytes() + 1);
            (*item).phys_addr = hardware_address(&list, entry.name).map(|byte| byte as c_char);
            (*item).is_internal = c_int::from(entry.loopback);
            match entry.address {
                Address::V4(address, netmask) => {
                    (*item).address.address4 = address;
                    if let Some(netmask) = netmask {
                        (*item).netmask.netmask4 = netmask;
                    }
                }
                Address::V6(address, netmask) => {
                    (*item).address.address6 = address;
                    if let Some(netmask) = netmask {
                        (*item).netmask.netmask6 = netmask;
                    }
                }
                Address::Hardware(_) => {}
            }
        }
    }
    Ok((array, count as c_int))
}

/// Lists the IPv4 and IPv6 addresses of all interfaces that are up and running.
///
/// Returns 0 and an array to be freed with [`uv_free_interface_addresses`], which is NULL if there are
/// none; or `UV_ENOMEM` or the system's error. Any thread.
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_interface_addresses>.
///
/// # Safety
/// `addresses` and `count` are writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_interface_addresses(
    addresses: *mut *mut uv_interface_address_t,
    count: *mut c_int,
) -> c_int {
    let result = read();
    // SAFETY: the caller's promise.
    unsafe { (*addresses, *count) = *result.as_ref().unwrap_or(&(null_mut(), 0)) };
    to_status(result.map(|_| ()))
}

/// Frees what [`uv_interface_addresses`] gave; NULL is allowed. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/misc.html#c.uv_free_interface_addresses>.
///
/// # Safety
/// `addresses` came from [`uv_interface_addresses`] and is not used any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_free_interface_addresses(addresses: *mut uv_interface_address_t, _count: c_int) {
    // SAFETY: the caller's promise.
    unsafe { alloc::free(addresses.cast()) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_belong_to_their_interface() {
        assert!(belongs(c"eth0", c"eth0"));
        assert!(belongs(c"eth0:1", c"eth0"));
        assert!(!belongs(c"eth01", c"eth0"));
        assert!(!belongs(c"eth", c"eth0"));
    }
}
