//! Datagrams.

use std::ffi::{c_int, c_uint};
use std::mem::zeroed;
use std::ptr::null;

use libc::{sockaddr, sockaddr_in, ssize_t};
use uv::abi::*;

use super::streams::{SIZES, buffer_back, on_alloc};
use super::{Kind, Request, Thing, World, to_bufs, told};
use crate::memory::Exact;

impl World {
    pub(super) fn new_udp(&self) {
        if self.is_full() {
            return;
        }
        let thing = self.add::<uv_udp_t>(Kind::Udp);
        let address = loopback(0);
        // SAFETY: memory for a handle, and an address.
        unsafe {
            self.made(thing, (self.api.uv_udp_init)(self.loop_, thing.of()));
            if self.below(4) > 0 {
                assert_eq!((self.api.uv_udp_bind)(thing.of(), (&raw const address).cast(), 0), 0);
            }
            (self.api.uv_udp_recv_start)(thing.of(), Some(on_alloc), Some(on_received));
        }
    }

    fn address_of(&self, thing: &Thing) -> sockaddr_in {
        // SAFETY: an open handle, and room for an address.
        unsafe {
            let mut address: sockaddr_in = zeroed();
            let mut len = size_of::<sockaddr_in>() as c_int;
            (self.api.uv_udp_getsockname)(thing.of(), (&raw mut address).cast(), &mut len);
            if address.sin_port == 0 { loopback(9) } else { loopback(u16::from_be(address.sin_port)) }
        }
    }

    pub(super) fn use_udp(&self) {
        let Some(thing) = self.pick(|thing| thing.kind == Kind::Udp) else { return };
        let Some(target) = self.pick(|thing| thing.kind == Kind::Udp) else { return };
        let address = self.address_of(target);
        let address = (&raw const address).cast();
        // SAFETY: open handles, an address, and buffers that stay as long as the request.
        unsafe {
            match self.below(6) {
                0 => _ = (self.api.uv_udp_recv_stop)(thing.of()),
                1 => {
                    let status = (self.api.uv_udp_recv_start)(thing.of(), Some(on_alloc), Some(on_received));
                    assert!(status == 0 || status == UV_EALREADY, "{status}");
                }
                2 => {
                    let bytes: Vec<Exact<u8>> = vec![Exact::filled(SIZES[self.below(5)])];
                    let bufs = to_bufs(&bytes);
                    (self.api.uv_udp_try_send)(thing.of(), bufs.as_ptr(), 1, address);
                }
                _ => {
                    let bytes: Vec<Exact<u8>> =
                        (0..1 + self.below(5)).map(|_| Exact::filled(SIZES[self.below(5)])).collect();
                    let request = Request::<uv_udp_send_t>::new(self, bytes);
                    let bufs = to_bufs(&(*request).bytes);
                    let (count, address) =
                        (bufs.len() as c_uint, if self.below(8) == 0 { null() } else { address });
                    let at = Request::begin(request);
                    let status =
                        (self.api.uv_udp_send)(at, thing.of(), bufs.as_ptr(), count, address, Some(on_sent));
                    Request::begun(request, status);
                }
            }
        }
    }
}

pub(super) fn loopback(port: u16) -> sockaddr_in {
    // SAFETY: all bytes are an address.
    let mut address: sockaddr_in = unsafe { zeroed() };
    address.sin_family = libc::AF_INET as u16;
    address.sin_port = port.to_be();
    address.sin_addr.s_addr = u32::from_ne_bytes([127, 0, 0, 1]);
    address
}

unsafe extern "C" fn on_sent(request: *mut uv_udp_send_t, _status: c_int) {
    // SAFETY: the request of a `begin`.
    unsafe { Request::end(request) }.in_callback();
}

unsafe extern "C" fn on_received(
    handle: *mut uv_udp_t,
    _nread: ssize_t,
    buf: *const uv_buf_t,
    _address: *const sockaddr,
    _flags: c_uint,
) {
    // SAFETY: a thing's handle, and the buffer that `on_alloc` gave, or none.
    unsafe {
        let thing = told(handle);
        buffer_back(thing.world(), buf);
        thing.world().in_callback();
    }
}
