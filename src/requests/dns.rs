//! Names and addresses: the system's resolver, at once or on the pool.

use std::ffi::{CStr, c_void};
use std::mem::size_of;
use std::ptr::{null, null_mut};

use libc::{addrinfo, c_char, c_int, sockaddr, sockaddr_in, sockaddr_in6, socklen_t};

use crate::abi::*;
use crate::core::queue::container_of;
use crate::core::threadpool::{self, WorkKind};
use crate::core::{alloc, req::raw as req};
use crate::standalone::text::idna;
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::resolver;

/// Room for the longest name in ASCII and its NUL.
const NAME_ROOM: usize = 256;

/// The string at a pointer that may be null.
unsafe fn text<'a>(text: *const c_char) -> Option<&'a CStr> {
    // SAFETY: the callers': null or a C string that outlives the use.
    unsafe { (!text.is_null()).then(|| CStr::from_ptr(text)) }
}

/// Copies the arguments of a lookup into one block of memory, hints first because of their alignment.
///
/// # Safety
/// `req` may be written; `hints` is null or points to hints.
unsafe fn keep_arguments(
    req: *mut uv_getaddrinfo_t,
    name: Option<&CStr>,
    service: Option<&CStr>,
    hints: *const addrinfo,
) -> UvResult {
    let length = |text: Option<&CStr>| text.map_or(0, |text| text.to_bytes_with_nul().len());
    let hints_length = if hints.is_null() { 0 } else { size_of::<addrinfo>() };
    let block = alloc::malloc(hints_length + length(service) + length(name)).cast::<u8>();
    if block.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: the block has room for the three, one after the other; the rest is the caller's promise.
    unsafe {
        let copy = |text: Option<&CStr>, to: *mut u8| {
            text.map_or(null_mut(), |text| {
                to.copy_from_nonoverlapping(text.as_ptr().cast(), text.to_bytes_with_nul().len());
                to.cast::<c_char>()
            })
        };
        (*req).hints = null_mut();
        if !hints.is_null() {
            (*req).hints = block.cast();
            block.cast::<addrinfo>().copy_from_nonoverlapping(hints, 1);
        }
        (*req).service = copy(service, block.add(hints_length));
        (*req).hostname = copy(name, block.add(hints_length + length(service)));
    }
    Ok(())
}

/// Frees what `keep_arguments` made.
unsafe fn drop_arguments(req: *mut uv_getaddrinfo_t) {
    // SAFETY: the callers'; the block begins with the first of the three that is there.
    unsafe {
        let parts: [*mut c_void; 3] = [(*req).hints.cast(), (*req).service.cast(), (*req).hostname.cast()];
        if let Some(&block) = parts.iter().find(|part| !part.is_null()) {
            alloc::free(block);
        }
        (*req).hints = null_mut();
        (*req).service = null_mut();
        (*req).hostname = null_mut();
    }
}

/// On a worker, or at once.
unsafe extern "C" fn look_up(w: *mut uv__work) {
    // SAFETY: `w` is in the request that `submit` was given, which stays until its callback.
    unsafe {
        let req = container_of!(w, uv_getaddrinfo_t, work_req);
        match resolver::addresses(text((*req).hostname), text((*req).service), (*req).hints) {
            Ok(found) => (*req).addrinfo = found,
            Err(error) => (*req).retcode = error.code(),
        }
    }
}

unsafe extern "C" fn looked_up(w: *mut uv__work, status: c_int) {
    // SAFETY: as in `look_up`; the request is the user's again once the callback is called.
    unsafe {
        let req = container_of!(w, uv_getaddrinfo_t, work_req);
        req::unregister((*req).r#loop);
        drop_arguments(req);
        if status == UV_ECANCELED {
            (*req).retcode = UV_EAI_CANCELED;
        }
        if let Some(cb) = (*req).cb {
            cb(req, (*req).retcode, (*req).addrinfo);
        }
    }
}

unsafe fn getaddrinfo(
    loop_: *mut uv_loop_t,
    req: *mut uv_getaddrinfo_t,
    cb: uv_getaddrinfo_cb,
    node: *const c_char,
    service: *const c_char,
    hints: *const addrinfo,
) -> UvResult {
    if req.is_null() || (node.is_null() && service.is_null()) || (loop_.is_null() && cb.is_some()) {
        return Err(Errno::EINVAL);
    }
    let mut room = [0; NAME_ROOM];
    // SAFETY: our caller's promise.
    unsafe {
        let name = match text(node) {
            Some(node) => {
                idna::to_ascii(node.to_bytes(), &mut room)?;
                Some(CStr::from_bytes_until_nul(&room).map_err(|_| Errno::EINVAL)?)
            }
            None => None,
        };
        keep_arguments(req, name, text(service), hints)?;
        (*req).r#type = UV_GETADDRINFO;
        (*req).r#loop = loop_;
        (*req).cb = cb;
        (*req).addrinfo = null_mut();
        (*req).retcode = 0;
        let w = &raw mut (*req).work_req;
        if cb.is_some() {
            req::register(loop_);
            threadpool::raw::submit(loop_, w, WorkKind::SlowIo, look_up, looked_up);
            return Ok(());
        }
        look_up(w);
        drop_arguments(req);
        if (*req).retcode == 0 { Ok(()) } else { Err(Errno::from_code((*req).retcode)) }
    }
}

/// On a worker, or at once.
unsafe extern "C" fn name_it(w: *mut uv__work) {
    // SAFETY: as in `look_up`; the address was checked to be of one of the two families.
    unsafe {
        let req = container_of!(w, uv_getnameinfo_t, work_req);
        let address = (&raw const (*req).storage).cast::<sockaddr>();
        let length = length_of(address).unwrap_or(0);
        let (host, service) = (&mut (*req).host, &mut (*req).service);
        (*req).retcode = to_status(resolver::names(address, length, host, service, (*req).flags));
    }
}

unsafe extern "C" fn named(w: *mut uv__work, status: c_int) {
    // SAFETY: as in `looked_up`.
    unsafe {
        let req = container_of!(w, uv_getnameinfo_t, work_req);
        req::unregister((*req).r#loop);
        if status == UV_ECANCELED {
            (*req).retcode = UV_EAI_CANCELED;
        }
        let (mut host, mut service): (*const c_char, *const c_char) = (null(), null());
        if (*req).retcode == 0 {
            host = (&raw const (*req).host).cast();
            service = (&raw const (*req).service).cast();
        }
        if let Some(cb) = (*req).getnameinfo_cb {
            cb(req, (*req).retcode, host, service);
        }
    }
}

/// The size of an address of one of the families that have names.
unsafe fn length_of(address: *const sockaddr) -> Option<socklen_t> {
    // SAFETY: the callers': it points to an address.
    let size = match c_int::from(unsafe { (*address).sa_family }) {
        libc::AF_INET => size_of::<sockaddr_in>(),
        libc::AF_INET6 => size_of::<sockaddr_in6>(),
        _ => return None,
    };
    socklen_t::try_from(size).ok()
}

unsafe fn getnameinfo(
    loop_: *mut uv_loop_t,
    req: *mut uv_getnameinfo_t,
    cb: uv_getnameinfo_cb,
    address: *const sockaddr,
    flags: c_int,
) -> UvResult {
    if req.is_null() || address.is_null() || (loop_.is_null() && cb.is_some()) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: our caller's promise; an address has the size of its family.
    unsafe {
        let length = length_of(address).ok_or(Errno::EINVAL)?;
        let storage = (&raw mut (*req).storage).cast::<u8>();
        storage.copy_from_nonoverlapping(address.cast(), length as usize);
        (*req).r#type = UV_GETNAMEINFO;
        (*req).r#loop = loop_;
        (*req).getnameinfo_cb = cb;
        (*req).flags = flags;
        (*req).retcode = 0;
        let w = &raw mut (*req).work_req;
        if cb.is_some() {
            req::register(loop_);
            threadpool::raw::submit(loop_, w, WorkKind::SlowIo, name_it, named);
            return Ok(());
        }
        name_it(w);
        if (*req).retcode == 0 { Ok(()) } else { Err(Errno::from_code((*req).retcode)) }
    }
}

/// Looks up the addresses of `node`, the port of `service`, or both (one may be null), on the pool.
/// Without a callback it does so at once and leaves the result in `req.addrinfo`.
///
/// Returns 0, `UV_EINVAL`, `UV_ENOMEM`, or without a callback a `UV_EAI_*` code. The result is to
/// be given to `uv_freeaddrinfo`. Loop thread only; any thread without a callback.
///
/// Implements <https://docs.libuv.org/en/v1.x/dns.html#c.uv_getaddrinfo>.
///
/// # Safety
/// Strings and hints are valid during the call. With a callback the loop is initialised and `req`
/// stays until it is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_getaddrinfo(
    r#loop: *mut uv_loop_t,
    req: *mut uv_getaddrinfo_t,
    getaddrinfo_cb: uv_getaddrinfo_cb,
    node: *const c_char,
    service: *const c_char,
    hints: *const addrinfo,
) -> c_int {
    // SAFETY: our caller's promise is the one `getaddrinfo` asks for.
    to_status(unsafe { getaddrinfo(r#loop, req, getaddrinfo_cb, node, service, hints) })
}

/// Frees the result of `uv_getaddrinfo`; null is allowed. Any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/dns.html#c.uv_freeaddrinfo>.
///
/// # Safety
/// `ai` is null or such a result, and is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_freeaddrinfo(ai: *mut addrinfo) {
    if !ai.is_null() {
        // SAFETY: our caller's promise.
        unsafe { resolver::free(ai) };
    }
}

/// Looks up the names of an IPv4 or IPv6 address and its port, on the pool. Without a callback it
/// does so at once and leaves them in `req.host` and `req.service`. `flags` are those of
/// getnameinfo(3).
///
/// Returns 0, `UV_EINVAL` for other families and null pointers, or without a callback a `UV_EAI_*`
/// code. Loop thread only; any thread without a callback.
///
/// Implements <https://docs.libuv.org/en/v1.x/dns.html#c.uv_getnameinfo>.
///
/// # Safety
/// `addr` has the size of its family. With a callback the loop is initialised and `req` stays until
/// it is called.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_getnameinfo(
    r#loop: *mut uv_loop_t,
    req: *mut uv_getnameinfo_t,
    getnameinfo_cb: uv_getnameinfo_cb,
    addr: *const sockaddr,
    flags: c_int,
) -> c_int {
    // SAFETY: our caller's promise is the one `getnameinfo` asks for.
    to_status(unsafe { getnameinfo(r#loop, req, getnameinfo_cb, addr, flags) })
}
