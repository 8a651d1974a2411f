//! The threads that look: one for what the environment asks for, which has a table of descriptors of its own where that
//! can be, and one for the program, whose function it calls.

#![forbid(unsafe_code)]

use std::os::fd::RawFd;
use std::ptr::NonNull;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32};

use crate::core::observe::blocked::{self, Blocked};
use crate::core::observe::present::Present;
use crate::core::observe::server::{Server, ServerWaits};
use crate::core::observe::settings::{self, Settings};
use crate::core::observe::watchdog::Watchdog;
use crate::core::observe::watched::{self, Wish};
use crate::core::observe::{chrome_trace, queued, seats, stamp, summons};
use crate::core::state::clock;
use crate::sys::at_fork::InChild;
use crate::sys::errno::{self, Errno, UvResult};
use crate::sys::fork_lock::ForkLock;
use crate::sys::lines::Lines;
use crate::sys::ours::{self, Ours};
use crate::sys::own_table::{self, Rest};
use crate::sys::signal::AllBlocked;
use crate::sys::waits::POLLIN;
use crate::sys::worker_thread::{self, Thread};
use crate::sys::{fd, futex, identity, thread, timed_wait};

const STACK_SIZE: usize = 512 << 10;

/// How far this process is with asking the environment: not yet, done, or the process of which a thread is at it. The
/// others wait, lest their loops go unseen; but not in the child of a fork, where that thread is not.
static STATE: AtomicU32 = AtomicU32::new(UNDECIDED);
const UNDECIDED: u32 = 0;
const DECIDED: u32 = u32::MAX;
/// The process that has the observer: a child made without the C library does not know that it is one.
static PROCESS: AtomicI32 = AtomicI32::new(0);
/// This is the child of a fork, and what the parent had still stands here.
static IS_CHILD: AtomicBool = AtomicBool::new(false);
/// This is the child of a fork of a process that was looked at.
static WAS_FORKED: AtomicBool = AtomicBool::new(false);
/// Whether the thread that starts knows what is asked for.
static HAS_BEGUN: AtomicU32 = AtomicU32::new(NOT_YET);
const NOT_YET: u32 = 0;
const KNOWS: u32 = 1;
/// It has taken the library's descriptors into a table of its own.
const IS_APART: u32 = 2;
/// What the threads sleep at: they are to end, or, with every other change, to see what is asked for now.
static CALLED: AtomicU32 = AtomicU32::new(0);
const END: u32 = 1;
const LOOK: u32 = 2;
/// 1 while there is a thread that calls the program's function.
static TELLS_PROGRAM: AtomicU32 = AtomicU32::new(0);
static OBSERVERS: ForkLock<Observers> =
    ForkLock::new(Observers { for_environment: None, for_program: None, bell: None });

/// The threads, and what the first is rung at while it waits for descriptors.
#[derive(Default)]
struct Observers {
    for_environment: Option<Thread>,
    for_program: Option<Thread>,
    bell: Option<Ours>,
}

impl Observers {
    fn bell(&self) -> Option<RawFd> {
        self.bell.as_ref().and_then(|bell| bell.get().ok())
    }
}

extern "C" fn forget() {
    watched::turn_off();
    blocked::break_off();
    seats::break_off();
    ours::close_those_of_parent();
    WAS_FORKED.store(true, Relaxed);
    CALLED.store(0, Relaxed);
    TELLS_PROGRAM.store(0, Relaxed);
    STATE.store(UNDECIDED, Relaxed);
    IS_CHILD.store(true, Relaxed);
}

/// Before the first loop of the process: looks if that is asked for.
#[inline]
pub(crate) fn begin() {
    if STATE.load(Acquire) != DECIDED {
        begin_first();
    }
}

#[cold]
#[inline(never)]
fn begin_first() {
    if takes_turn(&STATE, identity::process().unsigned_abs()) {
        start_if_asked();
        STATE.store(DECIDED, Release);
        futex::wake_all(NonNull::from(&STATE));
    }
}

/// Whether it is this thread's turn to decide; otherwise somebody has, perhaps meanwhile.
fn takes_turn(state: &AtomicU32, own: u32) -> bool {
    let mut seen = state.load(Acquire);
    while seen != DECIDED {
        if seen == own {
            errno::preserved(|| futex::wait(state, own));
            seen = state.load(Acquire);
            continue;
        }
        match state.compare_exchange(seen, own, Acquire, Acquire) {
            Ok(_) => return true,
            Err(now) => seen = now,
        }
    }
    false
}

fn start_if_asked() {
    if IS_CHILD.swap(false, Relaxed) {
        forget_parents();
    }
    if settings::is_anything_asked() && prepare().is_ok() {
        match start(observe_for_environment) {
            Ok(thread) => OBSERVERS.with(|observers| observers.for_environment = Some(thread)),
            Err(error) => settings::tell_no_thread(error),
        }
    }
}

/// Before anybody looks for the first time, or again.
pub(super) fn prepare() -> UvResult {
    static IN_CHILD: InChild = InChild::new(forget);
    IN_CHILD.ensure()?;
    PROCESS.store(identity::process(), Relaxed);
    if !watched::is_on() {
        queued::forget();
    }
    Ok(())
}

/// Starts a thread, and waits until it has begun; not for ever: closing what it needs not of the program's may take as
/// long as a file system likes, and where a shared object's constructor makes the first loop, the thread may have to wait
/// for the end of that (until glibc 2.35, for its thread-local variables).
fn start(observe: fn()) -> UvResult<Thread> {
    HAS_BEGUN.store(NOT_YET, Relaxed);
    // What is asked for is read there: the calling thread may have a small stack.
    worker_thread::expect_end();
    let blocked = AllBlocked::new(); // so that the thread gets none
    let thread = worker_thread::start(STACK_SIZE, observe);
    drop(blocked);
    let thread = thread?;
    errno::preserved(|| {
        wait_a_while(&HAS_BEGUN, NOT_YET);
        if HAS_BEGUN.load(Relaxed) == IS_APART {
            let bell = OBSERVERS.with(|observers| observers.bell());
            ours::close_all_but(&[bell, summons::heard_at()]);
            Lines::close_last();
        }
    });
    Ok(thread)
}

fn has_begun(how: u32) {
    HAS_BEGUN.store(how, Release);
    futex::wake_all(NonNull::from(&HAS_BEGUN));
}

/// The program asks for something that the thread has to see.
pub(super) fn ensure() -> UvResult {
    let own = identity::process().unsigned_abs();
    loop {
        begin();
        if STATE.compare_exchange(DECIDED, own, Acquire, Acquire).is_ok() {
            break;
        }
    }
    let result = see_or_start();
    STATE.store(DECIDED, Release);
    futex::wake_all(NonNull::from(&STATE));
    result
}

fn see_or_start() -> UvResult {
    if OBSERVERS.with(|observers| observers.for_program.is_some()) {
        CALLED.fetch_add(LOOK, Release);
        wake();
        return Ok(());
    }
    TELLS_PROGRAM.store(1, Relaxed);
    let thread = start(observe_for_program).inspect_err(|_| TELLS_PROGRAM.store(0, Relaxed))?;
    OBSERVERS.with(|observers| observers.for_program = Some(thread));
    Ok(())
}

fn wake() {
    futex::wake_all(NonNull::from(&CALLED));
    OBSERVERS.with(|observers| {
        if let Some(bell) = &observers.bell {
            bell.ring();
        }
    });
}

/// The process, or the use of the library, ends: what is known is told. A later loop begins anew.
pub(crate) fn end() {
    let is_ours = PROCESS.load(Relaxed) == identity::process();
    if IS_CHILD.load(Relaxed) || !is_ours || !takes_turn_to_end(&STATE, identity::process().unsigned_abs()) {
        return; // the thread is the parent's, if there is one
    }
    CALLED.fetch_or(END, Release);
    wake();
    // What it has to write is written, however long that takes.
    if let Some(thread) = OBSERVERS.with(|observers| observers.for_environment.take()) {
        let _ = thread.join();
    }
    if worker_thread::is_process_ending() && !has_told_program() {
        return; // it goes with the process
    }
    if let Some(thread) = OBSERVERS.with(|observers| observers.for_program.take()) {
        let _ = thread.join();
    }
    CALLED.store(0, Relaxed);
    drop(OBSERVERS.with(std::mem::take));
    summons::end();
    watched::turn_off();
    blocked::forget();
    STATE.store(UNDECIDED, Release);
    futex::wake_all(NonNull::from(&STATE));
}

/// How often who waits for another thread's beginning or end looks whether it is done; and for how long.
const TURNS: u32 = 4;
const TURN_MS: u64 = 500;

/// Until the word is another one, or two seconds have passed.
#[inline(never)]
fn wait_a_while(word: &AtomicU32, value: u32) {
    for _ in 0..TURNS {
        if word.load(Acquire) != value {
            break;
        }
        timed_wait::wait_while(word, value, TURN_MS);
    }
}

/// Whether there is something to end, and it is this thread's turn. One that interrupts the other waits in vain.
fn takes_turn_to_end(state: &AtomicU32, own: u32) -> bool {
    for _ in 0..TURNS {
        match state.compare_exchange(DECIDED, own, Acquire, Acquire) {
            Ok(_) => return true,
            Err(seen) if seen == own => errno::preserved(|| timed_wait::wait_while(state, own, TURN_MS)),
            Err(_) => return false,
        }
    }
    false
}

/// Whether the thread that calls the program's function has ended. Not for long: the function may want what who ends the
/// process holds, or end it itself.
fn has_told_program() -> bool {
    let is_own = OBSERVERS.with(|observers| observers.for_program.as_ref().is_some_and(Thread::is_current));
    if !is_own {
        errno::preserved(|| wait_a_while(&TELLS_PROGRAM, 1));
    }
    TELLS_PROGRAM.load(Acquire) == 0
}

/// What the parent of this process has left here. Its lines are not closed by their owner, who may have been at
/// them: only if the descriptor is still theirs.
#[cold]
fn forget_parents() {
    std::mem::forget(OBSERVERS.with(std::mem::take));
    summons::forget();
    Lines::close_last();
    seats::forget();
    blocked::forget();
}

/// For what the program asks for.
fn observe_for_program() {
    let _ = thread::set_own_name(b"libuv-blocked");
    has_begun(KNOWS);
    let mut blocked = Blocked::new();
    loop {
        let called = CALLED.load(Acquire);
        if called & END != 0 {
            break;
        }
        blocked.tick(clock::hrtime());
        timed_wait::wait_while(&CALLED, called, blocked::tick_ms().unwrap_or(NEVER_MS));
    }
    TELLS_PROGRAM.store(0, Release);
    futex::wake_all(NonNull::from(&TELLS_PROGRAM));
}

/// For what the environment asks for, if it is to be had.
fn observe_for_environment() {
    let _ = thread::set_own_name(b"libuv-observer");
    let settings = Settings::read(WAS_FORKED.load(Relaxed));
    let heard = settings.inspect.as_ref().and_then(|_| {
        let _ = summons::begin(); // without it loops that sleep are not asked
        hang_bell().ok()
    });
    if turn_on(&settings) {
        let rest = part(&settings);
        let how = if rest.is_ok() { IS_APART } else { KNOWS };
        let _ = rest.map(Rest::close); // lest the program's stay open when it closes them
        has_begun(how);
        look(settings, heard);
    } else {
        has_begun(KNOWS);
    }
}

/// Takes what is ours into a table of this thread's own, but for what the program's threads ring.
fn part(settings: &Settings) -> UvResult<Rest> {
    let bell = OBSERVERS.with(|observers| observers.bell());
    let lines = settings.watch.as_ref().and_then(|watch| watch.lines.own_descriptor());
    own_table::part(ours::all_but(&[bell]).chain(lines).chain([libc::STDERR_FILENO]))
}

/// Has the threads of the program say what they do, as far as that is asked for. Whether it is.
fn turn_on(settings: &Settings) -> bool {
    let Settings { watch, inspect, trace } = settings;
    if let Some(trace) = trace {
        seats::give_rings(chrome_trace::entries_for(trace.size()));
        Wish::EVENTS.turn_on();
    }
    if trace.is_some() || inspect.is_some() {
        Wish::TIMES.turn_on();
    }
    if let Some(watch) = watch {
        stamp::tell(watch.limit_ms, Wish::EXACT);
    }
    let is_any = trace.is_some() || inspect.is_some() || watch.is_some();
    if is_any {
        Wish::PRESENT.turn_on();
    }
    is_any
}

/// Makes what wakes this thread where it waits for descriptors; returns where it hears it.
fn hang_bell() -> UvResult<Ours> {
    let [heard, bell] = fd::owned_pipe(libc::O_CLOEXEC | libc::O_NONBLOCK)?;
    let (heard, bell) = (Ours::new(heard)?, Ours::new(bell)?);
    OBSERVERS.with(|observers| observers.bell = Some(bell));
    Ok(heard)
}

/// How often the thread looks up where nothing is watched; and where there is nobody to tell, either.
const SELDOM_MS: u64 = 1000;
const NEVER_MS: u64 = 24 * 3600 * 1000;
/// How long the program may have closed standard error before this thread lets it go.
const FOLLOW_MS: u64 = 250;

/// Until the end.
fn look(settings: Settings, mut heard: Option<Ours>) {
    let Settings { watch, inspect, trace } = settings;
    let limit_ms = watch.as_ref().map(|watch| watch.limit_ms);
    let rest_ms = if own_table::is_apart() { FOLLOW_MS } else { SELDOM_MS };
    let tick_ms = limit_ms.map_or(rest_ms, |limit_ms| (limit_ms / 4).clamp(1, 50));
    let present = Present::new(limit_ms, trace);
    let mut watchdog = watch.map(|watch| Watchdog::new(watch.limit_ms, watch.lines));
    let mut server = inspect.map(Server::new);
    loop {
        let called = CALLED.load(Acquire);
        if called & END != 0 {
            break;
        }
        own_table::follow_standard_error();
        if let Some(watchdog) = &mut watchdog {
            watchdog.tick(clock::hrtime());
        }
        if server.as_mut().is_some_and(|server| serve(server, &mut heard, tick_ms, &present).is_err()) {
            server = None; // the program has closed what it listens at
        }
        if server.is_none() {
            timed_wait::wait_while(&CALLED, called, tick_ms);
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
fn serve(server: &mut Server, heard: &mut Option<Ours>, tick_ms: u64, present: &Present) -> UvResult {
    const NS_PER_MS: u64 = 1_000_000;
    let now = clock::hrtime();
    let mut waits = ServerWaits::new();
    let wake = server.watch(&mut waits, now)?;
    // Without a bell the end is only seen by looking.
    let (hears_at, tick_ms) = match heard.as_ref().ok_or(Errno::EBADF).and_then(Ours::get) {
        Ok(heard) => (Some(waits.add(heard, POLLIN)), tick_ms),
        Err(_) => (None, tick_ms.min(50)),
    };
    let wake_ms = wake.map_or(tick_ms, |wake| wake.saturating_sub(now).div_ceil(NS_PER_MS));
    waits.wait(tick_ms.min(wake_ms) as libc::c_int)?;
    if hears_at.is_some_and(|place| waits.ready(place) != 0) {
        // What it was rung for is seen in the next turn. At the end of the pipe the program has closed the bell.
        if heard.as_ref().is_some_and(|heard| heard.read(&mut [0; 16]) == Ok(0)) {
            *heard = None;
        }
    }
    server.serve(&waits, clock::hrtime(), present);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_decides_and_not_one_of_another_process() {
        let state = AtomicU32::new(UNDECIDED);
        assert!(takes_turn(&state, 7));
        assert_eq!(state.load(Relaxed), 7);
        // In the child of a fork, whose parent's thread was at it.
        assert!(takes_turn(&state, 8));
        std::thread::scope(|scope| {
            let others: Vec<_> = (0..3).map(|_| scope.spawn(|| takes_turn(&state, 8))).collect();
            state.store(DECIDED, Release);
            futex::wake_all(NonNull::from(&state));
            assert!(others.into_iter().all(|other| !other.join().unwrap()));
        });
    }

    #[test]
    fn one_thread_ends_all_and_the_others_wait_for_it() {
        let state = AtomicU32::new(UNDECIDED);
        assert!(!takes_turn_to_end(&state, 7));
        state.store(DECIDED, Release);
        assert!(takes_turn_to_end(&state, 7));
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                let is_its = takes_turn_to_end(&state, 7);
                (is_its, state.load(Acquire))
            });
            std::thread::yield_now();
            state.store(UNDECIDED, Release);
            futex::wake_all(NonNull::from(&state));
            assert_eq!(other.join().unwrap(), (false, UNDECIDED));
        });
    }
}
