//! A loop and its handles, as the models' threads see them.

use std::cell::RefCell;

use crate::abi::{Gate, Held, Word, Words, hold, uv__queue, uv_async_t, uv_loop_t, uv_work_t};
use crate::cell::Cell;
use crate::core::memory::leaf::Leaf;
use crate::core::memory::queue::{AsyncLink, Head, List, async_handles, finished_jobs};
use crate::core::observe::call::Call;
use crate::core::state::inner::{Batches, LoopInner, Shared};
use crate::core::state::job::Work;
use crate::core::state::job_stack::JobStack;
use crate::core::state::metrics::Metrics;
use crate::core::state::poller::Poller;
use crate::core::state::sends::{self, Sends};
use crate::core::state::spin::Adaptive;
use crate::core::state::wakeup::Wakeup;
use crate::core::turn::poll_phase::turn;
use crate::kernel::EventFd;
use crate::sync::atomic::AtomicU32;

/// Memory that all threads of a model see: what they do with it is what is checked.
pub struct Place<T>(*mut T);

impl<T> Clone for Place<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Place<T> {}

// SAFETY: loom runs one thread at a time, and tells of races.
unsafe impl<T> Send for Place<T> {}

impl<T> Place<T> {
    pub fn new(value: T) -> Place<T> {
        Place(Box::into_raw(Box::new(value)))
    }

    pub fn get(self) -> &'static T {
        // SAFETY: there until `take`.
        unsafe { &*self.0 }
    }

    pub fn as_ptr(self) -> *mut T {
        self.0
    }

    /// The memory goes.
    pub fn take(self) -> Box<T> {
        // SAFETY: the model does this once, when nobody should have the place any more.
        unsafe { Box::from_raw(self.0) }
    }
}

/// A loop outside uv_run. With other descriptors it asks the kernel each time.
pub fn new_loop(has_others: bool) -> Place<uv_loop_t> {
    let poller = Poller { event: EventFd::new(), has_others };
    let wakeup = Wakeup::new(&poller).unwrap();
    let queue = || uv__queue::new();
    let place = Place::new(uv_loop_t {
        inner: LoopInner {
            shared: Shared {
                wakeup,
                completions: JobStack::new(),
                async_pending: Sends::new(),
                metrics: Metrics,
            },
            poller: Leaf::new(poller),
            adaptive: Leaf::new(Adaptive::new()),
            next_async: Cell::new(1),
            batches: Batches { asyncs: Head::new() },
            now_ns: Cell::new(0),
            has_slept: Cell::new(false),
            waker_watcher: (),
        },
        wq: queue(),
        async_handles: queue(),
        time: Cell::new(0),
        flags: Cell::new(0),
        handles: RefCell::new(Vec::new()),
    });
    let loop_ = place.get();
    loop_.wq.init();
    loop_.async_handles.init();
    loop_.inner.batches.asyncs.init();
    place
}

pub fn event_of(loop_: &uv_loop_t) -> EventFd {
    loop_.inner.poller.with(|poller| poller.event.clone())
}

/// uv_run: turns until the program has what it waits for.
pub fn run(loop_: &uv_loop_t, is_done: impl Fn() -> bool) {
    loop_.inner.wakeup.rise();
    while !is_done() {
        turn(loop_, -1);
    }
    loop_.inner.wakeup.leave();
}

/// uv_run in a callback.
pub fn run_nested(loop_: &uv_loop_t, is_done: impl Fn() -> bool) {
    crate::handles::async_::give_back(loop_);
    crate::core::threadpool::finish::give_back(loop_);
    while !is_done() {
        turn(loop_, -1);
    }
}

/// uv_loop_close, after which the memory is the program's.
pub fn close(place: Place<uv_loop_t>) {
    place.get().inner.wakeup.wait_for_holders();
    let mut loop_ = place.take();
    loop_.inner.shared.wakeup.free();
    loop_.inner.shared.completions.free();
    loop_.inner.shared.async_pending.free();
}

pub fn new_async(loop_: Place<uv_loop_t>, cb: fn(&uv_async_t)) -> Place<uv_async_t> {
    let place = Place::new(uv_async_t {
        r#loop: Cell::new(loop_.as_ptr()),
        pending: Word(AtomicU32::new(0)),
        u: Words(std::array::from_fn(|_| Cell::new(std::ptr::null_mut()))),
        queue: uv__queue::new(),
        is_closing: Cell::new(false),
        is_closed: Cell::new(false),
        told: Cell::new(0),
        async_cb: std::cell::Cell::new(cb),
    });
    let number = &loop_.get().inner.next_async;
    sends::init(place.get(), number.get());
    number.set(number.get() + 1);
    List::<AsyncLink>::init(place.get());
    loop_.get().handles.borrow_mut().push(place.as_ptr());
    place
}

pub fn send(handle: Place<uv_async_t>) {
    // SAFETY: the model's handle.
    unsafe { crate::core::turn::sender::sender(handle.as_ptr()) }.send();
}

pub fn close_async(handle: &uv_async_t) {
    handle.is_closing.set(true);
    crate::handles::async_::close(handle);
    assert!(handle.is_closed.get());
}

/// The close callback was called: the memory is the program's.
pub fn free_async(handle: Place<uv_async_t>) {
    handle.take().pending.0.free();
}

impl Work for uv_work_t {
    fn run(request: &Held<uv_work_t>) {
        match &request.gate {
            Gate::None => {}
            Gate::Waits(gate) => assert!(gate.fetch(true)),
            Gate::Opens(gate) => gate.write(),
        }
        request.runs.set(request.runs.get() + 1);
    }

    fn describe(_request: &Held<uv_work_t>) -> Call<'_> {
        Call::none()
    }

    fn done(request: Held<uv_work_t>, status: i32) {
        assert_eq!(request.told.replace(Some(status)), None, "told twice");
        // SAFETY: the token ends here.
        let _ = request.into_raw();
    }
}

pub fn new_work() -> Place<uv_work_t> {
    Place::new(uv_work_t::new())
}

/// Two works, of which the first lasts until the second has been carried out.
pub fn new_pair() -> [Place<uv_work_t>; 2] {
    let gate = EventFd::new();
    let work = |gate| Place::new(uv_work_t { gate, ..uv_work_t::new() });
    [work(Gate::Waits(gate.clone())), work(Gate::Opens(gate))]
}

pub fn held(work: Place<uv_work_t>) -> Held<uv_work_t> {
    // SAFETY: the model begins it once.
    unsafe { hold(work.as_ptr()) }
}

/// Begun once, told once, and what it was told is true.
pub fn check_work(work: Place<uv_work_t>) {
    let work = work.take();
    match work.told.get() {
        Some(0) => assert_eq!(work.runs.get(), 1, "told that it was done"),
        Some(_) => assert_eq!(work.runs.get(), 0, "told that it was cancelled"),
        None => panic!("never told"),
    }
}
