//! Structures of the program's that tell their own size: those of another version of `uv/ext.h` are shorter or longer.

use libc::c_void;

use crate::core::memory::out::{OutBytes, lend_out_bytes};
use crate::sys::errno::{Errno, UvResult};

/// Where the figures begin: behind the size.
const FIRST: usize =
    if size_of::<usize>() > align_of::<u64>() { size_of::<usize>() } else { align_of::<u64>() };

/// Longer ones are none of `uv/ext.h`.
const LONGEST: usize = 4096;

/// A size, and figures of 64 bits behind it.
pub(crate) struct Sized<'a>(OutBytes<'a>);

/// The structure that `at` points to; `UV_EINVAL` for null, or a size with which it holds nothing or cannot be one.
///
/// # Safety
/// `at` is null, or points to the structure's size, and so many bytes from there on are writable for the length of
/// the call.
pub(crate) unsafe fn lend_sized<'a>(at: *mut c_void) -> UvResult<Sized<'a>> {
    // SAFETY: what is not null begins with its size, and is writable for as long as that.
    unsafe {
        let size = *at.cast::<usize>().as_ref().ok_or(Errno::EINVAL)?;
        let fits = (FIRST + size_of::<u64>()..=LONGEST).contains(&size);
        lend_out_bytes(at, size).filter(|_| fits).map(Sized).ok_or(Errno::EINVAL)
    }
}

impl Sized<'_> {
    /// Writes the figures for which there is room, and zeros behind them: what the program knows, and we do not.
    pub(crate) fn set(mut self, figures: &[u64]) {
        let places = (FIRST..self.0.len()).step_by(size_of::<u64>());
        for (place, figure) in places.zip(figures.iter().copied().chain(std::iter::repeat(0))) {
            self.0.put(place, &figure.to_ne_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{uv_ext_loop_metrics_s, uv_ext_pool_metrics_s};

    const WORDS: usize = FIRST / size_of::<u64>();

    /// Figures of one structure, as a program finds them that has given so many bytes.
    fn written(size: usize, figures: &[u64]) -> UvResult<[u64; 8]> {
        let mut memory = [7_u64; 8];
        let at: *mut c_void = memory.as_mut_ptr().cast();
        // SAFETY: room for a size, and for so many bytes unless it is refused.
        unsafe {
            at.cast::<usize>().write(size);
            lend_sized(at)?.set(figures);
        }
        memory[0] = 0;
        Ok(memory)
    }

    #[test]
    fn what_fits_is_filled_and_the_rest_is_zero() {
        assert_eq!(WORDS, 1);
        assert_eq!(written(24, &[1, 2, 3]), Ok([0, 1, 2, 7, 7, 7, 7, 7]));
        assert_eq!(written(31, &[1, 2, 3]), Ok([0, 1, 2, 7, 7, 7, 7, 7]));
        assert_eq!(written(48, &[1, 2, 3]), Ok([0, 1, 2, 3, 0, 0, 7, 7]));
    }

    #[test]
    fn sizes_that_cannot_be_are_refused() {
        for size in [0, 1, 8, 15, LONGEST + 1, usize::MAX] {
            assert_eq!(written(size, &[1]), Err(Errno::EINVAL), "{size}");
        }
        // SAFETY: null is allowed.
        assert!(unsafe { lend_sized(std::ptr::null_mut()) }.is_err());
    }

    #[test]
    fn structures_are_a_size_and_figures() {
        assert_eq!(size_of::<uv_ext_loop_metrics_s>(), FIRST + 10 * size_of::<u64>());
        assert_eq!(size_of::<uv_ext_pool_metrics_s>(), FIRST + 13 * size_of::<u64>());
    }
}
