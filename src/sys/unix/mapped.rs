//! Memory from the system itself, for what must not use the program's allocator.

use std::ptr::null_mut;

/// A type that may begin as zeros.
///
/// # Safety
/// All zeros are a value of it.
pub(crate) unsafe trait FromZeros {}

/// Memory for one `T`, which stays for the life of the process. None if the system has none.
pub(crate) fn forever<T: FromZeros + Sync>() -> Option<&'static T> {
    // SAFETY: new private memory, at no place in particular; of whole pages, so it is aligned for any `T`
    // of at most a page's alignment.
    let at = unsafe {
        libc::mmap(
            null_mut(),
            size_of::<T>(),
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    const { assert!(align_of::<T>() <= 4096) };
    // SAFETY: mapped just now, as large as a `T`, of zeros, which are one; nobody unmaps it.
    (at != libc::MAP_FAILED).then(|| unsafe { &*at.cast::<T>() })
}
