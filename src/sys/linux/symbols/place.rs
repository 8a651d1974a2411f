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
    /// From where the module's addresses begin.
    pub(crate) in_module: usize,
    pub(crate) address: usize,
}

/// `on_read (server+0x1139)`: the function, and for tools that know lines the place in the module.
pub(crate) struct InFull<'a, 'p>(pub(crate) &'a Place<'p>);

impl fmt::Display for InFull<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self.0 {
            Place { function, module, in_module, .. } if !function.is_empty() && !module.is_empty() => {
                write!(f, "{function} ({module}+{in_module:#x})")
            }
            Place { function, address, .. } if !function.is_empty() => write!(f, "{function} ({address:#x})"),
            _ => self.0.fmt(f),
        }
    }
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
