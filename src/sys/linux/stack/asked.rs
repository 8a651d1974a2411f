//! Asking a thread that runs where it is, with a signal that the program does not use and the system ignores.
//!
//! One word says how far that has come. The thread stands still in its signal handler while it is looked at, but not
//! for longer than its patience lasts; whoever is too late finds another word, and touches nothing.

use std::mem::zeroed;
use std::ptr::{NonNull, null};
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicUsize};

use libc::{c_int, c_void, pid_t, siginfo_t};

use crate::sys::at_fork::InChild;
use crate::sys::clock;
use crate::sys::errno::{self, UvResult, check, check_size};
use crate::sys::stack::place::{self, Place};
use crate::sys::stack::registers::Registers;
use crate::sys::{futex, identity, signal, thread, timed_wait};

const SIGNAL: c_int = libc::SIGURG;
/// How long an answer is waited for: the thread may have to wait for a processor.
const ANSWER_MS: u64 = 100;
/// How long a thread that has answered stands still.
const STILL_MS: u64 = 20;

/// The last two bits are one of those below; the others count who was asked.
static WORD: AtomicU32 = AtomicU32::new(IDLE);
const IDLE: u32 = 0;
const ASKED: u32 = 1;
const TELLING: u32 = 2;
const STILL: u32 = 3;
const STEPS: u32 = 3;

/// Who is asked, and the answer.
static TID: AtomicI32 = AtomicI32::new(0);
static ANSWER: [AtomicUsize; 4] = [const { AtomicUsize::new(0) }; 4];

/// Has `look` look at a thread that runs, while it stands still. None if it does not answer in time, was not held for
/// long enough, or must not be asked. For one thread at a time.
pub(super) fn while_still<T>(tid: pid_t, look: impl FnOnce(Registers) -> Option<T>) -> Option<T> {
    // In a system call it is not to be interrupted.
    let may_be_asked =
        || place::is_blocked(tid, SIGNAL) == Some(false) && place::of(tid) == Some(Place::Running);
    let before = WORD.load(Relaxed);
    if before & STEPS != IDLE || !IS_TOLD {
        return None; // the last one is not done yet
    }
    let _handler = Handler::install()?;
    let count = before.wrapping_add(STEPS + 1);
    TID.store(tid, Relaxed);
    WORD.store(count | ASKED, Release);
    if may_be_asked() && send(tid).is_ok() {
        wait_while(ANSWER_MS, |word| word == count | ASKED || word == count | TELLING);
    }
    // Not answered: whoever comes later finds nothing to do. In the middle of an answer: it will see to that itself.
    if WORD.compare_exchange(count | ASKED, count, Relaxed, Relaxed).is_ok() {
        return None;
    }
    if WORD.load(Acquire) != count | STILL {
        return None;
    }
    let [pc, sp, fp, link] = ANSWER.each_ref().map(|word| word.load(Relaxed));
    let link = cfg!(target_arch = "aarch64").then_some(link);
    let seen = look(Registers { pc, sp, fp: Some(fp), link });
    let was_still = WORD.compare_exchange(count | STILL, count, AcqRel, Relaxed).is_ok();
    futex::wake_all(NonNull::from(&WORD));
    seen.filter(|_| was_still)
}

/// Sleeps while the word is like that, at most so many milliseconds.
fn wait_while(ms: u64, is_so: impl Fn(u32) -> bool) {
    let end = clock::monotonic_ns().saturating_add(ms * 1_000_000);
    loop {
        let word = WORD.load(Acquire);
        if !is_so(word) || clock::monotonic_ns() >= end {
            return;
        }
        timed_wait::wait_while(&WORD, word, ms);
    }
}

fn send(tid: pid_t) -> UvResult {
    // SAFETY: plain numbers; to a thread of this process, or to none if it has ended.
    let sent = unsafe { libc::syscall(libc::SYS_tgkill, identity::process(), tid, SIGNAL) };
    check_size(sent as libc::ssize_t).map(drop)
}

/// In the middle of whatever the thread does: no lock, no memory, errno as it was.
unsafe extern "C" fn on_signal(_: c_int, _: *mut siginfo_t, context: *mut c_void) {
    errno::preserved(|| {
        let word = WORD.load(Acquire);
        if word & STEPS != ASKED || TID.load(Relaxed) != thread::own_tid() {
            return;
        }
        let count = word & !STEPS;
        if WORD.compare_exchange(word, count | TELLING, AcqRel, Relaxed).is_err() {
            return;
        }
        // SAFETY: what the system passes to handlers that ask for it, as this one does.
        let answer = registers(unsafe { &*context.cast() });
        for (place, value) in ANSWER.iter().zip(answer) {
            place.store(value, Relaxed);
        }
        WORD.store(count | STILL, Release);
        futex::wake_all(NonNull::from(&WORD));
        wait_while(STILL_MS, |word| word == count | STILL);
        let _ = WORD.compare_exchange(count | STILL, count, AcqRel, Relaxed);
    });
}

/// A handler is told the registers in a way that is known here.
const IS_TOLD: bool =
    cfg!(any(target_arch = "x86_64", target_arch = "aarch64", all(target_arch = "x86", target_env = "gnu")));

/// The place, the stack's end, the frame pointer, and the register with the return address.
#[cfg(any(target_arch = "x86_64", all(target_arch = "x86", target_env = "gnu")))]
fn registers(context: &libc::ucontext_t) -> [usize; 4] {
    #[cfg(target_arch = "x86")]
    use libc::{REG_EBP as FP, REG_EIP as PC, REG_ESP as SP};
    #[cfg(target_arch = "x86_64")]
    use libc::{REG_RBP as FP, REG_RIP as PC, REG_RSP as SP};
    let of = |number: c_int| {
        context.uc_mcontext.gregs.get(number as usize).map_or(0, |register| *register as usize)
    };
    [of(PC), of(SP), of(FP), 0]
}

#[cfg(target_arch = "aarch64")]
fn registers(context: &libc::ucontext_t) -> [usize; 4] {
    let all = &context.uc_mcontext;
    [all.pc as usize, all.sp as usize, all.regs[29] as usize, all.regs[30] as usize]
}

#[cfg(not(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "x86", target_env = "gnu")
)))]
fn registers(_: &libc::ucontext_t) -> [usize; 4] {
    [0; 4]
}

fn handler() -> libc::sighandler_t {
    on_signal as unsafe extern "C" fn(_, _, _) as usize
}

/// The handler is there until this is dropped.
struct Handler {
    before: libc::sigaction,
}

/// This process has a handler, or had one when it was forked.
static IS_INSTALLED: AtomicU32 = AtomicU32::new(0);

impl Handler {
    /// None where the program has a use for the signal, or ignores it by its own will.
    fn install() -> Option<Handler> {
        static IN_CHILD: InChild = InChild::new(give_back_in_child);
        IN_CHILD.ensure().ok()?;
        if change(None).ok()?.sa_sigaction != libc::SIG_DFL {
            return None;
        }
        IS_INSTALLED.store(1, Relaxed);
        // SAFETY: all zeroes is a valid action, filled in before it is used.
        let mut action: libc::sigaction = unsafe { zeroed() };
        action.sa_sigaction = handler();
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_RESTART;
        let installed = Handler { before: change(Some(&action)).ok()? };
        // The program may have come first; what it has set is set again.
        (installed.before.sa_sigaction == libc::SIG_DFL).then_some(installed)
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        if let Ok(ours) = change(Some(&self.before)) {
            if ours.sa_sigaction != handler() {
                let _ = change(Some(&ours)); // the program has set one meanwhile
            }
        }
        IS_INSTALLED.store(0, Relaxed);
    }
}

/// What was done at the signal before; from now on it may be something else.
#[inline(never)]
fn change(action: Option<&libc::sigaction>) -> UvResult<libc::sigaction> {
    // SAFETY: all zeroes is a valid action, which the call fills in; the new one is a default, the program's own or
    // has the handler above, which is fit for any moment.
    unsafe {
        let mut before: libc::sigaction = zeroed();
        let action = action.map_or(null(), std::ptr::from_ref);
        check(libc::sigaction(SIGNAL, action, &raw mut before))?;
        Ok(before)
    }
}

/// The child of a fork in the middle of it: nobody is there who would give the signal back.
extern "C" fn give_back_in_child() {
    if IS_INSTALLED.swap(0, Relaxed) != 0 {
        errno::preserved(|| {
            if change(None).is_ok_and(|action| action.sa_sigaction == handler()) {
                let _ = signal::set_default(SIGNAL);
            }
        });
    }
    WORD.store(IDLE, Relaxed);
}
