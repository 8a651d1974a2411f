//! What C libraries over the same kernel do not all have, or the `libc` crate does not say of each.

pub(crate) use libc::{
    __errno_location as errno_location, MREMAP_MAYMOVE, RESOLVE_CACHED, RESOLVE_NO_XDEV, RUSAGE_THREAD,
    SCHED_OTHER, TIOCGPTN, dup3, mremap, open_how, pthread_getaffinity_np, pthread_getname_np, pthread_once,
    pthread_setaffinity_np,
};
