//! Which handles wait for which signal, and the signal handler.
//!
//! The handler does not allocate, does not panic, and takes no lock but the one below, whose holder
//! cannot be interrupted by it: all its signals are blocked.

use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::ptr::null_mut;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use libc::c_int;

use crate::abi::uv_signal_t;
use crate::core::handle::flags;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::signal::{self, AllBlocked, Handler};

/// What the handler tells the loop.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Message {
    pub(super) handle: *mut uv_signal_t,
    /// As wide as the pointer: padding would be bytes of the stack that nobody set.
    pub(super) signum: isize,
}

/// The handles of one signal, linked through `tree_entry` in the order of their start.
#[derive(Clone, Copy)]
struct List {
    first: *mut uv_signal_t,
    last: *mut uv_signal_t,
    regular: u32,
    one_shot: u32,
}

struct Registry {
    locked: AtomicBool,
    lists: UnsafeCell<[List; signal::COUNT]>,
    /// The forking thread's mask, between the two halves of a fork.
    fork_mask: UnsafeCell<Option<AllBlocked>>,
}

// SAFETY: the cells are only touched by the holder of the lock.
unsafe impl Sync for Registry {}

const EMPTY: List = List { first: null_mut(), last: null_mut(), regular: 0, one_shot: 0 };

static REGISTRY: Registry = Registry {
    locked: AtomicBool::new(false),
    lists: UnsafeCell::new([EMPTY; signal::COUNT]),
    fork_mask: UnsafeCell::new(None),
};

static AT_FORK: Once = Once::new();

/// A kernel thread may be preempted while it holds the lock, for a few instructions' time.
fn lock() {
    while REGISTRY.locked.swap(true, Ordering::Acquire) {
        for _ in 0..100 {
            spin_loop();
        }
        // SAFETY: a plain system call, safe in signal handlers.
        unsafe { libc::sched_yield() };
    }
}

fn unlock() {
    REGISTRY.locked.store(false, Ordering::Release);
}

/// Runs `work` on the list of a signal, with all signals blocked and the lock held.
fn with_list<T>(signum: c_int, work: impl FnOnce(&mut List) -> UvResult<T>) -> UvResult<T> {
    let index = usize::try_from(signum).map_err(|_| Errno::EINVAL)?;
    let blocked = AllBlocked::new();
    lock();
    // SAFETY: the lock is held, and the handler cannot run in this thread.
    let lists = unsafe { &mut *REGISTRY.lists.get() };
    let result = lists.get_mut(index).ok_or(Errno::EINVAL).and_then(work);
    unlock();
    blocked.restore();
    result
}

/// No fork may catch the lists half changed: the child would inherit them so, and the lock locked.
extern "C" fn before_fork() {
    let blocked = AllBlocked::new();
    lock();
    // SAFETY: the lock is held.
    unsafe { *REGISTRY.fork_mask.get() = Some(blocked) };
}

extern "C" fn after_fork() {
    // SAFETY: the lock is held since `before_fork`.
    let blocked = unsafe { (*REGISTRY.fork_mask.get()).take() };
    unlock();
    if let Some(blocked) = blocked {
        blocked.restore();
    }
}

/// Called once before anything is registered.
pub(super) fn prepare() {
    AT_FORK.call_once(|| {
        // It can only fail for memory; then a fork is as unsafe as it is without the functions.
        // SAFETY: the functions are async-signal-safe.
        unsafe { libc::pthread_atfork(Some(before_fork), Some(after_fork), Some(after_fork)) };
    });
}

/// Lets `handle` catch `signum`.
///
/// # Safety
/// `handle` is initialised, not registered, and stays until it is removed.
pub(super) unsafe fn add(handle: *mut uv_signal_t, signum: c_int, one_shot: bool) -> UvResult {
    with_list(signum, |list| {
        // While all are one-shot the default action comes back with the first signal, so that each
        // newcomer installs the handler anew.
        if list.regular == 0 {
            // SAFETY: `on_signal` is async-signal-safe.
            unsafe { signal::install(signum, on_signal as Handler, one_shot)? };
        }
        // SAFETY: handles in the list stay until they are removed, the caller's promise for each.
        unsafe {
            (*handle).signum = signum;
            (*handle).tree_entry.rbe_left = list.last;
            (*handle).tree_entry.rbe_right = null_mut();
            if list.last.is_null() {
                list.first = handle;
            } else {
                (*list.last).tree_entry.rbe_right = handle;
            }
            list.last = handle;
            if one_shot {
                (*handle).flags |= flags::SIGNAL_ONE_SHOT;
                list.one_shot += 1;
            } else {
                (*handle).flags &= !flags::SIGNAL_ONE_SHOT;
                list.regular += 1;
            }
        }
        Ok(())
    })
}

/// Takes a registered handle out again. After this the handler does not touch it.
///
/// # Safety
/// `handle` was added.
pub(super) unsafe fn remove(handle: *mut uv_signal_t) {
    // SAFETY: as in `add`.
    let signum = unsafe { (*handle).signum };
    // The signal was accepted before: neither the number nor the actions can be refused now.
    let _ = with_list(signum, |list| {
        // SAFETY: as in `add`.
        unsafe {
            let (previous, next) = ((*handle).tree_entry.rbe_left, (*handle).tree_entry.rbe_right);
            if previous.is_null() {
                list.first = next;
            } else {
                (*previous).tree_entry.rbe_right = next;
            }
            if next.is_null() {
                list.last = previous;
            } else {
                (*next).tree_entry.rbe_left = previous;
            }
            let was_one_shot = (*handle).flags & flags::SIGNAL_ONE_SHOT != 0;
            let count = if was_one_shot { &mut list.one_shot } else { &mut list.regular };
            *count -= 1;
            (*handle).signum = 0;
            match (list.regular, list.one_shot) {
                (0, 0) => signal::set_default(signum),
                (0, _) if !was_one_shot => signal::install(signum, on_signal as Handler, true),
                _ => Ok(()),
            }
        }
    });
}

/// How many messages for `handle` were written.
///
/// # Safety
/// `handle` is initialised.
pub(super) unsafe fn caught<'a>(handle: *mut uv_signal_t) -> &'a AtomicU32 {
    // SAFETY: the caller's promise; handlers on other threads only use it this way.
    unsafe { AtomicU32::from_ptr(&raw mut (*handle).caught_signals) }
}

unsafe extern "C" fn on_signal(signum: c_int) {
    // SAFETY: errno is the thread's own. The lists are only read, with the lock held: handles in them
    // and their loops are valid. A write of this size is whole or not at all.
    unsafe {
        let errno = *libc::__errno_location();
        lock();
        let list = usize::try_from(signum).ok().and_then(|index| (*REGISTRY.lists.get()).get(index));
        let mut handle = list.map_or(null_mut(), |list| list.first);
        while !handle.is_null() {
            let message = Message { handle, signum: signum as isize };
            let fd = (*(*handle).r#loop).signal_pipefd.get()[1];
            caught(handle).fetch_add(1, Ordering::Relaxed);
            loop {
                let size = size_of::<Message>();
                if libc::write(fd, (&raw const message).cast(), size) >= 0 {
                    break;
                }
                if *libc::__errno_location() != libc::EINTR {
                    caught(handle).fetch_sub(1, Ordering::Relaxed); // a full pipe: the signal is lost
                    break;
                }
            }
            handle = (*handle).tree_entry.rbe_right;
        }
        unlock();
        *libc::__errno_location() = errno;
    }
}
