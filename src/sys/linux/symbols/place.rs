//! What is at an address, for people.

#![forbid(unsafe_code)]

use std::fmt;

/// The bits of a pointer to code that are its address: on Arm the lowest one tells of the set of instructions.
pub(super) const ADDRESS_BITS: usize = if cfg!(target_arch = "arm") { !1 } else { !0 };

/// What an address is part of. A name that is not known is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    /// As a person would write it, for C++ and Rust without parameters.
    pub(crate) function: &'a str,
    /// The file's name, without its folder.
    pub(crate) module: &'a str,
    /// From the function's first byte, or, without one, from where the module's addresses begin.
    pub(crate) offset: usize,
    pub(crate) address: usize,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.function, self.module, self.offset) {
            ("", "", _) => write!(f, "{:#x}", self.address),
            ("", module, offset) => write!(f, "{module}+{offset:#x}"),
            (function, _, 0) => f.write_str(function),
            (function, _, offset) => write!(f, "{function}+{offset:#x}"),
        }
    }
}
