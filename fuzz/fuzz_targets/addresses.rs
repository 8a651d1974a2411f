//! Addresses and names, compared with libuv: results and each byte of the buffers.
#![no_main]

use std::ffi::{CStr, c_char, c_int, c_uint};
use std::mem::zeroed;
use std::ptr::{null, null_mut};

use libc::{AF_INET, AF_INET6, sockaddr_in, sockaddr_in6};
use libfuzzer_sys::fuzz_target;
use uv::abi::{uv_getaddrinfo_t, uv_loop_t};
use uv_fuzz::api::{Api, OURS, libuv};
use uv_fuzz::bytes::Bytes;
use uv_fuzz::memory::{Exact, text};

fuzz_target!(|input: &[u8]| {
    let mut bytes = Bytes::new(input);
    match bytes.next() % 10 {
        0 => same(|api| {
            address_of::<sockaddr_in>(&bytes, |ip, port, addr| unsafe { (api.uv_ip4_addr)(ip, port, addr) })
        }),
        1 => same(|api| {
            address_of::<sockaddr_in6>(&bytes, |ip, port, addr| unsafe { (api.uv_ip6_addr)(ip, port, addr) })
        }),
        2 => same(|api| from_text(api, &bytes)),
        3 | 4 => same(|api| to_text(api, &bytes)),
        5 => same(|api| name_of(api, &bytes)),
        6 => same(|api| interface(api, &bytes)),
        7 => same(|api| error(api, &bytes)),
        8 => same(|api| kind(api, &bytes)),
        _ => {
            // libuv takes some texts for names that are no UTF-8 (docs/differences.md).
            let host = &input[input.len().min(3)..];
            let host = &host[..host.iter().position(|byte| *byte == 0).unwrap_or(host.len())];
            match std::str::from_utf8(host) {
                Ok(_) => same(|api| numeric_host(api, &bytes)),
                Err(_) => assert_eq!(numeric_host(&OURS, &bytes), (-libc::EINVAL, Vec::new())),
            }
        }
    }
});

/// What both libraries make of it has to be the same.
fn same<T: PartialEq + std::fmt::Debug>(act: impl Fn(&Api) -> T) {
    assert_eq!(act(&OURS), act(libuv()));
}

/// `uv_ip4_addr` or `uv_ip6_addr`.
fn address_of<T: Copy>(
    bytes: &Bytes<'_>,
    convert: impl Fn(*const c_char, c_int, *mut T) -> c_int,
) -> (c_int, Vec<u8>) {
    let mut bytes = bytes.clone();
    let port = i32::from(i16::from_le_bytes(bytes.take()));
    let ip = text(bytes.rest());
    let address = Exact::<T>::filled(1);
    let status = convert(ip.as_ptr(), port, address.as_ptr());
    (status, address.bytes().to_vec())
}

fn family(bytes: &mut Bytes<'_>) -> c_int {
    match bytes.next() % 8 {
        0..3 => AF_INET,
        3..7 => AF_INET6,
        _ => i32::from(bytes.next()),
    }
}

fn address_len(family: c_int) -> usize {
    match family {
        AF_INET => 4,
        AF_INET6 => 16,
        _ => 0,
    }
}

/// `uv_inet_pton`
fn from_text(api: &Api, bytes: &Bytes<'_>) -> (c_int, Vec<u8>) {
    let mut bytes = bytes.clone();
    let family = family(&mut bytes);
    let ip = text(bytes.rest());
    let address = Exact::<u8>::filled(address_len(family));
    // SAFETY: a text, and room for an address.
    let status = unsafe { (api.uv_inet_pton)(family, ip.as_ptr(), address.as_ptr().cast()) };
    (status, address.bytes().to_vec())
}

/// `uv_inet_ntop`
fn to_text(api: &Api, bytes: &Bytes<'_>) -> (c_int, Vec<u8>) {
    let mut bytes = bytes.clone();
    let family = family(&mut bytes);
    let room = usize::from(bytes.next() % 64);
    let address: [u8; 16] = bytes.take();
    let address = Exact::of(&address[..address_len(family)]);
    let out = Exact::<c_char>::filled(room);
    // SAFETY: an address of the family, and that much room.
    let status = unsafe { (api.uv_inet_ntop)(family, address.as_ptr().cast(), out.as_ptr(), room) };
    (status, out.bytes().to_vec())
}

/// `uv_ip_name`, `uv_ip4_name` and `uv_ip6_name`
fn name_of(api: &Api, bytes: &Bytes<'_>) -> (c_int, Vec<u8>) {
    let mut bytes = bytes.clone();
    let by_family = bytes.next().is_multiple_of(2);
    let family = family(&mut bytes);
    let room = usize::from(bytes.next() % 64);
    let out = Exact::<c_char>::filled(room);
    // SAFETY: all bytes are addresses; as long as the family says, and that much room.
    let status = unsafe {
        match family {
            AF_INET => {
                let mut address: sockaddr_in = zeroed();
                address.sin_family = AF_INET as u16;
                address.sin_addr.s_addr = u32::from_ne_bytes(bytes.take());
                let address = Exact::of(&[address]);
                if by_family {
                    (api.uv_ip_name)(address.as_ptr().cast(), out.as_ptr(), room)
                } else {
                    (api.uv_ip4_name)(address.as_ptr(), out.as_ptr(), room)
                }
            }
            AF_INET6 => {
                let mut address: sockaddr_in6 = zeroed();
                address.sin6_family = AF_INET6 as u16;
                address.sin6_addr.s6_addr = bytes.take();
                address.sin6_scope_id = u32::from(bytes.next());
                let address = Exact::of(&[address]);
                if by_family {
                    (api.uv_ip_name)(address.as_ptr().cast(), out.as_ptr(), room)
                } else {
                    (api.uv_ip6_name)(address.as_ptr(), out.as_ptr(), room)
                }
            }
            _ => {
                let mut address: libc::sockaddr = zeroed();
                address.sa_family = family as u16;
                let address = Exact::of(&[address]);
                (api.uv_ip_name)(address.as_ptr(), out.as_ptr(), room)
            }
        }
    };
    (status, out.bytes().to_vec())
}

/// `uv_if_indextoname` and `uv_if_indextoiid`
fn interface(api: &Api, bytes: &Bytes<'_>) -> (c_int, usize, Vec<u8>) {
    let mut bytes = bytes.clone();
    let call = if bytes.next().is_multiple_of(2) { api.uv_if_indextoname } else { api.uv_if_indextoiid };
    let index = c_uint::from(bytes.next() % 8);
    let without = bytes.next() % 8;
    let room = usize::from(bytes.next() % 24);
    let out = Exact::<c_char>::filled(room);
    let mut size = room;
    let buffer = if without == 1 { null_mut() } else { out.as_ptr() };
    let size_ptr = if without == 2 { null_mut() } else { &raw mut size };
    // SAFETY: a buffer of that size, or nothing.
    let status = unsafe { call(index, buffer, size_ptr) };
    (status, size, out.bytes().to_vec())
}

/// `uv_err_name_r`, `uv_strerror_r` and `uv_translate_sys_error`
fn error(api: &Api, bytes: &Bytes<'_>) -> (c_int, Vec<u8>) {
    let mut bytes = bytes.clone();
    let what = bytes.next() % 3;
    let number = match bytes.next() % 4 {
        0 => i32::from_le_bytes(bytes.take()),
        1 => -4096 + i32::from(bytes.next()),
        2 => -3000 - i32::from(bytes.next()),
        _ => i32::from(i8::from_le_bytes(bytes.take())) * 2,
    };
    let room = usize::from(bytes.next() % 96);
    let out = Exact::<c_char>::filled(room);
    // SAFETY: a buffer of that size, which is given back.
    unsafe {
        match what {
            // libuv negates whatever it is given.
            0 if number > i32::MIN => return ((api.uv_translate_sys_error)(number), Vec::new()),
            0 | 1 => assert_eq!((api.uv_err_name_r)(number, out.as_ptr(), room), out.as_ptr()),
            _ => assert_eq!((api.uv_strerror_r)(number, out.as_ptr(), room), out.as_ptr()),
        }
    }
    (0, out.bytes().to_vec())
}

/// `uv_handle_type_name` and `uv_req_type_name`
fn kind(api: &Api, bytes: &Bytes<'_>) -> Option<Vec<u8>> {
    let mut bytes = bytes.clone();
    let call = if bytes.next().is_multiple_of(2) { api.uv_handle_type_name } else { api.uv_req_type_name };
    let number = if bytes.next().is_multiple_of(2) {
        u32::from(bytes.next())
    } else {
        u32::from_le_bytes(bytes.take())
    };
    // SAFETY: a text that stays, or null.
    unsafe {
        let name = call(number);
        (!name.is_null()).then(|| CStr::from_ptr(name).to_bytes().to_vec())
    }
}

/// `uv_getaddrinfo` of what needs no server: a number, perhaps in other digits (IDNA).
fn numeric_host(api: &Api, bytes: &Bytes<'_>) -> (c_int, Vec<u8>) {
    let mut bytes = bytes.clone();
    // SAFETY: a loop, used by this call alone; its memory is zeros before it is made.
    unsafe {
        let mut hints: libc::addrinfo = zeroed();
        hints.ai_flags = libc::AI_NUMERICHOST | libc::AI_NUMERICSERV;
        hints.ai_family = [libc::AF_UNSPEC, AF_INET, AF_INET6][bytes.below(3)];
        hints.ai_socktype = libc::SOCK_STREAM;
        let service = if bytes.next().is_multiple_of(4) { null() } else { c"80".as_ptr() };
        let host = text(bytes.rest());
        let mut loop_: uv_loop_t = zeroed();
        assert_eq!((api.uv_loop_init)(&mut loop_), 0);
        let mut request: uv_getaddrinfo_t = zeroed();
        let status = (api.uv_getaddrinfo)(&mut loop_, &mut request, None, host.as_ptr(), service, &hints);
        let list = request.addrinfo.get();
        let mut found = Vec::new();
        if status == 0 {
            let first = &*list;
            found.extend_from_slice(std::slice::from_raw_parts(
                first.ai_addr.cast(),
                first.ai_addrlen as usize,
            ));
            (api.uv_freeaddrinfo)(list);
        }
        assert_eq!((api.uv_loop_close)(&mut loop_), 0);
        (status, found)
    }
}
