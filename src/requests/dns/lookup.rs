//! The addresses of a name, the port of a service.

#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::ptr::{from_ref, null_mut};

use libc::{addrinfo, c_int};

use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::memory::lookup_parts::{self, Parts};
use crate::core::observe::call::{Call, CallKind};
use crate::core::state::req;
use crate::core::threadpool::{self, Work, WorkKind};
use crate::standalone::text::idna;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::resolver;

/// Room for the longest name in ASCII and its NUL.
const NAME_ROOM: usize = 256;

/// Leaves the answer in the request.
fn look_up(request: &uv_getaddrinfo_t, Parts { name, service, hints }: Parts<'_>) {
    match resolver::addresses(name, service, hints) {
        Ok(found) => request.addrinfo.set(found.into_raw()),
        Err(error) => request.retcode.set(error.code()),
    }
}

impl Work for uv_getaddrinfo_t {
    fn run(request: &Held<Self>) {
        look_up(request, lookup_parts::of(request));
    }

    fn describe(request: &Held<Self>) -> Call<'_> {
        let function = request.cb.get().map_or(0, |cb| cb as usize);
        Call::new(CallKind::GetAddrInfoWork, function, request.as_ptr().addr())
    }

    fn done(request: Held<Self>, status: c_int) {
        if let Some(loop_) = request.owner() {
            req::unregister(loop_);
        }
        lookup_parts::free(&request);
        if status == UV_ECANCELED {
            request.retcode.set(UV_EAI_CANCELED);
        }
        request.complete();
    }
}

/// Looks up a name, a service or both. With a callback a worker does, else the answer is in the request.
pub(crate) fn getaddrinfo(
    loop_: Option<&uv_loop_t>,
    request: Option<Held<uv_getaddrinfo_t>>,
    cb: uv_getaddrinfo_cb,
    node: Option<&CStr>,
    service: Option<&CStr>,
    hints: Option<&addrinfo>,
) -> UvResult {
    let request = request.ok_or(Errno::EINVAL)?;
    if (node.is_none() && service.is_none()) || (loop_.is_none() && cb.is_some()) {
        return Err(Errno::EINVAL);
    }
    let mut room = [0; NAME_ROOM];
    let name = match node {
        Some(node) => {
            idna::to_ascii(node.to_bytes(), &mut room)?;
            Some(CStr::from_bytes_until_nul(&room).map_err(|_| Errno::EINVAL)?)
        }
        None => None,
    };
    let parts = Parts { name, service, hints };
    if cb.is_some() {
        threadpool::ensure()?;
        lookup_parts::keep(&request, parts)?;
    }
    request.r#type.set(UV_GETADDRINFO);
    request.r#loop.set(loop_.map_or(null_mut(), |loop_| from_ref(loop_).cast_mut()));
    request.cb.set(cb);
    request.addrinfo.set(null_mut());
    request.retcode.set(0);
    if let (Some(loop_), true) = (loop_, cb.is_some()) {
        req::register(loop_);
        threadpool::start(loop_, request, WorkKind::SlowIo);
        return Ok(());
    }
    look_up(&request, parts);
    match request.retcode.get() {
        0 => Ok(()),
        code => Err(Errno::from_code(code)),
    }
}
