//! The library's modules: those that are checked, and in the place of others as much as they need.

/// A module with the library's own text, as `build.rs` has taken it.
macro_rules! taken {
    ($name:ident, $path:literal) => {
        pub(crate) mod $name {
            include!(concat!(env!("OUT_DIR"), "/", $path));
        }
    };
}

pub(crate) mod abi;
pub(crate) mod core;
pub(crate) mod handles;
pub(crate) mod sys;
