//! Threads of the system: stack sizes, names, processors and priorities.

use std::cell::Cell;
use std::ffi::CStr;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, transmute};
use std::ptr::null_mut;

use libc::{c_int, c_void, cpu_set_t, pthread_attr_t, pthread_t, rlimit, sched_param};

use crate::sys::errno::{Errno, UvResult, check, check_returned};
use crate::sys::{c_library, errno_place};

/// The longest name of a thread with its final NUL.
pub(crate) const NAME_MAX: usize = 16;

/// The policy of threads that ask for none.
pub(crate) const DEFAULT_POLICY: c_int = c_library::SCHED_OTHER;

/// Processors that a `cpu_set_t` can name.
pub(crate) const CPU_MAX: usize = libc::CPU_SETSIZE as usize;

/// What a stack gets where no limit says otherwise: glibc's default on most processors.
const DEFAULT_STACK: usize = 2 << 20;

/// Below this a thread cannot take signals safely; musl's own minimum is smaller.
const MIN_STACK: usize = if libc::PTHREAD_STACK_MIN > 8192 { libc::PTHREAD_STACK_MIN } else { 8192 };

pub(crate) fn page_size() -> usize {
    // SAFETY: no arguments to get wrong.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

/// The stack size for threads that ask for none: the soft `RLIMIT_STACK`, in whole pages.
pub(crate) fn default_stack_size() -> usize {
    let mut limit = rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is ours and writable.
    let known = unsafe { libc::getrlimit(libc::RLIMIT_STACK, &raw mut limit) } == 0;
    if !known || limit.rlim_cur == libc::RLIM_INFINITY {
        return DEFAULT_STACK;
    }
    let soft = usize::try_from(limit.rlim_cur).unwrap_or(DEFAULT_STACK);
    let whole = soft - soft % page_size();
    if whole < MIN_STACK { DEFAULT_STACK } else { whole }
}

/// The stack size for a thread that asks for `wanted` bytes: whole pages, and enough to live on.
pub(crate) fn stack_size_for(wanted: usize) -> usize {
    wanted.checked_next_multiple_of(page_size()).unwrap_or(wanted).max(MIN_STACK)
}

/// Names the calling thread; a longer name is cut.
pub(crate) fn set_own_name(name: &[u8]) -> UvResult {
    let mut buf = [0_u8; NAME_MAX];
    let len = name.len().min(NAME_MAX - 1);
    buf[..len].copy_from_slice(&name[..len]);
    // SAFETY: the name is NUL-terminated and the thread is the calling one.
    check_returned(unsafe { libc::pthread_setname_np(libc::pthread_self(), buf.as_ptr().cast()) })
}

/// Has `used` look at the name of the calling thread.
pub(crate) fn with_own_name<R>(used: impl FnOnce(&[u8]) -> R) -> R {
    let mut buf = [0_u8; NAME_MAX];
    // SAFETY: the buffer is as long as said; the thread is the calling one.
    unsafe { c_library::pthread_getname_np(libc::pthread_self(), buf.as_mut_ptr().cast(), NAME_MAX) };
    used(until_nul(&buf))
}

/// What a thread runs.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    entry: extern "C" fn(*mut c_void) -> *mut c_void,
    argument: *mut c_void,
}

impl Start {
    /// A function without a result may stand for one whose result nobody reads ([`Joinable::join`] asks
    /// for none): a frame of ours below it would be in the way of pthread_exit, which unwinds.
    ///
    /// # Safety
    /// `entry` may be called with `argument` on another thread.
    pub(crate) unsafe fn new(entry: unsafe extern "C" fn(*mut c_void), argument: *mut c_void) -> Start {
        type Entry = extern "C" fn(*mut c_void) -> *mut c_void;
        // SAFETY: the C calling conventions return a pointer in a register that a caller may overwrite,
        // so a caller may find there what it likes; that the call is sound is our caller's to know.
        let entry = unsafe { transmute::<unsafe extern "C" fn(*mut c_void), Entry>(entry) };
        Start { entry, argument }
    }
}

/// Starts a thread. Its number is in `place` before it runs.
pub(crate) fn create(place: &Cell<pthread_t>, stack_size: usize, start: Start) -> UvResult {
    let mut attr = MaybeUninit::<pthread_attr_t>::uninit();
    // SAFETY: `attr` is initialised first and destroyed last; `Start::new`'s caller vouches for the call.
    unsafe {
        check_returned(libc::pthread_attr_init(attr.as_mut_ptr()))?;
        let mut result = libc::pthread_attr_setstacksize(attr.as_mut_ptr(), stack_size);
        if result == 0 {
            result = libc::pthread_create(place.as_ptr(), attr.as_ptr(), start.entry, start.argument);
        }
        libc::pthread_attr_destroy(attr.as_mut_ptr());
        check_returned(result)
    }
}

/// A thread that was neither joined nor detached.
pub(crate) struct Joinable(pthread_t);

impl Joinable {
    /// # Safety
    /// It is one, and this is the only way to join or detach it.
    pub(crate) unsafe fn lent(thread: pthread_t) -> Joinable {
        Joinable(thread)
    }

    /// Waits for its end.
    pub(crate) fn join(self) -> UvResult {
        // SAFETY: not joined before and never again: `lent`'s caller vouches for it, and `self` is gone.
        check_returned(unsafe { libc::pthread_join(self.0, null_mut()) })
    }

    /// Lets it release its resources when it ends.
    pub(crate) fn detach(self) -> UvResult {
        // SAFETY: not joined or detached before and never again: `lent`'s caller vouches for it.
        check_returned(unsafe { libc::pthread_detach(self.0) })
    }
}

/// The number of the calling thread.
#[inline]
pub(crate) fn own() -> pthread_t {
    // SAFETY: no arguments to get wrong.
    unsafe { libc::pthread_self() }
}

/// The number by which the system knows the calling thread.
pub(crate) fn own_tid() -> libc::pid_t {
    // SAFETY: no arguments to get wrong. By its number: older C libraries have no function for it.
    unsafe { libc::syscall(libc::SYS_gettid) as libc::pid_t }
}

/// Whether both are the number of one thread.
#[inline]
pub(crate) fn is_same(one: pthread_t, other: pthread_t) -> bool {
    // SAFETY: numbers, which are compared as such.
    unsafe { libc::pthread_equal(one, other) != 0 }
}

/// A thread that does not end while this is used.
#[derive(Clone, Copy)]
pub(crate) struct Thread<'a>(pthread_t, PhantomData<(&'a (), *mut ())>);

impl Thread<'_> {
    /// # Safety
    /// It has not ended, and will not while this is used.
    pub(crate) unsafe fn lent<'a>(thread: pthread_t) -> Thread<'a> {
        Thread(thread, PhantomData)
    }

    /// The calling thread. It cannot be passed to another one.
    #[cfg(test)]
    pub(crate) fn current() -> Thread<'static> {
        Thread(own(), PhantomData)
    }

    pub(crate) fn is_current(self) -> bool {
        is_same(self.0, own())
    }

    /// Its name, NUL-terminated.
    pub(crate) fn name(self) -> UvResult<[u8; NAME_MAX]> {
        let mut buf = [0_u8; NAME_MAX];
        // SAFETY: the buffer is as long as said; the thread lives.
        check_returned(unsafe { c_library::pthread_getname_np(self.0, buf.as_mut_ptr().cast(), NAME_MAX) })?;
        Ok(buf)
    }

    /// The processors that it may run on.
    pub(crate) fn affinity(self) -> UvResult<Cpus> {
        let mut cpus = Cpus::none();
        // SAFETY: the set is as large as said; the thread lives.
        check_returned(unsafe {
            c_library::pthread_getaffinity_np(self.0, size_of::<cpu_set_t>(), &raw mut cpus.0)
        })?;
        Ok(cpus)
    }

    /// Lets it run on these processors only.
    pub(crate) fn set_affinity(self, cpus: &Cpus) -> UvResult {
        // SAFETY: the set is as large as said; the thread lives.
        check_returned(unsafe {
            c_library::pthread_setaffinity_np(self.0, size_of::<cpu_set_t>(), &raw const cpus.0)
        })
    }

    /// Its scheduling policy and the priority under it.
    pub(crate) fn scheduling(self) -> UvResult<(c_int, sched_param)> {
        let mut policy = 0;
        let mut param = MaybeUninit::<sched_param>::zeroed();
        // SAFETY: both places are ours, and zero is a value for the integers there; the thread lives.
        unsafe {
            check_returned(libc::pthread_getschedparam(self.0, &raw mut policy, param.as_mut_ptr()))?;
            Ok((policy, param.assume_init()))
        }
    }

    /// Sets the priority under a policy.
    pub(crate) fn set_scheduling(self, policy: c_int, param: &sched_param) -> UvResult {
        // SAFETY: `param` is only read; the thread lives.
        check_returned(unsafe { libc::pthread_setschedparam(self.0, policy, param) })
    }
}

/// A set of processors, of the first [`CPU_MAX`].
pub(crate) struct Cpus(cpu_set_t);

impl Cpus {
    pub(crate) fn none() -> Cpus {
        // SAFETY: the type is an array of integers, for which zero is a value.
        Cpus(unsafe { std::mem::zeroed() })
    }

    /// Adds one below [`CPU_MAX`].
    pub(crate) fn add(&mut self, cpu: usize) {
        if cpu < CPU_MAX {
            // SAFETY: the set has a bit for it.
            unsafe { libc::CPU_SET(cpu, &mut self.0) };
        }
    }

    pub(crate) fn has(&self, cpu: usize) -> bool {
        // SAFETY: the set has a bit for it.
        cpu < CPU_MAX && unsafe { libc::CPU_ISSET(cpu, &self.0) }
    }
}

/// How many processors the calling thread may run on, if the system says so.
#[inline(never)]
pub(crate) fn usable_cpus() -> Option<usize> {
    let mut cpus = Cpus::none();
    // SAFETY: the set is as large as said and initialised; 0 is the calling thread.
    let count = unsafe {
        check(libc::sched_getaffinity(0, size_of::<cpu_set_t>(), &raw mut cpus.0)).ok()?;
        libc::CPU_COUNT(&cpus.0)
    };
    usize::try_from(count).ok()
}

/// The processor that the calling thread runs on.
pub(crate) fn current_cpu() -> UvResult<c_int> {
    // SAFETY: no arguments to get wrong.
    check(unsafe { libc::sched_getcpu() })
}

/// The lowest and the highest priority of a policy.
pub(crate) fn priority_range(policy: c_int) -> UvResult<(c_int, c_int)> {
    // SAFETY: plain numbers; an unknown policy is an error.
    unsafe {
        Ok((check(libc::sched_get_priority_min(policy))?, check(libc::sched_get_priority_max(policy))?))
    }
}

/// The nice value of a process; 0 is the calling thread.
pub(crate) fn nice(pid: libc::pid_t) -> UvResult<c_int> {
    // SAFETY: errno is the calling thread's own; -1 is an answer too, so errno tells of a failure.
    unsafe {
        errno_place::set(0);
        let nice = libc::getpriority(libc::PRIO_PROCESS, pid as libc::id_t);
        if nice == -1 && errno_place::get() != 0 { Err(Errno::last()) } else { Ok(nice) }
    }
}

/// Sets the nice value of a process; 0 is the calling thread.
pub(crate) fn set_nice(pid: libc::pid_t, nice: c_int) -> UvResult {
    // SAFETY: plain numbers.
    check(unsafe { libc::setpriority(libc::PRIO_PROCESS, pid as libc::id_t, nice) }).map(|_| ())
}

/// The bytes of a name before its NUL.
pub(crate) fn until_nul(name: &[u8; NAME_MAX]) -> &[u8] {
    CStr::from_bytes_until_nul(name).map_or(&name[..], CStr::to_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stack_sizes_are_whole_pages_and_large_enough() {
        let page = page_size();
        for wanted in [1, 42, MIN_STACK - 42, MIN_STACK, 1_234_567, 8 << 20] {
            let size = stack_size_for(wanted);
            assert!(size >= wanted && size >= MIN_STACK && size % page == 0, "{wanted} gave {size}");
        }
        assert!(default_stack_size() >= MIN_STACK);
    }

    #[test]
    fn names_are_cut_and_read_back() {
        set_own_name(b"a name that is too long").unwrap();
        let name = Thread::current().name().unwrap();
        assert_eq!(until_nul(&name), b"a name that is ");
    }
}
