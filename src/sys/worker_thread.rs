//! Threads of the library's own: started without a memory allocation of ours, and joined.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr::null_mut;

use libc::pthread_t;

use crate::sys::errno::{UvResult, check_returned};

pub(crate) type Entry = extern "C" fn(*mut c_void) -> *mut c_void;

unsafe extern "C" {
    /// The libc crate has it for some systems only.
    fn pthread_atfork(
        prepare: Option<unsafe extern "C" fn()>,
        parent: Option<unsafe extern "C" fn()>,
        child: Option<unsafe extern "C" fn()>,
    ) -> libc::c_int;
}

/// Starts a thread with a stack of `stack_size` bytes. It inherits the signal mask.
pub(crate) fn start(stack_size: usize, entry: Entry) -> UvResult<pthread_t> {
    let mut attr = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let mut thread = MaybeUninit::<pthread_t>::uninit();
    // SAFETY: the attributes are initialised before and destroyed after their use; `thread` is only
    // read after pthread_create has written it; `entry` ignores its argument.
    unsafe {
        check_returned(libc::pthread_attr_init(attr.as_mut_ptr()))?;
        let started = check_returned(libc::pthread_attr_setstacksize(attr.as_mut_ptr(), stack_size))
            .and_then(|()| {
                check_returned(libc::pthread_create(thread.as_mut_ptr(), attr.as_ptr(), entry, null_mut()))
            });
        libc::pthread_attr_destroy(attr.as_mut_ptr());
        started.map(|()| thread.assume_init())
    }
}

/// Waits for the end of a thread.
///
/// # Safety
/// `thread` came from [`start`] and is joined once.
pub(crate) unsafe fn join(thread: pthread_t) -> UvResult {
    // SAFETY: the caller's promise.
    check_returned(unsafe { libc::pthread_join(thread, null_mut()) })
}

/// Has `handler` run in the child of every fork.
pub(crate) fn at_fork_in_child(handler: unsafe extern "C" fn()) -> UvResult {
    // SAFETY: the handler is a function of this library; the C library forgets it when that is unloaded.
    check_returned(unsafe { pthread_atfork(None, None, Some(handler)) })
}
