//! The registers that lead from a frame to the one that called it.

#![forbid(unsafe_code)]

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Registers {
    pub(super) pc: usize,
    pub(super) sp: usize,
    /// The one that functions with a frame pointer have it in; where it is not known, none.
    pub(super) fp: Option<usize>,
    /// The one that has the return address at first, where processors have such a register.
    pub(super) link: Option<usize>,
}

/// How the tables number them.
pub(super) struct Numbers {
    pub(super) sp: u64,
    pub(super) fp: u64,
}

#[cfg(target_arch = "x86_64")]
pub(super) const NUMBERS: Numbers = Numbers { sp: 7, fp: 6 };
#[cfg(target_arch = "x86")]
pub(super) const NUMBERS: Numbers = Numbers { sp: 4, fp: 5 };
#[cfg(target_arch = "aarch64")]
pub(super) const NUMBERS: Numbers = Numbers { sp: 31, fp: 29 };
/// Others are not known, and have no calls that could be found.
#[cfg(not(any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64")))]
pub(super) const NUMBERS: Numbers = Numbers { sp: u64::MAX, fp: u64::MAX };

/// A return address, which may be signed.
pub(super) fn plain(address: usize) -> usize {
    #[cfg(target_arch = "aarch64")]
    let address = address & 0xffff_ffff_ffff;
    address
}
