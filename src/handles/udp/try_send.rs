//! Sending at once or not at all.

use libc::{c_int, c_uint, sockaddr};

use crate::abi::*;
use crate::handles::udp::batch;
use crate::handles::udp::send::{bind_for, check};
use crate::sys::errno::{Errno, UvResult, to_count};
use crate::sys::udp_socket::{self, Batch};

/// # Safety
/// As for [`check`]; the handle is not closing.
unsafe fn try_send(
    this: *mut uv_udp_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    addr: *const sockaddr,
) -> UvResult<usize> {
    // SAFETY: the caller's promise.
    unsafe {
        let datagram = check(this, bufs, nbufs, addr)?;
        if (*this).send_queue_count != 0 {
            return Err(Errno::EAGAIN);
        }
        bind_for(this, addr)?;
        udp_socket::send((*this).io_watcher.fd.get(), &datagram).map_err(full_is_again)?;
        Ok(datagram.bytes)
    }
}

/// # Safety
/// The arrays have `count` entries, each as for [`check`]; the handle is not closing.
unsafe fn try_send_many(
    this: *mut uv_udp_t,
    count: c_uint,
    bufs: *const *mut uv_buf_t,
    nbufs: *const c_uint,
    addrs: *const *mut sockaddr,
    options: c_uint,
) -> UvResult<usize> {
    if count == 0 || options != 0 {
        return Err(Errno::EINVAL);
    }
    let count = count as usize;
    // SAFETY: the caller's promise.
    unsafe {
        let datagram = |k| check(this, *bufs.add(k), *nbufs.add(k), *addrs.add(k));
        for k in 0..count {
            datagram(k)?;
        }
        if (*this).send_queue_count != 0 {
            return Err(Errno::EAGAIN);
        }
        if (*this).io_watcher.fd.get() == -1 {
            return Err(Errno::EINVAL);
        }
        let mut sent = 0;
        while sent < count {
            let mut batch = Batch::new();
            let mut next = sent;
            while next < count && batch.push(datagram(next)?) {
                next += 1;
            }
            let (gone, outcome) = batch::send(this, batch.as_slice());
            sent += gone;
            match outcome {
                Err(error) if sent == 0 => return Err(full_is_again(error)),
                Err(_) => break,
                Ok(()) => {}
            }
        }
        Ok(sent)
    }
}

fn full_is_again(error: Errno) -> Errno {
    if error == Errno::ENOBUFS { Errno::EAGAIN } else { error }
}

/// Sends a datagram now or not at all.
///
/// Returns its size, `UV_EAGAIN` if it cannot go now or others are queued, or as `uv_udp_send`.
/// Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_try_send>.
///
/// # Safety
/// `handle` is initialised and not closing; `bufs` are `nbufs` buffers; `addr` is null or an address of
/// its family's size.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_try_send(
    handle: *mut uv_udp_t,
    bufs: *const uv_buf_t,
    nbufs: c_uint,
    addr: *const sockaddr,
) -> c_int {
    // SAFETY: our caller's promise is the one `try_send` asks for.
    to_count(unsafe { try_send(handle, bufs, nbufs, addr) })
}

/// Sends `count` datagrams, as many as can go now. `flags` is 0.
///
/// Returns how many have gone, or the error of the first one: as `uv_udp_try_send`; `UV_EINVAL` also
/// for a handle without a socket. Loop thread only.
///
/// Implements <https://docs.libuv.org/en/v1.x/udp.html#c.uv_udp_try_send2>.
///
/// # Safety
/// `handle` is initialised and not closing; the three arrays have `count` entries, each as for
/// `uv_udp_try_send`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_udp_try_send2(
    handle: *mut uv_udp_t,
    count: c_uint,
    bufs: *mut *mut uv_buf_t,
    nbufs: *mut c_uint,
    addrs: *mut *mut sockaddr,
    flags: c_uint,
) -> c_int {
    // SAFETY: our caller's promise is the one `try_send_many` asks for.
    to_count(unsafe { try_send_many(handle, count, bufs, nbufs, addrs, flags) })
}
