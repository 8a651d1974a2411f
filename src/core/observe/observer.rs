//! The thread that looks, while the environment asks for it.

use std::cell::UnsafeCell;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU32};

use crate::core::observe::settings::{self, Watch};
use crate::core::observe::watchdog::Watchdog;
use crate::core::observe::{queued, seats};
use crate::core::state::clock;
use crate::sys::at_fork::InChild;
use crate::sys::brief_lock::BriefLock;
use crate::sys::lines::Lines;
use crate::sys::watched::{self, Wish};
use crate::sys::worker_thread::Thread;
use crate::sys::{futex, signal_mask, thread, timed_wait, worker_thread};

const STACK_SIZE: usize = 256 << 10;

/// The environment has been asked, by this process.
static IS_DECIDED: AtomicBool = AtomicBool::new(false);
/// This is the child of a fork, and what the parent had still stands here.
static IS_CHILD: AtomicBool = AtomicBool::new(false);
/// 1: the thread is to end.
static END: AtomicU32 = AtomicU32::new(0);
static RUNNING: Running = Running(BriefLock::new(), UnsafeCell::new(None));

/// The thread, under the lock.
struct Running(BriefLock, UnsafeCell<Option<Thread>>);

// SAFETY: what is inside is only touched by who holds the lock, and a thread's number may go anywhere.
unsafe impl Sync for Running {}

impl Running {
    fn replace(&self, thread: Option<Thread>) -> Option<Thread> {
        let _held = self.0.lock();
        // SAFETY: the lock is held, and nothing else refers to what is inside.
        unsafe { std::mem::replace(&mut *self.1.get(), thread) }
    }
}

/// What the thread starts with.
static WATCH: Handover = Handover(UnsafeCell::new(None));

struct Handover(UnsafeCell<Option<Watch>>);

// SAFETY: written before the thread is started, and taken by that thread alone.
unsafe impl Sync for Handover {}

extern "C" fn forget() {
    watched::turn_all_off();
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
    END.store(0, Relaxed);
    // SAFETY: no thread has been started that could take it, or the one before has ended.
    unsafe { *WATCH.0.get() = Some(watch) };
    Wish::PRESENT.turn_on();
    match signal_mask::without_signals(|| worker_thread::start(STACK_SIZE, observe)) {
        Ok(thread) => {
            RUNNING.replace(Some(thread));
        }
        Err(_) => watched::turn_all_off(),
    }
}

/// The process, or the use of the library, ends: what is known is told. A later loop begins anew.
pub(crate) fn end() {
    if IS_CHILD.load(Relaxed) || !IS_DECIDED.load(Relaxed) {
        return; // the thread is the parent's, if there is one
    }
    let Some(running) = RUNNING.replace(None) else { return };
    END.store(1, Release);
    futex::wake_all(std::ptr::NonNull::from(&END));
    let _ = running.join();
    watched::turn_all_off();
    IS_DECIDED.store(false, Release);
}

/// What the parent of this process has left here.
#[cold]
fn forget_parents() {
    RUNNING.0.renew();
    let _thread = RUNNING.replace(None);
    Lines::close_parents();
    seats::forget();
    queued::forget();
}

fn observe() {
    let _ = thread::set_own_name(b"libuv-observer");
    // SAFETY: `begin_first` has put it there for this thread.
    let Some(Watch { limit_ms, lines }) = (unsafe { (*WATCH.0.get()).take() }) else { return };
    let tick_ms = (limit_ms / 4).clamp(1, 50);
    let mut watchdog = Watchdog::new(limit_ms, lines);
    while END.load(Acquire) == 0 {
        watchdog.tick(clock::hrtime());
        timed_wait::wait_for(&END, tick_ms);
    }
    watchdog.tick(clock::hrtime());
    watchdog.sum_up();
}
