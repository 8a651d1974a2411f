//! Sends from other threads, which end when the handle is closed.

use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::async_::{Async, State};
use crate::error::{Error, Result, check};
use crate::event_loop::LoopRef;
use crate::raw::handle::{self, Typed};
use crate::sys::{self, uv_async_cb, uv_async_t};

/// The handle, while it may be sent to.
#[derive(Default)]
pub struct Gate(Mutex<Option<Address>>);

struct Address(NonNull<uv_async_t>);

// SAFETY: what is behind the address is used for uv_async_send alone, which any thread may call.
unsafe impl Send for Address {}

impl Gate {
    /// Lets senders in.
    ///
    /// # Safety
    ///
    /// `shut` is called before the handle is closed.
    unsafe fn open(&self, handle: &uv_async_t) {
        *self.lock() = Some(Address(NonNull::from(handle)));
    }

    /// Waits for the senders that are in, and lets nobody in any more.
    pub fn shut(&self) {
        *self.lock() = None;
    }

    pub fn send(&self) -> Result<()> {
        let handle = self.lock();
        let Some(Address(handle)) = &*handle else { return Err(Error::EINVAL) };
        // SAFETY: the handle was open when it was put there. Who closes it must pass `shut`, and that the lock.
        check(sys::uv_async_send(unsafe { handle.as_ref() })).map(drop)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Address>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub fn create_async(event_loop: &LoopRef, state: State, on_send: uv_async_cb) -> Result<Async> {
    let gate = state.gate.clone();
    let async_: Async = handle::create(event_loop, state, |event_loop, handle| {
        sys::uv_async_init(event_loop, handle, on_send)
    })?;
    // SAFETY: it is the gate of the handle's state, which shuts it before the handle is closed.
    unsafe { gate.open(async_.owner().open()?) };
    Ok(async_)
}
