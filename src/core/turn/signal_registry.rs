//! Which handles wait for which signal, and the signal handler.
//!
//! The handler runs in the middle of anything, also of what holds a lock of the C library's, so it
//! takes no lock, and whoever waits for handlers to end holds no lock but the one of this file. It does
//! not allocate, and does not panic. It follows the lists as they are: each change of one becomes
//! visible by a single store, and a handle that was taken out stays until the handlers that may have
//! met it are done.
//!
//! The lock is not held over a fork. In the child it is new, and the lists, whole for the handler at
//! all times, get back the rest.

use std::ptr::null_mut;
use std::sync::atomic::{
    AtomicI32, AtomicPtr, AtomicU32, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
};

use libc::c_int;

use crate::abi::{UV_ASYNC, uv_signal_t};
use crate::core::state::handle::flags;
use crate::core::turn::sender;
use crate::core::turn::signal_message::Message;
use crate::sys::at_fork::InChild;
use crate::sys::brief_lock::{BriefLock, Patience};
use crate::sys::errno::{self, Errno, UvResult};
use crate::sys::signal::{self, AllBlocked};
use crate::sys::{fd, identity};

/// The handles of one signal in the order of their start.
struct List {
    first: AtomicPtr<uv_signal_t>,
    /// The rest is the lock holder's.
    last: AtomicPtr<uv_signal_t>,
    regular: AtomicU32,
    one_shot: AtomicU32,
}

static LISTS: [List; signal::COUNT] = [const { List::new() }; signal::COUNT];
/// Of who changes the lists. All signals are blocked meanwhile.
static LOCK: BriefLock = BriefLock::new();
static HANDLERS: Handlers = Handlers { period: AtomicU32::new(0), at_work: [const { AtomicU32::new(0) }; 2] };
static IN_CHILD: InChild = InChild::new(after_fork);
/// How many forks lie between the first process and this one, of those that the C library knows of.
static GENERATION: AtomicUsize = AtomicUsize::new(0);
/// The process whose loops these are.
static PROCESS: AtomicI32 = AtomicI32::new(0);

/// The handle at a place of a list.
fn at<'a>(place: &AtomicPtr<uv_signal_t>) -> Option<&'a uv_signal_t> {
    // SAFETY: null, or a handle that is registered, and therefore initialised and not closed; `remove`
    // waits for handlers that may still be at it.
    unsafe { place.load(Acquire).as_ref() }
}

fn as_ptr(handle: Option<&uv_signal_t>) -> *mut uv_signal_t {
    handle.map_or(null_mut(), |handle| std::ptr::from_ref(handle).cast_mut())
}

impl List {
    const fn new() -> List {
        List {
            first: AtomicPtr::new(null_mut()),
            last: AtomicPtr::new(null_mut()),
            regular: AtomicU32::new(0),
            one_shot: AtomicU32::new(0),
        }
    }

    fn of(signum: c_int) -> Option<&'static List> {
        usize::try_from(signum).ok().and_then(|index| LISTS.get(index))
    }

    fn handles<'a>(&self) -> impl Iterator<Item = &'a uv_signal_t> {
        std::iter::successors(at(&self.first), |handle| at(handle.next()))
    }

    fn count_of(&self, handle: &uv_signal_t) -> &AtomicU32 {
        if handle.has(flags::SIGNAL_ONE_SHOT) { &self.one_shot } else { &self.regular }
    }

    fn add(&self, handle: &uv_signal_t) {
        let last = at(&self.last);
        handle.tree_entry.rbe_left.set(as_ptr(last));
        handle.next().store(null_mut(), Relaxed);
        last.map_or(&self.first, uv_signal_t::next).store(as_ptr(Some(handle)), Release);
        self.last.store(as_ptr(Some(handle)), Relaxed);
        self.count_of(handle).fetch_add(1, Relaxed);
    }

    fn remove(&self, handle: &uv_signal_t) {
        let next = at(handle.next());
        let previous = AtomicPtr::new(handle.tree_entry.rbe_left.get());
        at(&previous).map_or(&self.first, uv_signal_t::next).store(as_ptr(next), SeqCst);
        match next {
            Some(next) => next.tree_entry.rbe_left.set(previous.into_inner()),
            None => self.last.store(previous.into_inner(), Relaxed),
        }
        self.count_of(handle).fetch_sub(1, Relaxed);
        HANDLERS.wait();
    }

    /// Finds out again what handlers do not use. Whoever added or removed a handle in the parent may have come half way.
    fn repair(&self, signum: c_int) {
        let mut last: Option<&uv_signal_t> = None;
        self.regular.store(0, Relaxed);
        self.one_shot.store(0, Relaxed);
        for handle in self.handles() {
            if handle.tree_entry.rbe_left.get() != as_ptr(last) {
                handle.tree_entry.rbe_left.set(as_ptr(last));
            }
            self.count_of(handle).fetch_add(1, Relaxed);
            handle.signum.set(signum);
            last = Some(handle);
        }
        self.last.store(as_ptr(last), Relaxed);
    }
}

/// The handlers at work, on all threads, by the parity of the period in which they began.
struct Handlers {
    period: AtomicU32,
    at_work: [AtomicU32; 2],
}

impl Handlers {
    fn of_period(&self, period: u32) -> &AtomicU32 {
        let [even, odd] = &self.at_work;
        if period & 1 == 0 { even } else { odd }
    }

    /// A handler begins; what it gets is to be counted down by one when it ends.
    fn begin(&self) -> &AtomicU32 {
        loop {
            let period = self.period.load(SeqCst);
            let at_work = self.of_period(period);
            at_work.fetch_add(1, SeqCst);
            if self.period.load(SeqCst) == period {
                return at_work; // whoever begins a new period after this sees us at work
            }
            at_work.fetch_sub(1, SeqCst);
        }
    }

    /// Waits for those which have begun. The lock is held, which none of them wants.
    fn wait(&self) {
        let period = self.period.fetch_add(1, SeqCst);
        let mut patience = Patience::new();
        while self.of_period(period).load(SeqCst) != 0 {
            patience.wait();
        }
    }
}

/// Notes that the loops are this process's. Safe in signal handlers.
pub(crate) fn note_process() {
    PROCESS.store(identity::process(), Relaxed);
}

/// Runs `change` on the list of a signal, alone and undisturbed.
fn with_list<T>(signum: c_int, change: impl FnOnce(&List) -> UvResult<T>) -> UvResult<T> {
    let list = List::of(signum).ok_or(Errno::EINVAL)?;
    let _blocked = AllBlocked::new();
    let _held = LOCK.lock();
    change(list)
}

/// The threads that were changing the lists or handling signals are not in the child.
extern "C" fn after_fork() {
    GENERATION.fetch_add(1, Relaxed);
    note_process();
    HANDLERS.at_work.iter().for_each(|at_work| at_work.store(0, SeqCst));
    let used = (0..).zip(&LISTS).filter(|(_, list)| at(&list.first).is_some() || at(&list.last).is_some());
    used.for_each(|(signum, list)| list.repair(signum));
    LOCK.renew();
}

/// To be called before anything is registered. It can only fail for memory; then the child of a fork is
/// as unsafe as it is without.
pub(crate) fn prepare() {
    let _ = IN_CHILD.ensure();
    note_process();
}

fn install(signum: c_int, once: bool) -> UvResult {
    // SAFETY: `on_signal` uses atomics and writes to a pipe.
    unsafe { signal::install(signum, on_signal, once) }
}

/// Lets `handle`, which is not registered, catch `signum`.
pub(crate) fn add(handle: &uv_signal_t, signum: c_int, one_shot: bool) -> UvResult {
    with_list(signum, |list| {
        if one_shot {
            handle.set(flags::SIGNAL_ONE_SHOT);
        } else {
            handle.clear(flags::SIGNAL_ONE_SHOT);
        }
        let is_installed = list.regular.load(Relaxed) > 0;
        list.add(handle);
        // While all are one-shot the default action comes back with the first signal, so that each
        // newcomer installs the handler anew.
        if !is_installed {
            install(signum, one_shot).inspect_err(|_| list.remove(handle))?;
        }
        handle.signum.set(signum);
        Ok(())
    })
}

/// Whether there is a handle for the signal: then the handler was installed, and is what the program has made of it since.
pub(crate) fn is_caught(signum: c_int) -> bool {
    List::of(signum).is_some_and(|list| !list.first.load(Relaxed).is_null())
}

/// Takes a registered handle out again. After this the handler does not touch it.
pub(crate) fn remove(handle: &uv_signal_t) {
    let signum = handle.signum.replace(0);
    // The signal was accepted before: neither the number nor the actions can be refused now.
    let _ = with_list(signum, |list| {
        list.remove(handle);
        match (list.regular.load(Relaxed), list.one_shot.load(Relaxed)) {
            (0, 0) => signal::set_default(signum),
            (0, _) if !handle.has(flags::SIGNAL_ONE_SHOT) => install(signum, true),
            _ => Ok(()),
        }
    });
}

/// Waits until no handler uses what was taken from all of them before.
pub(crate) fn wait_for_handlers() {
    let _blocked = AllBlocked::new();
    let _held = LOCK.lock();
    HANDLERS.wait();
}

/// Whether a message was written in this process, and not in the child of a fork that still has its
/// parent's pipe.
pub(crate) fn is_ours(message: &Message) -> bool {
    message.generation() == Message::generation_bits(GENERATION.load(Relaxed))
}

/// Has the loop told as if the handle's signal had come; false if that cannot be.
pub(crate) fn pretend(handle: &uv_signal_t) -> bool {
    tell_loop(handle, Message::new(handle, handle.signum.get(), GENERATION.load(Relaxed)))
}

/// Async-signal-safe. False if the signal is lost.
fn tell_loop(handle: &uv_signal_t, message: Message) -> bool {
    let loop_ = handle.owner();
    let writer = loop_.signal_writer().load(Relaxed);
    let substitute = &loop_.wq_async;
    if writer == -1 && substitute.r#type.get() == UV_ASYNC {
        sender::send(substitute);
        return true;
    }
    if writer == -1 {
        return false; // a fork's child in which the loop was not renewed yet
    }
    handle.caught().fetch_add(1, Relaxed);
    // Whole or not at all, at this size.
    let is_told = fd::write_bytes(writer, &message.to_bytes()).is_ok();
    if !is_told {
        handle.caught().fetch_sub(1, Relaxed); // a full pipe
    }
    is_told
}

extern "C" fn on_signal(signum: c_int) {
    errno::preserved(|| {
        // A child that the C library knows nothing of yet, or never will (`vfork`, `_Fork`, `clone`): neither the pipes
        // nor perhaps the memory are its own.
        if identity::process() != PROCESS.load(Relaxed) {
            return;
        }
        let at_work = HANDLERS.begin();
        let generation = GENERATION.load(Relaxed);
        for handle in List::of(signum).into_iter().flat_map(List::handles) {
            tell_loop(handle, Message::new(handle, signum, generation));
        }
        at_work.fetch_sub(1, SeqCst);
    });
}
