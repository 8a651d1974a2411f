//! Addresses of network interfaces.
#![forbid(unsafe_code)]

use std::ffi::CStr;

use libc::{c_char, c_int};

use crate::abi::{uv__interface_address_address, uv__interface_address_netmask, uv_interface_address_t};
use crate::core::memory::block::Block;
use crate::sys::errno::UvResult;
use crate::sys::interfaces::{Address, Entry, List, NO_ADDRESS};

/// Whether an address of this name belongs to the interface: its own, or an alias such as "eth0:1".
fn belongs(name: &CStr, interface: &CStr) -> bool {
    let rest = name.to_bytes().strip_prefix(interface.to_bytes());
    matches!(rest, Some([] | [b':', ..]))
}

/// The address of the hardware, which the list holds in an entry of its own.
fn hardware_address(list: &List, name: &CStr) -> [u8; 6] {
    let mut found = [0; 6];
    for entry in list.entries() {
        match entry.address {
            Address::Hardware(address) if belongs(name, entry.name) => found = address,
            _ => {}
        }
    }
    found
}

fn internet_addresses(list: &List) -> impl Iterator<Item = Entry<'_>> {
    list.entries().filter(|entry| !matches!(entry.address, Address::Hardware(_)))
}

/// An array of all addresses, with the names behind it in the same block; nothing if there are none.
pub(crate) fn addresses() -> UvResult<Option<Block<uv_interface_address_t>>> {
    let list = List::read()?;
    let (mut count, mut names) = (0, 0);
    for entry in internet_addresses(&list) {
        count += 1;
        names += entry.name.count_bytes() + 1;
    }
    if count == 0 {
        return Ok(None);
    }
    let mut block = Block::new(count, names)?;
    for entry in internet_addresses(&list) {
        let mut item = uv_interface_address_t {
            name: block.text(entry.name.to_bytes())?,
            phys_addr: hardware_address(&list, entry.name).map(|byte| byte as c_char),
            is_internal: c_int::from(entry.loopback),
            address: uv__interface_address_address { address6: NO_ADDRESS },
            netmask: uv__interface_address_netmask { netmask6: NO_ADDRESS },
        };
        match entry.address {
            Address::V4(address, netmask) => {
                item.address.address4 = address;
                if let Some(netmask) = netmask {
                    item.netmask.netmask4 = netmask;
                }
            }
            Address::V6(address, netmask) => {
                item.address.address6 = address;
                item.netmask.netmask6 = netmask.unwrap_or(NO_ADDRESS);
            }
            Address::Hardware(_) => {}
        }
        block.push(item)?;
    }
    Ok(Some(block))
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
