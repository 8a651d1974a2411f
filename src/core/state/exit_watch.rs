//! What follows a child: a watcher of its own memory, since a process handle has no room for one.

use std::cell::Cell;

use crate::abi::*;
use crate::core::memory::alloc;
use crate::core::memory::queue::{FedLink, List, ReadyLink};
use crate::core::turn::watcher;
use crate::sys::errno::UvResult;

/// With a pidfd the child's end is an event of the watcher; without, SIGCHLD has it fed.
#[repr(C)]
pub(crate) struct ExitWatch {
    pub(crate) io: uv__io_t,
    process: *mut uv_process_t,
}

impl ExitWatch {
    /// The one whose watcher this is.
    ///
    /// # Safety
    /// `w` was made by [`give`].
    pub(crate) unsafe fn of(w: &uv__io_t) -> &ExitWatch {
        // SAFETY: the watcher is its first field.
        unsafe { &*std::ptr::from_ref(w).cast() }
    }

    /// The handle of the child.
    pub(crate) fn process(&self) -> &uv_process_t {
        // SAFETY: the handle gives its watch up before it is the program's again.
        unsafe { &*self.process }
    }
}

/// Where the handle keeps its watch: in bytes that libuv uses on other systems only.
fn place(process: &uv_process_t) -> &Cell<*mut std::ffi::c_void> {
    &process.u.words()[1]
}

/// For a handle's init: whatever the memory held is forgotten.
pub(crate) fn init(process: &uv_process_t) {
    place(process).set(std::ptr::null_mut());
}

/// Gives the handle, which has none, its watch.
pub(crate) fn give(process: &uv_process_t) -> UvResult {
    let made = alloc::new(ExitWatch { io: zeroed(), process: std::ptr::from_ref(process).cast_mut() })?;
    place(process).set(made.cast());
    if let Some(watch) = get(process) {
        watcher::init(&watch.io, watcher::Kind::Process, -1);
    }
    Ok(())
}

pub(crate) fn get(process: &uv_process_t) -> Option<&ExitWatch> {
    // SAFETY: null, or what `give` made; it stays until `take_back`.
    unsafe { place(process).get().cast::<ExitWatch>().as_ref() }
}

/// Frees the watch, if there is one. It is in no list, and follows nothing: before there was a child, or
/// in the closing phase.
pub(crate) fn take_back(process: &uv_process_t) {
    let Some(watch) = get(process) else { return };
    debug_assert!(!List::<FedLink>::contains(&watch.io) && !List::<ReadyLink>::contains(&watch.io));
    let watch = place(process).replace(std::ptr::null_mut()).cast::<ExitWatch>();
    // SAFETY: made by `give`, and this was the last way to it.
    unsafe { alloc::delete(watch) };
}
