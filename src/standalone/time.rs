//! Clocks and sleeping.
#![forbid(unsafe_code)]

use libc::c_uint;

use crate::abi::{UV_CLOCK_MONOTONIC, UV_CLOCK_REALTIME, uv_clock_id, uv_timespec64_t, uv_timeval64_t};
use crate::core::memory::out::Out;
use crate::sys::clock;
use crate::sys::errno::{Errno, UvResult};

pub(crate) fn clock(id: uv_clock_id, place: Option<Out<uv_timespec64_t>>) -> UvResult {
    let place = place.ok_or(Errno::EFAULT)?;
    let clock = match id {
        UV_CLOCK_MONOTONIC => libc::CLOCK_MONOTONIC,
        UV_CLOCK_REALTIME => libc::CLOCK_REALTIME,
        _ => return Err(Errno::EINVAL),
    };
    let now = clock::read(clock)?;
    place.set(uv_timespec64_t { tv_sec: clock::seconds(&now), tv_nsec: now.tv_nsec as i32 });
    Ok(())
}

pub(crate) fn of_day(place: Option<Out<uv_timeval64_t>>) -> UvResult {
    let place = place.ok_or(Errno::EINVAL)?;
    let now = clock::read(libc::CLOCK_REALTIME)?;
    place.set(uv_timeval64_t { tv_sec: clock::seconds(&now), tv_usec: (now.tv_nsec / 1000) as i32 });
    Ok(())
}

pub(crate) fn sleep(ms: c_uint) {
    clock::sleep_ns(u64::from(ms) * 1_000_000);
}
