//! What C libraries over the same kernel do not all have, or the `libc` crate does not say of each.

use libc::c_int;

pub(crate) use libc::{
    __errno_location as errno_location, MREMAP_MAYMOVE, RESOLVE_CACHED, RESOLVE_NO_XDEV, RUSAGE_THREAD,
    SCHED_OTHER, TIOCGPTN, dup3, mremap, open_how, pthread_getaffinity_np, pthread_getname_np, pthread_once,
    pthread_setaffinity_np,
};

unsafe extern "C" {
    fn pthread_setcancelstate(state: c_int, before: *mut c_int) -> c_int;
}

/// That the thread is to be cancelled (`pthread_cancel`) waits.
pub(crate) const CANCEL_DISABLE: c_int = 1;

/// Sets whether the thread may be cancelled, and returns what it was.
pub(crate) fn set_cancel_state(state: c_int) -> c_int {
    let mut before = 0;
    // SAFETY: room for one number. It fails for no state that there is.
    unsafe { pthread_setcancelstate(state, &raw mut before) };
    before
}
