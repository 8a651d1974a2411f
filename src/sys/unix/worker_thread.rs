//! Threads of the library's own: started without a memory allocation of ours, and joined.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libc::pthread_t;

use crate::sys::errno::{UvResult, check_returned};

/// A thread that was started and not joined.
pub(crate) struct Thread(pthread_t);

// SAFETY: any thread may join another one, or compare itself with it. (With musl it is a pointer.)
unsafe impl Send for Thread {}

/// Starts a thread with a stack of `stack_size` bytes. It inherits the signal mask.
pub(crate) fn start(stack_size: usize, entry: fn()) -> UvResult<Thread> {
    extern "C" fn run(entry: *mut c_void) -> *mut c_void {
        // SAFETY: the argument that `start` gives is such a function.
        let entry = unsafe { std::mem::transmute::<*mut c_void, fn()>(entry) };
        entry();
        null_mut()
    }

    let mut attr = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let mut thread = MaybeUninit::<pthread_t>::uninit();
    // SAFETY: the attributes are initialised before and destroyed after their use; `thread` is only
    // read after pthread_create has written it; `run` gets the function it expects.
    unsafe {
        check_returned(libc::pthread_attr_init(attr.as_mut_ptr()))?;
        let started = check_returned(libc::pthread_attr_setstacksize(attr.as_mut_ptr(), stack_size))
            .and_then(|()| {
                let entry = entry as *mut c_void;
                check_returned(libc::pthread_create(thread.as_mut_ptr(), attr.as_ptr(), run, entry))
            });
        libc::pthread_attr_destroy(attr.as_mut_ptr());
        started.map(|()| Thread(thread.assume_init()))
    }
}

impl Thread {
    pub(crate) fn is_current(&self) -> bool {
        // SAFETY: a thread that was not joined.
        unsafe { libc::pthread_equal(self.0, libc::pthread_self()) != 0 }
    }

    /// Waits for its end.
    pub(crate) fn join(self) -> UvResult {
        // SAFETY: `start` has started it, and this is the only time: it is consumed.
        check_returned(unsafe { libc::pthread_join(self.0, null_mut()) })
    }
}

/// The process ends; without it, the library may be on its way out of a process that goes on.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

/// To be called before a thread is started: from then on [`is_process_ending`] knows. If there is no memory for that, the
/// end of the process waits for all threads.
pub(crate) fn expect_end() {
    /// Runs when the process ends, before the functions of `.fini_array`. When the library is unloaded from a process
    /// that goes on, it runs after them.
    extern "C" fn note_end() {
        IS_ENDING.store(true, Relaxed);
    }

    static IS_EXPECTED: AtomicBool = AtomicBool::new(false);
    if !IS_EXPECTED.swap(true, Relaxed) {
        // SAFETY: the handler is a function of this library; the C library forgets it when that is unloaded.
        unsafe { libc::atexit(note_end) };
    }
}

pub(crate) fn is_process_ending() -> bool {
    IS_ENDING.load(Relaxed)
}
