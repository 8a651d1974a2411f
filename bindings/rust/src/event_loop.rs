//! The loop.
#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use crate::error::Result;
use crate::raw::event_loop::Inner;
use crate::raw::handle::AnyCore;
use crate::sys::{self, uv_loop_t};

/// An event loop.
///
/// It belongs to the thread that has made it, as do its handles. What can be done with it without owning it is in
/// [`LoopRef`], which this derefs to: handles are made with a `&LoopRef`, so a `&Loop` will do.
///
/// Dropping it closes all of its handles, waits until the requests that are under way have ended (their callbacks are
/// called), and frees it. Handles that the program still has are closed then: what they are asked for is
/// [`Error::EINVAL`](crate::Error::EINVAL).
///
/// ```
/// use std::time::Duration;
///
/// let event_loop = uv::Loop::new()?;
/// let timer = uv::Timer::new(&event_loop)?;
/// timer.start(Duration::from_millis(10), Duration::ZERO, |_| println!("10 ms later"))?;
/// event_loop.run(uv::RunMode::Default);
/// # Ok::<(), uv::Error>(())
/// ```
pub struct Loop(LoopRef);

/// A shared pointer to a loop, for whoever makes handles of it. It does not keep the loop open.
#[derive(Clone)]
pub struct LoopRef(Rc<Inner>);

/// How long [`Loop::run`] runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// Until nothing is alive any more, or [`LoopRef::stop`] is called.
    Default,
    /// For one turn, which waits for something to happen.
    Once,
    /// For one turn that does not wait.
    NoWait,
}

impl Loop {
    /// Makes a loop.
    pub fn new() -> Result<Loop> {
        let event_loop = Loop(LoopRef(Rc::new(Inner::new()?)));
        #[cfg(feature = "futures")]
        event_loop.0.prepare_tasks()?;
        Ok(event_loop)
    }

    /// Runs the loop. Returns whether something is still alive.
    ///
    /// # Panics
    ///
    /// A panic in a callback stops the loop, as [`LoopRef::stop`] does, and goes on here; the loop may be run again.
    /// Callbacks that were due in the same turn are called before. It panics, too, if it is called in a callback of
    /// the same loop.
    pub fn run(&self, mode: RunMode) -> bool {
        self.0.0.run(match mode {
            RunMode::Default => 0,
            RunMode::Once => 1,
            RunMode::NoWait => 2,
        })
    }
}

impl Deref for Loop {
    type Target = LoopRef;

    fn deref(&self) -> &LoopRef {
        &self.0
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        self.0.0.close();
    }
}

impl fmt::Debug for Loop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loop")
            .field("handles", &self.handle_count())
            .field("alive", &self.is_alive())
            .finish()
    }
}

impl fmt::Debug for LoopRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopRef").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}

impl LoopRef {
    /// Makes [`Loop::run`] return when this turn is over.
    pub fn stop(&self) {
        if let Ok(event_loop) = self.open() {
            sys::uv_stop(event_loop);
        }
    }

    /// Whether there are handles that are active, requests under way, or handles being closed.
    pub fn is_alive(&self) -> bool {
        self.open().is_ok_and(|event_loop| sys::uv_loop_alive(event_loop) != 0)
    }

    /// Whether the [`Loop`] was dropped.
    pub fn is_closed(&self) -> bool {
        self.open().is_err()
    }

    /// The loop's time in milliseconds: that of the beginning of this turn. It begins anywhere.
    pub fn now(&self) -> u64 {
        self.open().map_or(0, |event_loop| sys::uv_now(event_loop))
    }

    /// Sets the loop's time to the present.
    pub fn update_time(&self) {
        if let Ok(event_loop) = self.open() {
            sys::uv_update_time(event_loop);
        }
    }

    /// The descriptor that becomes readable when there is something to do for a loop that does not run.
    pub fn backend_fd(&self) -> Result<i32> {
        self.open().map(|event_loop| sys::uv_backend_fd(event_loop))
    }

    /// How many milliseconds the loop would wait; `None` if it would wait for as long as it takes.
    pub fn backend_timeout(&self) -> Result<Option<u32>> {
        self.open().map(|event_loop| u32::try_from(sys::uv_backend_timeout(event_loop)).ok())
    }

    /// How many handles are not closed yet.
    pub fn handle_count(&self) -> usize {
        let own = usize::from(cfg!(feature = "futures") && !self.is_closed());
        self.0.handles.borrow().len() - own
    }

    /// Whether both are the same loop.
    pub fn is(&self, other: &LoopRef) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn open(&self) -> Result<&uv_loop_t> {
        self.0.open()
    }

    pub(crate) fn guard(&self, call: impl FnOnce()) {
        self.0.guard(call);
    }

    pub(crate) fn handles(&self) -> &RefCell<BTreeMap<u64, Rc<dyn AnyCore>>> {
        &self.0.handles
    }

    pub(crate) fn next_number(&self) -> u64 {
        self.0.next_number()
    }

    pub(crate) fn requests(&self) -> &Cell<usize> {
        &self.0.requests
    }

    pub(crate) fn take_buffer(&self) -> Vec<u8> {
        self.0.take_buffer()
    }

    pub(crate) fn give_buffer(&self, buffer: Vec<u8>) {
        self.0.give_buffer(buffer);
    }

    #[cfg(feature = "futures")]
    pub(crate) fn executor(&self) -> &RefCell<Option<Rc<crate::futures::Executor>>> {
        &self.0.executor
    }
}
