//! The thread that looks, while the environment asks for it.

use std::cell::UnsafeCell;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU32};

use crate::core::observe::present::Present;
use crate::core::observe::server::{Server, ServerWaits};
use crate::core::observe::settings::{self, Settings};
use crate::core::observe::watchdog::Watchdog;
use crate::core::observe::{chrome_trace, queued, seats};
use crate::core::state::clock;
use crate::sys::at_fork::InChild;
use crate::sys::brief_lock::BriefLock;
use crate::sys::errno::{self, Errno, UvResult};
use crate::sys::inspect_socket::{Ours, POLLIN};
use crate::sys::lines::Lines;
use crate::sys::watched::{self, Wish};
use crate::sys::worker_thread::Thread;
use crate::sys::{fd, futex, inspect_socket, signal_mask, thread, timed_wait, worker_thread};

const STACK_SIZE: usize = 256 << 10;

/// The environment has been asked, by this process.
static IS_DECIDED: AtomicBool = AtomicBool::new(false);
/// This is the child of a fork, and what the parent had still stands here.
static IS_CHILD: AtomicBool = AtomicBool::new(false);
/// 1: the thread is to end.
static END: AtomicU32 = AtomicU32::new(0);
static RUNNING: Running = Running(BriefLock::new(), UnsafeCell::new(None));

/// The thread, under the lock, and where it is rung at if it waits for descriptors.
struct Running(BriefLock, UnsafeCell<Option<(Thread, Option<Ours>)>>);

// SAFETY: what is inside is only touched by who holds the lock, and a thread's number may go anywhere.
unsafe impl Sync for Running {}

impl Running {
    fn replace(&self, thread: Option<(Thread, Option<Ours>)>) -> Option<(Thread, Option<Ours>)> {
        let _held = self.0.lock();
        // SAFETY: the lock is held, and nothing else refers to what is inside.
        unsafe { std::mem::replace(&mut *self.1.get(), thread) }
    }
}

/// The thread knows what is asked for, and has begun. Until then it has [`BELL`] for itself, and then who started it.
static HAS_BEGUN: AtomicU32 = AtomicU32::new(0);
/// This process is the child of a fork of one that was looked at.
static WAS_FORKED: AtomicBool = AtomicBool::new(false);
static BELL: Bell = Bell(UnsafeCell::new(None));

struct Bell(UnsafeCell<Option<Ours>>);

// SAFETY: `HAS_BEGUN` says which thread may touch what is inside.
unsafe impl Sync for Bell {}

extern "C" fn forget() {
    watched::turn_all_off();
    WAS_FORKED.store(true, Relaxed);
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
    if !settings::is_anything_asked() || IN_CHILD.ensure().is_err() {
        return;
    }
    END.store(0, Relaxed);
    HAS_BEGUN.store(0, Relaxed);
    // What is asked for is read there: the calling thread may have a small stack.
    let started = signal_mask::without_signals(|| worker_thread::start(STACK_SIZE, observe));
    let Ok(thread) = started else { return };
    errno::preserved(|| {
        while HAS_BEGUN.load(Acquire) == 0 {
            futex::wait(&HAS_BEGUN, 0);
        }
    });
    // SAFETY: the thread has begun.
    let rung = unsafe { (*BELL.0.get()).take() };
    drop(RUNNING.replace(Some((thread, rung))));
}

/// The process, or the use of the library, ends: what is known is told. A later loop begins anew.
pub(crate) fn end() {
    if IS_CHILD.load(Relaxed) || !IS_DECIDED.load(Relaxed) {
        return; // the thread is the parent's, if there is one
    }
    let Some((running, rung)) = RUNNING.replace(None) else { return };
    END.store(1, Release);
    futex::wake_all(std::ptr::NonNull::from(&END));
    if let Some(rung) = &rung {
        rung.ring();
    }
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
    inspect_socket::close_those_of_parent();
    seats::forget();
    queued::forget();
}

/// Both ends of what wakes the thread where it waits for descriptors.
fn bell(is_needed: bool) -> [Option<Ours>; 2] {
    let made = is_needed.then(|| fd::owned_pipe(libc::O_CLOEXEC | libc::O_NONBLOCK).ok()).flatten();
    made.map_or([None, None], |ends| ends.map(|end| Ours::new(end).ok()))
}

/// How often the thread looks up where nothing is watched.
const SELDOM_MS: u64 = 1000;

fn observe() {
    let _ = thread::set_own_name(b"libuv-observer");
    let Settings { watch, inspect, trace } = Settings::read(WAS_FORKED.load(Relaxed));
    let [heard, rung] = bell(inspect.is_some());
    // SAFETY: the thread has not begun.
    unsafe { *BELL.0.get() = rung };
    if let Some(trace) = &trace {
        seats::give_rings(chrome_trace::entries_for(trace.size()));
        Wish::EVENTS.turn_on();
    }
    if trace.is_some() || inspect.is_some() {
        Wish::TIMES.turn_on();
    }
    let is_any = trace.is_some() || inspect.is_some() || watch.is_some();
    if is_any {
        Wish::PRESENT.turn_on();
    }
    HAS_BEGUN.store(1, Release);
    futex::wake_all(std::ptr::NonNull::from(&HAS_BEGUN));
    if !is_any {
        return;
    }
    let limit_ms = watch.as_ref().map(|watch| watch.limit_ms);
    let present = Present::new(limit_ms, trace);
    let tick_ms = limit_ms.map_or(SELDOM_MS, |limit_ms| (limit_ms / 4).clamp(1, 50));
    let mut watchdog = watch.map(|watch| Watchdog::new(watch.limit_ms, watch.lines));
    let mut server = inspect.map(Server::new);
    while END.load(Acquire) == 0 {
        if let Some(watchdog) = &mut watchdog {
            watchdog.tick(clock::hrtime());
        }
        if server.as_mut().is_some_and(|server| serve(server, heard.as_ref(), tick_ms, &present).is_err()) {
            server = None; // the program has closed what it listens at
        }
        if server.is_none() {
            timed_wait::wait_for(&END, tick_ms);
        }
    }
    drop(server);
    if let Some(mut watchdog) = watchdog {
        watchdog.tick(clock::hrtime());
        watchdog.sum_up();
    }
    if let Err(refusal) = present.write_trace() {
        settings::tell(c"UV_TRACE", &refusal);
    }
}

/// Waits for clients, for the next tick or the end, and does what there is to do.
fn serve(server: &mut Server, heard: Option<&Ours>, tick_ms: u64, present: &Present) -> UvResult {
    const NS_PER_MS: u64 = 1_000_000;
    let now = clock::hrtime();
    let mut waits = ServerWaits::new();
    let wake = server.watch(&mut waits, now)?;
    // Without a bell the end is only seen by looking.
    let tick_ms = match heard.ok_or(Errno::EBADF).and_then(Ours::get) {
        Ok(heard) => {
            waits.add(heard, POLLIN);
            tick_ms
        }
        Err(_) => tick_ms.min(50),
    };
    let wake_ms = wake.map_or(tick_ms, |wake| wake.saturating_sub(now).div_ceil(NS_PER_MS));
    waits.wait(tick_ms.min(wake_ms) as libc::c_int)?;
    server.serve(&waits, clock::hrtime(), present);
    Ok(())
}
