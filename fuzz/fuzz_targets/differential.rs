//! The same script on this library and on libuv: the traces must be the same. See `uv_fuzz::script`.
#![no_main]

use std::ffi::{c_int, c_long};
use std::sync::atomic::Ordering::Relaxed;

use libc::{clockid_t, epoll_event, sigset_t, timespec};
use libfuzzer_sys::fuzz_target;
use uv_fuzz::api::{OURS, libuv};
use uv_fuzz::script::{IS_VIRTUAL, NOW_NS, nothing_to_wait_for, play};

fuzz_target!(init: {
    // Time does not pass while the library looks for a notification.
    // SAFETY: no other thread is there yet.
    unsafe {
        std::env::set_var("UV_ADAPTIVE_WAIT", "0");
        // libuv leaves that to the program.
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
    }
}, |input: &[u8]| {
    let (ours, theirs) = (play(&OURS, input), play(libuv(), input));
    if ours != theirs {
        let same = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
        eprintln!("the same {same} lines, then (libuv's second)");
        for line in &ours[same.saturating_sub(12)..same] {
            eprintln!("  {line:?}");
        }
        for lines in [&ours, &theirs] {
            eprintln!("--");
            for line in lines.iter().skip(same).take(12) {
                eprintln!("  {line:?}");
            }
        }
        panic!("the traces differ");
    }
});

// These stand in front of the C library's, for both libraries: a wait that finds nothing moves the clock instead
// of sleeping.

/// # Safety
/// `time` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn clock_gettime(clock: clockid_t, time: *mut timespec) -> c_int {
    // SAFETY: as the C library's.
    unsafe {
        let is_ours = matches!(clock, libc::CLOCK_MONOTONIC | libc::CLOCK_MONOTONIC_COARSE);
        if !is_ours || !IS_VIRTUAL.load(Relaxed) {
            return libc::syscall(libc::SYS_clock_gettime, clock, time) as c_int;
        }
        let now = NOW_NS.load(Relaxed);
        *time = timespec { tv_sec: (now / 1_000_000_000) as i64, tv_nsec: (now % 1_000_000_000) as c_long };
    }
    0
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn epoll_pwait(
    fd: c_int,
    events: *mut epoll_event,
    size: c_int,
    timeout: c_int,
    mask: *const sigset_t,
) -> c_int {
    // SAFETY: as the C library's.
    unsafe {
        let real = |timeout: c_int| {
            libc::syscall(libc::SYS_epoll_pwait, fd, events, size, timeout, mask, 8) as c_int
        };
        if !IS_VIRTUAL.load(Relaxed) {
            return real(timeout);
        }
        let count = real(0);
        if count != 0 || timeout == 0 {
            return count;
        }
        if timeout < 0 {
            nothing_to_wait_for();
            return real(0);
        }
        NOW_NS.fetch_add(timeout as u64 * 1_000_000, Relaxed);
        0
    }
}

/// # Safety
/// As the C library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn epoll_wait(
    fd: c_int,
    events: *mut epoll_event,
    size: c_int,
    timeout: c_int,
) -> c_int {
    // SAFETY: as the C library's.
    unsafe { epoll_pwait(fd, events, size, timeout, std::ptr::null()) }
}
