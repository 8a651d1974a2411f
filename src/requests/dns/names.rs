//! The name of an address and of its port.

#![forbid(unsafe_code)]

use std::ptr::{from_ref, null_mut};

use libc::{c_int, sockaddr_storage};

use crate::abi::*;
use crate::core::memory::lend::Held;
use crate::core::observe::call::{Call, CallKind};
use crate::core::state::req;
use crate::core::threadpool::{self, Work, WorkKind};
use crate::sys::errno::{Errno, UvResult, to_status};
use crate::sys::resolver;

/// Leaves the names in the request.
#[inline(never)]
fn name_it(request: &uv_getnameinfo_t) {
    let (mut host, mut service) = ([0; NI_MAXHOST], [0; NI_MAXSERV]);
    let address = request.storage.get();
    let outcome = resolver::names(&address, &mut host, &mut service, request.flags.get());
    request.host.set(host);
    request.service.set(service);
    request.retcode.set(to_status(outcome));
}

impl Work for uv_getnameinfo_t {
    fn run(request: &Held<Self>) {
        name_it(request);
    }

    fn describe(request: &Held<Self>) -> Call<'_> {
        let function = request.getnameinfo_cb.get().map_or(0, |cb| cb as usize);
        Call::new(CallKind::GetNameInfoWork, function, request.as_ptr().addr())
    }

    fn done(request: Held<Self>, status: c_int) {
        if let Some(loop_) = request.owner() {
            req::unregister(loop_);
        }
        if status == UV_ECANCELED {
            request.retcode.set(UV_EAI_CANCELED);
        }
        request.complete();
    }
}

/// Looks up the names of an address. With a callback a worker does, else they are in the request.
pub(crate) fn getnameinfo(
    loop_: Option<&uv_loop_t>,
    request: Option<Held<uv_getnameinfo_t>>,
    cb: uv_getnameinfo_cb,
    address: Option<sockaddr_storage>,
    flags: c_int,
) -> UvResult {
    let (request, address) = (request.ok_or(Errno::EINVAL)?, address.ok_or(Errno::EINVAL)?);
    if loop_.is_none() && cb.is_some() {
        return Err(Errno::EINVAL);
    }
    if cb.is_some() {
        threadpool::ensure()?;
    }
    request.storage.set(address);
    request.r#type.set(UV_GETNAMEINFO);
    request.r#loop.set(loop_.map_or(null_mut(), |loop_| from_ref(loop_).cast_mut()));
    request.getnameinfo_cb.set(cb);
    request.flags.set(flags);
    request.retcode.set(0);
    if let (Some(loop_), true) = (loop_, cb.is_some()) {
        req::register(loop_);
        threadpool::start(loop_, request, WorkKind::SlowIo);
        return Ok(());
    }
    name_it(&request);
    match request.retcode.get() {
        0 => Ok(()),
        code => Err(Errno::from_code(code)),
    }
}
