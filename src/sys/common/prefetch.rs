//! Asking the processor for memory ahead of its use.

/// Begins to load the part of a handle that its expiry touches. A hint: any address is allowed.
pub(crate) fn prefetch<T>(block: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch does not fault, whatever the address.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let fields = block.cast::<i8>();
        _mm_prefetch::<_MM_HINT_T0>(fields.wrapping_add(88));
        _mm_prefetch::<_MM_HINT_T0>(fields.wrapping_add(144));
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = block;
}
