//! Android: Linux, but for what its C library and its folders have otherwise.

pub(crate) use super::linux::*;

pub(crate) mod c_library;
pub(crate) mod temporary;
