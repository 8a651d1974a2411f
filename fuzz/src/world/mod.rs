//! A program driven by bytes: it makes handles and requests on a loop, uses and closes them, also in their
//! callbacks and in runs inside of them, and counts what it is told.
//!
//! What must hold whatever it does:
//! - each request that was begun is called back exactly once, and its memory is freed there;
//! - each handle that was closed is called back exactly once, and its memory is freed there; it is told of
//!   nothing between the call and that;
//! - each buffer that was given for reading comes back exactly once;
//! - in the end all is closed, `uv_loop_close` is 0, and no descriptor is left open.
//!
//! All memory is of its exact size, so AddressSanitizer sees whatever is touched too late or too far.

mod files;
mod jobs;
mod others;
mod streams;
mod udp;

use std::alloc::{Layout, alloc, dealloc};
use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::mpsc;

use uv::abi::*;

use crate::api::Api;
use crate::bytes::Bytes;
use crate::memory::Exact;

/// Steps of one script, in callbacks and outside.
const STEPS: u32 = 160;
/// Runs inside of each other.
const DEPTH: u32 = 3;
/// Runs that wait.
const WAITS: u32 = 4;
const HANDLES: usize = 40;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Timer,
    /// A timer that ends waits, which the script leaves alone.
    Guard,
    Idle,
    Prepare,
    Check,
    Async,
    Poll,
    Signal,
    Pipe,
    Tcp,
    Udp,
    Tty,
    FsEvent,
    FsPoll,
    Process,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Closing,
    Closed,
}

/// What the program knows of a handle; the handle's own memory goes with its close callback.
pub struct Thing {
    world: *const World,
    kind: Kind,
    handle: Cell<*mut uv_handle_t>,
    layout: Layout,
    state: Cell<State>,
    /// Descriptors of the program's own, closed with the handle.
    fds: [Cell<c_int>; 2],
    ipc: bool,
    listens: Cell<bool>,
    /// Of a process: its number, until it is told of its end.
    pid: Cell<c_int>,
    /// Sends on their way in the other thread.
    sends: AtomicU32,
    /// A write may have it yet that passes it on.
    is_passed: Cell<bool>,
}

impl Thing {
    fn is_stream(&self) -> bool {
        matches!(self.kind, Kind::Pipe | Kind::Tcp | Kind::Tty)
    }

    fn of<T>(&self) -> *mut T {
        self.handle.get().cast()
    }
}

pub struct World {
    api: &'static Api,
    loop_: *mut uv_loop_t,
    script: RefCell<Bytes<'static>>,
    things: RefCell<Vec<&'static Thing>>,
    steps: Cell<u32>,
    depth: Cell<u32>,
    /// Runs that may still wait, which takes long.
    waits: Cell<u32>,
    /// Requests under way.
    requests: Cell<u32>,
    /// Of them those that can be cancelled.
    jobs: RefCell<Vec<*mut uv_req_t>>,
    /// Buffers given for reading and not come back.
    buffers: Cell<u32>,
    files: files::Files,
    raised: Cell<u32>,
    spawned: Cell<u32>,
    children: RefCell<Vec<c_int>>,
    /// Handles that were closed, which writes may still look at.
    kept: RefCell<Vec<(*mut u8, Layout)>>,
    terminals: Cell<u32>,
    ends: Cell<bool>,
}

/// Plays a script. It panics, or the sanitizer ends it, if something is not as it must be.
pub fn play(api: &'static Api, script: &[u8]) {
    let before = lowest_descriptor();
    // SAFETY: the script outlives the world, which is gone when this returns.
    let script: &'static [u8] = unsafe { std::mem::transmute(script) };
    let world = World::new(api, script);
    // SAFETY: `free` is the last that is done with it.
    let this = unsafe { &*world };
    while !this.script.borrow().is_empty() && this.steps.get() > 0 {
        this.step();
    }
    this.end();
    // SAFETY: nothing of the loop is left, as `end` has checked.
    unsafe { World::free(world) };
    static IS_WARM: OnceLock<()> = OnceLock::new();
    // The first loop opens what the process keeps.
    if IS_WARM.set(()).is_err() {
        assert_eq!(lowest_descriptor(), before, "a descriptor was left open, or closed twice");
    }
}

fn lowest_descriptor() -> c_int {
    // SAFETY: descriptors alone.
    unsafe {
        let fd = libc::dup(0);
        assert!(fd >= 0, "no descriptor to be had: some are left open");
        libc::close(fd);
        fd
    }
}

impl World {
    fn new(api: &'static Api, script: &'static [u8]) -> *mut World {
        let loop_ = take(Layout::new::<uv_loop_t>()).cast::<uv_loop_t>();
        // SAFETY: memory for a loop.
        assert_eq!(unsafe { (api.uv_loop_init)(loop_) }, 0);
        Box::into_raw(Box::new(World {
            api,
            loop_,
            script: RefCell::new(Bytes::new(script)),
            things: RefCell::new(Vec::new()),
            steps: Cell::new(STEPS),
            depth: Cell::new(0),
            waits: Cell::new(WAITS),
            requests: Cell::new(0),
            jobs: RefCell::new(Vec::new()),
            buffers: Cell::new(0),
            files: files::Files::new(),
            raised: Cell::new(0),
            spawned: Cell::new(0),
            children: RefCell::new(Vec::new()),
            kept: RefCell::new(Vec::new()),
            terminals: Cell::new(0),
            ends: Cell::new(false),
        }))
    }

    /// # Safety
    /// The loop is closed, and this is the last use.
    unsafe fn free(this: *mut World) {
        // SAFETY: made by `new`; the things' handles are gone.
        unsafe {
            let this = Box::from_raw(this);
            for thing in this.things.borrow().iter() {
                drop(Box::from_raw(std::ptr::from_ref::<Thing>(thing).cast_mut()));
            }
            for (memory, layout) in this.kept.take() {
                give_back(memory, layout);
            }
            give_back(this.loop_.cast(), Layout::new::<uv_loop_t>());
        }
    }

    fn byte(&self) -> u8 {
        self.script.borrow_mut().next()
    }

    fn below(&self, bound: usize) -> usize {
        self.script.borrow_mut().below(bound)
    }

    /// One more thing to do, if there is something left of the script.
    fn step(&self) {
        if self.steps.get() == 0 || self.ends.get() {
            return;
        }
        self.steps.set(self.steps.get() - 1);
        match self.below(32) {
            0 => self.new_timer(),
            1 => self.use_timer(),
            2 => self.new_phase(),
            3 => self.use_phase(),
            4 => self.new_async(),
            5 => self.send(),
            6 => self.new_pipes(),
            7 => self.new_server(),
            8 => self.connect(),
            9 => self.use_reading(),
            10 | 11 => self.write(),
            12 | 13 => self.pass(),
            14 => self.try_write(),
            15 => self.shut(),
            16 | 17 => self.close_one(),
            18 => self.use_ref(),
            19 => self.new_poll(),
            20 => self.use_poll(),
            21 => self.signal(),
            22 => self.new_udp(),
            23 => self.use_udp(),
            24 => self.watch_file(),
            25 => self.rare(),
            26 => self.new_job(),
            27 => self.cancel(),
            28 => self.file_request(),
            29 => self.ask(),
            30 => self.run(UV_RUN_ONCE),
            _ => self.run(UV_RUN_NOWAIT),
        }
    }

    /// What is done in a callback: mostly nothing.
    fn in_callback(&self) {
        if self.ends.get() || self.script.borrow().is_empty() {
            return;
        }
        for _ in 0..[0, 0, 1, 1, 2, 3][self.below(6)] {
            self.step();
        }
    }

    fn run(&self, mode: uv_run_mode) {
        if self.depth.get() >= DEPTH {
            return;
        }
        self.depth.set(self.depth.get() + 1);
        let mode = if self.waits.get() > 0 { mode } else { UV_RUN_NOWAIT };
        let guard = (mode == UV_RUN_ONCE).then(|| {
            self.waits.set(self.waits.get() - 1);
            self.new_guard()
        });
        // SAFETY: a loop, which may be run in a callback (docs/differences.md).
        unsafe { (self.api.uv_run)(self.loop_, mode) };
        if let Some(guard) = guard {
            self.close(guard);
        }
        self.depth.set(self.depth.get() - 1);
    }

    /// Memory for a handle, and what is known of it. It is initialised by the caller.
    fn add<T>(&self, kind: Kind) -> &'static Thing {
        self.add_with::<T>(kind, [-1, -1], false)
    }

    fn add_with<T>(&self, kind: Kind, fds: [c_int; 2], ipc: bool) -> &'static Thing {
        let layout = Layout::new::<T>();
        let thing: &'static Thing = Box::leak(Box::new(Thing {
            world: self,
            kind,
            handle: Cell::new(take(layout).cast()),
            layout,
            state: Cell::new(State::Open),
            fds: fds.map(Cell::new),
            ipc,
            listens: Cell::new(false),
            pid: Cell::new(0),
            sends: AtomicU32::new(0),
            is_passed: Cell::new(false),
        }));
        self.things.borrow_mut().push(thing);
        thing
    }

    /// After the handle's init: its way back to the thing.
    fn made(&self, thing: &'static Thing, status: c_int) {
        assert_eq!(status, 0, "{:?} is not made", thing.kind);
        // SAFETY: an initialised handle.
        unsafe { (*thing.handle.get()).data.set(std::ptr::from_ref(thing).cast_mut().cast()) };
    }

    fn is_full(&self) -> bool {
        self.things.borrow().len() >= HANDLES
    }

    /// An open handle that will do, if there is one.
    fn pick(&self, will_do: impl Fn(&Thing) -> bool) -> Option<&'static Thing> {
        let things = self.things.borrow();
        let start = self.below(things.len());
        let from_start = things.iter().cycle().skip(start).take(things.len());
        from_start
            .copied()
            .find(|thing| thing.state.get() == State::Open && thing.kind != Kind::Guard && will_do(thing))
    }

    fn close_one(&self) {
        let Some(thing) = self.pick(|_| true) else { return };
        self.close(thing);
    }

    fn close(&self, thing: &'static Thing) {
        if thing.state.get() != State::Open {
            return;
        }
        thing.state.set(State::Closing);
        // The program's promise: all sends have returned.
        while thing.sends.load(SeqCst) > 0 {
            std::thread::yield_now();
        }
        // SAFETY: an open handle.
        unsafe {
            if thing.kind == Kind::Tcp && !self.ends.get() && self.below(4) == 0 {
                let status = (self.api.uv_tcp_close_reset)(thing.of(), Some(on_close));
                if status == 0 {
                    return;
                }
            }
            (self.api.uv_close)(thing.handle.get(), Some(on_close));
        }
    }

    fn use_ref(&self) {
        let Some(thing) = self.pick(|_| true) else { return };
        // SAFETY: an open handle.
        unsafe {
            match self.below(3) {
                0 => (self.api.uv_ref)(thing.handle.get()),
                1 => (self.api.uv_unref)(thing.handle.get()),
                _ => _ = (self.api.uv_has_ref)(thing.handle.get()),
            }
        }
    }

    /// Questions, which change nothing, and what is as harmless.
    fn ask(&self) {
        // SAFETY: a loop, and open handles.
        unsafe {
            match self.below(8) {
                0 => _ = (self.api.uv_loop_alive)(self.loop_),
                1 => _ = (self.api.uv_backend_timeout)(self.loop_),
                2 => (self.api.uv_update_time)(self.loop_),
                3 => (self.api.uv_stop)(self.loop_),
                4 => {
                    let mut seen = 0_u32;
                    (self.api.uv_walk)(self.loop_, Some(on_walk), (&raw mut seen).cast());
                    let open =
                        self.things.borrow().iter().filter(|it| it.state.get() != State::Closed).count();
                    assert!(seen as usize <= open, "{seen} handles seen, {open} there");
                }
                5 if self.depth.get() == 0 => {
                    let is_used = self.things.borrow().iter().any(|it| it.state.get() != State::Closed)
                        || self.requests.get() > 0;
                    if is_used {
                        assert_eq!((self.api.uv_loop_close)(self.loop_), UV_EBUSY);
                    }
                }
                6 => {
                    if let Some(thing) = self.pick(|_| true) {
                        let mut fd = -1;
                        (self.api.uv_fileno)(thing.handle.get(), &mut fd);
                        assert_eq!((self.api.uv_is_closing)(thing.handle.get()), 0);
                        (self.api.uv_is_active)(thing.handle.get());
                    }
                }
                _ => _ = (self.api.uv_now)(self.loop_),
            }
        }
    }

    /// Closes all that is left and checks the sums.
    fn end(&self) {
        self.ends.set(true);
        // Nobody cancels those any more: they are waited for.
        for thing in self.things.borrow().clone() {
            self.close(thing);
        }
        // SAFETY: a loop whose handles all close, so that it ends with its requests.
        unsafe {
            let mut runs = 0;
            while (self.api.uv_run)(self.loop_, UV_RUN_DEFAULT) != 0 {
                runs += 1;
                assert!(runs < 4, "the loop lives on"); // uv_stop may have been called
            }
            assert_eq!(self.requests.get(), 0, "requests were not called back");
            assert_eq!(self.buffers.get(), 0, "buffers did not come back");
            for thing in self.things.borrow().iter() {
                assert_eq!(thing.state.get(), State::Closed, "{:?}", thing.kind);
            }
            assert_eq!((self.api.uv_loop_close)(self.loop_), 0);
            for pid in self.children.borrow().iter() {
                libc::waitpid(*pid, null_mut(), 0);
            }
        }
        self.files.end();
    }
}

unsafe extern "C" fn on_walk(handle: *mut uv_handle_t, seen: *mut c_void) {
    // SAFETY: as `ask` passes it, and a handle.
    unsafe {
        assert!(!(*handle).r#loop.get().is_null());
        *seen.cast::<u32>() += 1;
    }
}

unsafe extern "C" fn on_close(handle: *mut uv_handle_t) {
    // SAFETY: a handle of ours that was closed, whose memory is ours again.
    unsafe {
        let thing = &*(*handle).data.get().cast::<Thing>();
        assert_eq!(thing.state.replace(State::Closed), State::Closing, "closed twice: {:?}", thing.kind);
        thing.handle.set(null_mut());
        if thing.is_passed.get() {
            (*thing.world).kept.borrow_mut().push((handle.cast(), thing.layout));
        } else {
            give_back(handle.cast(), thing.layout);
        }
        for fd in &thing.fds {
            if fd.get() >= 0 {
                assert_eq!(libc::close(fd.get()), 0, "somebody else has closed it");
            }
        }
        if thing.pid.get() != 0 {
            (*thing.world).children.borrow_mut().push(thing.pid.get());
        }
        (*thing.world).in_callback();
    }
}

/// A handle's callback: the thing, which is open.
///
/// # Safety
/// The handle is one of a thing's.
unsafe fn told<T>(handle: *mut T) -> &'static Thing {
    // SAFETY: as the caller says.
    let thing = unsafe { &*(*handle.cast::<uv_handle_t>()).data.get().cast::<Thing>() };
    assert_eq!(thing.state.get(), State::Open, "{:?} is told of something", thing.kind);
    assert_eq!(thing.handle.get(), handle.cast());
    thing
}

impl Thing {
    fn world(&self) -> &'static World {
        // SAFETY: things go with their world.
        unsafe { &*self.world }
    }
}

/// Memory that is not zero.
fn take(layout: Layout) -> *mut u8 {
    // SAFETY: no layout here is empty.
    unsafe {
        let memory = alloc(layout);
        assert!(!memory.is_null());
        memory.write_bytes(crate::memory::FILL, layout.size());
        memory
    }
}

/// # Safety
/// The memory was taken with that layout, and this is its last use.
unsafe fn give_back(memory: *mut u8, layout: Layout) {
    // SAFETY: as the caller says.
    unsafe { dealloc(memory, layout) };
}

/// A request of the exact size, and what belongs to it: all of it goes when it is called back.
struct Request<T> {
    request: *mut T,
    world: *const World,
    /// Memory that the request works with.
    bytes: Vec<Exact<u8>>,
    /// How often work was carried out.
    runs: AtomicU32,
    /// Something more, as the kind of request wants.
    number: Cell<c_int>,
}

impl<T> Request<T> {
    fn new(world: &World, bytes: Vec<Exact<u8>>) -> *mut Request<T> {
        let request = take(Layout::new::<T>()).cast::<T>();
        Box::into_raw(Box::new(Request {
            request,
            world,
            bytes,
            runs: AtomicU32::new(0),
            number: Cell::new(0),
        }))
    }

    /// Says in the request where this is; before it is begun.
    ///
    /// # Safety
    /// Not begun, and not called back.
    unsafe fn begin(this: *mut Request<T>) -> *mut T {
        // SAFETY: memory for a request, which begins with its data.
        unsafe {
            (*(*this).request.cast::<uv_req_t>()).data.set(this.cast());
            (*(*this).world).requests.set((*(*this).world).requests.get() + 1);
            (*this).request
        }
    }

    /// The call that was to begin it answered: with an error there is no callback.
    ///
    /// # Safety
    /// After `begin`; the request may have been called back only if `status` is 0.
    unsafe fn begun(this: *mut Request<T>, status: c_int) {
        if status != 0 {
            // SAFETY: not begun, so it is still ours.
            unsafe { Request::<T>::end((*this).request) };
        }
    }

    /// The request is called back.
    ///
    /// # Safety
    /// The request of a `begin`, once.
    unsafe fn end(request: *mut T) -> &'static World {
        // SAFETY: as the caller says.
        unsafe {
            let this = Box::from_raw((*request.cast::<uv_req_t>()).data.get().cast::<Request<T>>());
            assert_eq!(this.request, request);
            let world: &'static World = &*this.world;
            assert!(world.requests.get() > 0, "called back too often");
            world.requests.set(world.requests.get() - 1);
            world.jobs.borrow_mut().retain(|job| *job != request.cast());
            give_back(request.cast(), Layout::new::<T>());
            world
        }
    }
}

fn to_bufs(bytes: &[Exact<u8>]) -> Vec<uv_buf_t> {
    bytes.iter().map(|part| uv_buf_t { base: part.as_ptr().cast(), len: part.len() }).collect()
}

/// Another thread that sends to async handles.
fn sender() -> &'static mpsc::Sender<(usize, usize)> {
    static SENDER: OnceLock<mpsc::Sender<(usize, usize)>> = OnceLock::new();
    SENDER.get_or_init(|| {
        let (sender, receiver) = mpsc::channel::<(usize, usize)>();
        std::thread::spawn(move || {
            for (thing, send) in receiver {
                // SAFETY: the thing waits for this before it closes its handle.
                unsafe {
                    let thing = &*(thing as *const Thing);
                    let send: unsafe extern "C" fn(*mut uv_async_t) -> c_int = std::mem::transmute(send);
                    assert_eq!(send(thing.of()), 0);
                    thing.sends.fetch_sub(1, SeqCst);
                }
            }
        });
        sender
    })
}
