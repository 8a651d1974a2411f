//! The loop itself: running it, what its callbacks go through, and its end.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::error::{Error, Result, check};
use crate::raw::handle::AnyCore;
use crate::raw::memory::Memory;
use crate::sys::{self, uv_loop_t};

/// What C suggests for a read.
const BUFFER: usize = 64 * 1024;

pub struct Inner {
    memory: Memory<uv_loop_t>,
    stage: Cell<Stage>,
    is_running: Cell<bool>,
    /// The panics of callbacks, until the run that called them returns.
    panics: RefCell<Vec<Box<dyn Any + Send>>>,
    /// Every handle whose close callback has not been called, in the order in which they were made.
    pub handles: RefCell<BTreeMap<u64, Rc<dyn AnyCore>>>,
    next: Cell<u64>,
    /// How many requests are under way.
    pub requests: Cell<usize>,
    /// Memory to read into that nobody has at present.
    buffers: RefCell<Vec<Vec<u8>>>,
    #[cfg(feature = "futures")]
    pub executor: RefCell<Option<Rc<crate::futures::Executor>>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Open,
    /// Being closed: nothing new is begun.
    Closing,
}

impl Inner {
    pub fn new() -> Result<Inner> {
        let memory = Memory::new();
        check(sys::uv_loop_init(memory.fresh()).status())?;
        Ok(Inner {
            memory,
            stage: Cell::new(Stage::Open),
            is_running: Cell::new(false),
            panics: RefCell::default(),
            handles: RefCell::default(),
            next: Cell::new(0),
            requests: Cell::new(0),
            buffers: RefCell::default(),
            #[cfg(feature = "futures")]
            executor: RefCell::new(None),
        })
    }

    /// The loop for a call of C's, unless it is closed or about to be.
    pub fn open(&self) -> Result<&uv_loop_t> {
        if self.stage.get() == Stage::Open { Ok(self.memory.get()) } else { Err(Error::EINVAL) }
    }

    /// Runs the loop and returns whether something is still alive; a panic of a callback comes out here.
    pub fn run(&self, mode: u32) -> bool {
        let alive = self.turn(mode);
        self.resume_panic();
        alive
    }

    fn turn(&self, mode: u32) -> bool {
        assert!(!self.is_running.replace(true), "a callback must not run the loop that calls it");
        // SAFETY: no callback of this loop is under way, and `close` has not come to its end: whoever has a `Loop` may
        // run it, and only its drop closes it. No callback unwinds.
        let alive = unsafe { sys::uv_run(self.memory.get(), mode) };
        self.is_running.set(false);
        alive != 0
    }

    fn resume_panic(&self) {
        let mut panics = self.panics.take();
        if !panics.is_empty() {
            let first = panics.remove(0);
            // What the others have said is dropped here, where a drop may panic.
            drop(panics);
            std::panic::resume_unwind(first);
        }
    }

    /// Calls the program from a callback of C's, which must not unwind. What panics waits for `run`, which is to return
    /// soon.
    pub fn guard(&self, call: impl FnOnce()) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(call)) {
            sys::uv_stop(self.memory.get());
            self.panics.borrow_mut().push(payload);
        }
    }

    /// Closes all handles, waits for them and for the requests, and then closes the loop.
    pub fn close(self: &Rc<Self>) {
        self.stage.set(Stage::Closing);
        #[cfg(feature = "futures")]
        self.guard(|| drop(self.executor.take()));
        while !self.handles.borrow().is_empty() || self.requests.get() > 0 {
            let handles: Vec<_> = self.handles.borrow().values().cloned().collect();
            for handle in handles {
                self.guard(|| handle.close());
            }
            self.turn(0);
        }
        // SAFETY: outside of `run`, and nothing uses the loop: it has no handle and no request, and gets no new one.
        let status = unsafe { sys::uv_loop_close(self.memory.get()) };
        if status != 0 {
            // Never, as long as the library keeps its word; if it does not, it keeps the memory.
            std::mem::forget(self.clone());
        }
        if !std::thread::panicking() {
            self.resume_panic();
        }
    }

    /// A number that no handle of the loop has had.
    pub fn next_number(&self) -> u64 {
        self.next.replace(self.next.get() + 1)
    }

    pub fn take_buffer(&self) -> Vec<u8> {
        self.buffers.borrow_mut().pop().unwrap_or_else(|| vec![0; BUFFER])
    }

    pub fn give_buffer(&self, buffer: Vec<u8>) {
        self.buffers.borrow_mut().push(buffer);
    }
}
