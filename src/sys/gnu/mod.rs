//! Linux with the C libraries of distributions: glibc, and musl, which has all that is here as glibc does.

pub(crate) use super::linux::*;

pub(crate) mod c_library;
pub(crate) mod temporary;
