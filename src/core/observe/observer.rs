//! The thread that looks, while the environment asks for it.

#![forbid(unsafe_code)]

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU32};

use crate::core::observe::settings::{self, Watch};
use crate::core::observe::watchdog::Watchdog;
use crate::core::observe::{queued, seats, watched};
use crate::core::state::clock;
use crate::sys::at_fork::InChild;
use crate::sys::fork_lock::ForkLock;
use crate::sys::lines::Lines;
use crate::sys::worker_thread::{self, Thread};
use crate::sys::{futex, signal_mask, thread, timed_wait};

const STACK_SIZE: usize = 256 << 10;

/// The environment has been asked, by this process.
static IS_DECIDED: AtomicBool = AtomicBool::new(false);
/// This is the child of a fork, and what the parent had still stands here.
static IS_CHILD: AtomicBool = AtomicBool::new(false);
/// 1: the thread is to end.
static END: AtomicU32 = AtomicU32::new(0);
/// The thread, and what it begins with.
static OBSERVER: ForkLock<(Option<Thread>, Option<Watch>)> = ForkLock::new((None, None));

extern "C" fn forget() {
    watched::turn_off();
    IS_DECIDED.store(false, Relaxed);
    IS_CHILD.store(true, Relaxed);
}

/// Before the first loop of the process: looks if that is asked for.
#[inline]
pub(crate) fn begin() {
    if !IS_DECIDED.load(Relaxed) {
        begin_first();
    }
}

#[cold]
#[inline(never)]
fn begin_first() {
    if IS_DECIDED.swap(true, Acquire) {
        return;
    }
    if IS_CHILD.swap(false, Relaxed) {
        forget_parents();
    }
    static IN_CHILD: InChild = InChild::new(forget);
    let Some(watch) = settings::watch() else { return };
    if IN_CHILD.ensure().is_err() {
        return;
    }
    queued::forget();
    END.store(0, Relaxed);
    OBSERVER.with(|observer| observer.1 = Some(watch));
    watched::turn_on();
    match signal_mask::without_signals(|| worker_thread::start(STACK_SIZE, observe)) {
        Ok(thread) => OBSERVER.with(|observer| observer.0 = Some(thread)),
        Err(_) => {
            watched::turn_off();
            if let Some(watch) = OBSERVER.with(|observer| observer.1.take()) {
                watch
                    .lines
                    .say(format_args!("libuv: no thread can be started for the watchdog: there is none"));
            }
        }
    }
}

/// The process, or the use of the library, ends: what is known is told. A later loop begins anew.
pub(crate) fn end() {
    if IS_CHILD.load(Relaxed) || !IS_DECIDED.load(Relaxed) {
        return; // the thread is the parent's, if there is one
    }
    let Some(running) = OBSERVER.with(|observer| observer.0.take()) else { return };
    END.store(1, Release);
    futex::wake_all(std::ptr::NonNull::from(&END));
    let _ = running.join();
    watched::turn_off();
    IS_DECIDED.store(false, Release);
}

/// What the parent of this process has left here. Its lines are not closed by their owner, who may have been at
/// them: only if the descriptor is still theirs.
#[cold]
fn forget_parents() {
    std::mem::forget(OBSERVER.with(std::mem::take));
    Lines::close_parents();
    seats::forget();
}

fn observe() {
    let _ = thread::set_own_name(b"libuv-observer");
    let Some(Watch { limit_ms, lines }) = OBSERVER.with(|observer| observer.1.take()) else { return };
    let tick_ms = (limit_ms / 4).clamp(1, 50);
    let mut watchdog = Watchdog::new(limit_ms, lines);
    while END.load(Acquire) == 0 {
        watchdog.tick(clock::hrtime());
        timed_wait::wait_for(&END, tick_ms);
    }
    watchdog.tick(clock::hrtime());
    watchdog.sum_up();
}
