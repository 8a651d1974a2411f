//! The names of loops and handles, where they are told of.
//!
//! A handle that has one is marked, and init functions take all marks away: what is found in the table for a handle
//! without the mark was for one that had its memory before.

#![forbid(unsafe_code)]

use crate::abi::{uv_handle_t, uv_loop_t};
use crate::core::inner;
use crate::core::state::handle::{flags, is_closing};
use crate::core::state::names::Name;
use crate::sys::errno::{Errno, UvResult};

fn address<T>(of: &T) -> usize {
    std::ptr::from_ref(of).addr()
}

pub(crate) fn of_loop(loop_: &uv_loop_t) -> Option<Name> {
    inner(loop_).names.with(|names| names.get(address(loop_)))
}

pub(crate) fn set_for_loop(loop_: &uv_loop_t, name: Option<Name>) -> UvResult {
    inner(loop_).names.with(|names| match name {
        Some(name) => names.set(address(loop_), name),
        None => {
            names.remove(address(loop_));
            Ok(())
        }
    })
}

pub(crate) fn of_handle(handle: &uv_handle_t) -> Option<Name> {
    if handle.has(flags::NAMED) { of_address(handle.owner(), address(handle)) } else { None }
}

/// Of a handle that is marked.
pub(super) fn of_address(loop_: &uv_loop_t, handle: usize) -> Option<Name> {
    inner(loop_).names.with(|names| names.get(handle))
}

/// `UV_EINVAL` for a handle that is closing: its name goes just now.
pub(crate) fn set_for_handle(handle: &uv_handle_t, name: Option<Name>) -> UvResult {
    if is_closing(handle) {
        return Err(Errno::EINVAL);
    }
    let Some(name) = name else {
        forget(handle);
        return Ok(());
    };
    inner(handle.owner()).names.with(|names| names.set(address(handle), name))?;
    handle.set(flags::NAMED);
    Ok(())
}

/// The handle goes, or is to have no name.
pub(crate) fn forget(handle: &uv_handle_t) {
    if handle.has(flags::NAMED) {
        handle.clear(flags::NAMED);
        inner(handle.owner()).names.with(|names| names.remove(address(handle)));
    }
}
