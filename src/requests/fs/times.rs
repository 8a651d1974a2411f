//! Setting access and modification times.

#![forbid(unsafe_code)]

use libc::{c_long, timespec};

use crate::abi::*;
use crate::sys::errno::{Errno, UvResult};

const NANOSECONDS: f64 = 1e9;

/// From here on there are no fractions.
const WHOLE: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;

/// From here on, in both directions, seconds are no `i64`.
const BEYOND: f64 = (1u64 << 63) as f64;

/// Seconds since the epoch as the system wants them: infinity is now, not-a-number leaves the time
/// as it is.
fn convert(time: f64) -> UvResult<timespec> {
    if time.is_infinite() {
        return Ok(timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW });
    }
    if time.is_nan() {
        return Ok(timespec { tv_sec: 0, tv_nsec: libc::UTIME_OMIT });
    }
    if time.abs() >= BEYOND {
        return Err(Errno::EINVAL);
    }
    // The fraction counts up from the whole second before, also for times before the epoch.
    let seconds = whole(time);
    let nanoseconds = ((time - seconds) * NANOSECONDS) as c_long;
    Ok(if nanoseconds < 0 {
        timespec { tv_sec: (seconds - 1.0) as _, tv_nsec: nanoseconds + NANOSECONDS as c_long }
    } else {
        timespec { tv_sec: seconds as _, tv_nsec: nanoseconds }
    })
}

/// `f64::trunc`, which not every release of Rust has without asking libm: the library would need that for it alone.
fn whole(time: f64) -> f64 {
    if time.abs() < WHOLE { time as i64 as f64 } else { time }
}

/// The two times of a request.
#[inline(never)]
pub(super) fn of(request: &uv_fs_t) -> UvResult<[timespec; 2]> {
    Ok([convert(request.atime.get())?, convert(request.mtime.get())?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::clock;

    #[track_caller]
    fn check(time: f64, seconds: i64, nanoseconds: c_long) {
        let converted = convert(time).expect("it is near enough");
        assert_eq!((clock::seconds(&converted), converted.tv_nsec), (seconds, nanoseconds));
    }

    #[test]
    fn fractions_count_up() {
        check(400497753.25, 400497753, 250_000_000);
        check(-14245440.25, -14245441, 750_000_000);
        check(0.0, 0, 0);
        check(-1.0, -1, 0);
        check(-0.75, -1, 250_000_000);
        check(UV_FS_UTIME_NOW, 0, libc::UTIME_NOW);
        check(f64::NEG_INFINITY, 0, libc::UTIME_NOW);
        check(UV_FS_UTIME_OMIT, 0, libc::UTIME_OMIT);
    }

    #[test]
    fn what_no_clock_shows_is_refused() {
        for time in [BEYOND, 1e20, f64::MAX] {
            assert_eq!(convert(time).err(), Some(Errno::EINVAL));
            assert_eq!(convert(-time).err(), Some(Errno::EINVAL));
        }
        assert!(convert(9.2e18).is_ok() && convert(-9.2e18).is_ok());
    }

    #[test]
    fn whole_is_trunc() {
        let fractions =
            [0.0, 0.25, 1.0 - f64::EPSILON, 1.5, 1e9 + 0.999, WHOLE / 2.0 - 0.5, WHOLE / 2.0 + 0.5];
        let beyond = [WHOLE - 1.0, WHOLE, WHOLE + 2.0, 1e18, 1e19, f64::MAX];
        for time in fractions.into_iter().chain(beyond).flat_map(|time| [time, -time]) {
            assert_eq!(whole(time), time.trunc());
        }
    }
}
