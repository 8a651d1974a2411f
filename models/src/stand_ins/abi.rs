//! As much of `uv.h` as the models need.

use libc::{c_int, c_void};

use crate::cell::Cell;
use crate::core::state::inner::LoopInner;
use crate::kernel::EventFd;
use crate::sync::atomic::AtomicU32;

pub(crate) mod kinds {
    #[allow(clippy::missing_safety_doc, reason = "a stand-in")]
    pub(crate) unsafe trait Lent {}
    unsafe impl<T> Lent for T {}
}

pub(crate) use kinds::Lent;

taken!(held, "abi/held.rs");
pub(crate) use held::{Held, Slot, hold};

pub struct uv__queue {
    pub next: Cell<*mut uv__queue>,
    pub prev: Cell<*mut uv__queue>,
}

pub struct uv__work {
    pub work: Cell<Option<unsafe extern "C" fn(*mut uv__work)>>,
    pub done: Cell<Option<unsafe extern "C" fn(*mut uv__work, c_int)>>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub wq: uv__queue,
}

impl uv__work {
    fn new() -> uv__work {
        uv__work {
            work: Cell::new(None),
            done: Cell::new(None),
            r#loop: Cell::new(std::ptr::null_mut()),
            wq: uv__queue::new(),
        }
    }
}

/// What a work waits for, or does for another one.
pub enum Gate {
    None,
    Waits(EventFd),
    Opens(EventFd),
}

macro_rules! requests {
    ($($name:ident)*) => { $(
        pub struct $name {
            pub work_req: uv__work,
            /// How often it was carried out, and what it was told.
            pub runs: Cell<u32>,
            pub told: Cell<Option<c_int>>,
            /// It lasts until another one has opened this, or opens it.
            pub gate: Gate,
        }

        impl $name {
            pub fn new() -> $name {
                $name { work_req: uv__work::new(), runs: Cell::new(0), told: Cell::new(None), gate: Gate::None }
            }
        }
    )* };
}

requests!(uv_work_t uv_random_t uv_fs_t uv_getaddrinfo_t uv_getnameinfo_t);

pub struct uv_loop_t {
    pub(crate) inner: LoopInner,
    /// Finished jobs.
    pub wq: uv__queue,
    pub async_handles: uv__queue,
    pub time: Cell<u64>,
    pub flags: Cell<u64>,
    pub handles: std::cell::RefCell<Vec<*const uv_async_t>>,
}

/// `pending` of an async handle: an atomic in C's memory.
pub struct Word(pub AtomicU32);

impl Word {
    pub fn as_ptr(&self) -> *mut c_int {
        std::ptr::from_ref(&self.0).cast_mut().cast()
    }

    pub fn set(&self, value: c_int) {
        self.0.store(value as u32, std::sync::atomic::Ordering::Relaxed);
    }
}

pub struct Words(pub [Cell<*mut c_void>; 4]);

impl Words {
    pub fn words(&self) -> &[Cell<*mut c_void>; 4] {
        &self.0
    }
}

pub struct uv_async_t {
    pub r#loop: Cell<*mut uv_loop_t>,
    pub pending: Word,
    pub u: Words,
    pub queue: uv__queue,
    pub is_closing: Cell<bool>,
    pub is_closed: Cell<bool>,
    /// How often it was told.
    pub told: Cell<u32>,
    /// What the program does then.
    pub async_cb: std::cell::Cell<fn(&uv_async_t)>,
}

impl uv_async_t {
    pub fn owner(&self) -> &uv_loop_t {
        // SAFETY: set when it was made.
        unsafe { &*self.r#loop.get() }
    }

    pub fn kind(&self) -> AnyHandle<'_> {
        AnyHandle::Async(self)
    }
}

pub enum AnyHandle<'a> {
    Async(&'a uv_async_t),
    Other,
}
