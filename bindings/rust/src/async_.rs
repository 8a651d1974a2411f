//! Waking the loop from other threads.
#![forbid(unsafe_code)]

use std::fmt;
use std::sync::Arc;

use crate::error::{Result, check};
use crate::event_loop::LoopRef;
use crate::handle::handle_type;
use crate::raw::handle::{self, enter};
use crate::raw::sender::{Gate, create_async};
use crate::slot::Slot;
use crate::sys::{self, uv_async_t};

handle_type! {
    /// Calls back when another thread, or this one, asks for it.
    ///
    /// It keeps the loop alive until it is closed, or told not to with [`Handle::unref`](crate::Handle::unref).
    ///
    /// ```
    /// use uv::Handle;
    ///
    /// let event_loop = uv::Loop::new()?;
    /// let (send, receive) = std::sync::mpsc::channel();
    /// let async_ = uv::Async::new(&event_loop, move |async_| {
    ///     assert_eq!(receive.try_recv(), Ok("from afar"));
    ///     async_.close();
    /// })?;
    /// let sender = async_.sender();
    /// let thread = std::thread::spawn(move || {
    ///     send.send("from afar").unwrap();
    ///     sender.send()
    /// });
    /// event_loop.run(uv::RunMode::Default);
    /// thread.join().unwrap()?;
    /// # Ok::<(), uv::Error>(())
    /// ```
    Async: uv_async_t
}

/// What other threads have of an [`Async`]. It may stay longer than the handle.
#[derive(Clone)]
pub struct AsyncSender(Arc<Gate>);

pub struct State {
    on_send: Slot<dyn FnMut(&Async)>,
    pub(crate) gate: Arc<Gate>,
}

impl handle::State for State {
    fn before_close(&self) {
        self.gate.shut();
    }

    fn clear(&self) {
        self.on_send.clear();
    }
}

impl Async {
    /// Makes the handle. `callback` is called on the loop's thread, once for any number of sends that come before it.
    pub fn new(event_loop: &LoopRef, callback: impl FnMut(&Async) + 'static) -> Result<Async> {
        let state = State { on_send: Slot::new(Box::new(callback)), gate: Arc::default() };
        create_async(event_loop, state, on_send)
    }

    /// Asks for the callback.
    pub fn send(&self) -> Result<()> {
        check(sys::uv_async_send(self.0.open()?)).map(drop)
    }

    /// What other threads can ask with.
    pub fn sender(&self) -> AsyncSender {
        AsyncSender(self.0.state.gate.clone())
    }
}

impl AsyncSender {
    /// Asks for the callback; [`Error::EINVAL`](crate::Error::EINVAL) when the handle is closing. What was written
    /// before is seen by the callback.
    pub fn send(&self) -> Result<()> {
        self.0.send()
    }
}

impl fmt::Debug for AsyncSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncSender").finish_non_exhaustive()
    }
}

extern "C" fn on_send(handle: &uv_async_t) {
    enter(handle, |async_: &Async| async_.0.state.on_send.call(|callback| callback(async_)));
}
