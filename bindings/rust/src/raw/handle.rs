//! A handle's life: from its init over its closing to its close callback.
//!
//! A `Core` is what the program, the loop and C share of a handle. C's `data` points at it, and the loop's table keeps
//! it until the close callback has come, so whatever C tells finds it. Programs have an [`Owner`]: when the last one is
//! dropped the handle is closed.

use std::cell::{Cell, OnceCell};
use std::ops::Deref;
use std::rc::{Rc, Weak};

use crate::error::{Error, Result, check};
use crate::event_loop::LoopRef;
use crate::raw::memory::Memory;
use crate::sys::{self, Fresh, Opaque, Outcome, uv_handle_t, uv_loop_t, uv_stream_t};

/// A kind of handle.
///
/// # Safety
///
/// The structure begins with that of uv_handle_t, its number is `KIND`, and only [`create`] makes references to one.
pub unsafe trait Kind: Opaque {
    const KIND: u32;
    /// What the binding keeps for a handle of this kind, above all its callbacks.
    type State: State;
}

/// A kind of handle that begins with the structure of uv_stream_t.
///
/// # Safety
///
/// It does.
pub unsafe trait StreamKind: Kind {}

pub trait State: 'static {
    /// The handle is about to be closed.
    fn before_close(&self) {}
    /// Drops the callbacks: the handle is closing, and none of them will be called.
    fn clear(&self);
}

/// The program's type of a handle: a shared pointer to it.
pub trait Typed: Clone + 'static {
    type Kind: Kind;
    fn owner(&self) -> &Owner<Self::Kind>;
    fn from_owner(owner: Owner<Self::Kind>) -> Self;
}

pub type Owner<K> = Rc<Owned<K>>;

/// Closes the handle when the program has no use for it any more.
pub struct Owned<K: Kind>(Rc<Core<K>>);

impl<K: Kind> Deref for Owned<K> {
    type Target = Core<K>;

    fn deref(&self) -> &Core<K> {
        &self.0
    }
}

impl<K: Kind> Drop for Owned<K> {
    fn drop(&mut self) {
        self.0.close(None);
    }
}

pub struct Core<K: Kind> {
    memory: Memory<K>,
    /// Its place in the loop's table.
    number: u64,
    pub event_loop: LoopRef,
    is_closing: Cell<bool>,
    on_close: Cell<Option<Box<dyn FnOnce()>>>,
    owner: OnceCell<Weak<Owned<K>>>,
    /// A handle that keeps itself, see `Handle::detach`.
    kept: Cell<Option<Owner<K>>>,
    pub state: K::State,
}

/// Makes a handle of a loop: `init` calls what initialises it.
pub fn create<T: Typed>(
    event_loop: &LoopRef,
    state: <T::Kind as Kind>::State,
    init: impl for<'a> FnOnce(&uv_loop_t, Fresh<'a, T::Kind>) -> Outcome<'a, T::Kind>,
) -> Result<T> {
    let memory = Memory::new();
    check(init(event_loop.open()?, memory.fresh()).status())?;
    let core = Rc::new(Core {
        memory,
        number: event_loop.next_number(),
        event_loop: event_loop.clone(),
        is_closing: Cell::new(false),
        on_close: Cell::new(None),
        owner: OnceCell::new(),
        kept: Cell::new(None),
        state,
    });
    // SAFETY: the handle is initialised. What `data` points at stays there until the table has forgotten it, in the
    // close callback, which is C's last use of the handle.
    unsafe { sys::uv_handle_set_data(core.base(), Rc::as_ptr(&core).cast_mut().cast()) };
    event_loop.handles().borrow_mut().insert(core.number, core.clone());
    let owner = Rc::new(Owned(core));
    owner.owner.get_or_init(|| Rc::downgrade(&owner));
    Ok(T::from_owner(owner))
}

impl<K: Kind> Core<K> {
    /// The handle for a call of C's, unless it is closing.
    pub fn open(&self) -> Result<&K> {
        if self.is_closing.get() { Err(Error::EINVAL) } else { Ok(self.memory.get()) }
    }

    pub fn open_base(&self) -> Result<&uv_handle_t> {
        self.open().map(|_| self.base())
    }

    pub fn is_closing(&self) -> bool {
        self.is_closing.get()
    }

    fn owner(&self) -> Option<Owner<K>> {
        self.owner.get().and_then(Weak::upgrade)
    }

    fn base(&self) -> &uv_handle_t {
        up(self.memory.get())
    }

    /// Closes the handle, and calls `done` when that is over; does nothing if it is closing.
    pub fn close(&self, done: Option<Box<dyn FnOnce()>>) {
        if self.is_closing.replace(true) {
            return;
        }
        self.on_close.set(done);
        self.state.before_close();
        // SAFETY: the handle is initialised, and comes here once.
        unsafe { sys::uv_close(self.base(), on_closed::<K>) };
        // From here on the program's code may run: that of what its callbacks had.
        self.state.clear();
        drop(self.kept.take());
    }

    /// Keeps the handle open when the program drops it.
    pub fn detach(&self) {
        if !self.is_closing() {
            self.kept.set(self.owner());
        }
    }
}

impl<K: StreamKind> Core<K> {
    pub fn stream(&self) -> Result<&uv_stream_t> {
        // SAFETY: the kind's structure begins with a stream's, and both types are empty.
        self.open().map(|handle| unsafe { &*std::ptr::from_ref(handle).cast() })
    }
}

/// What the loop's table has of a handle.
pub trait AnyCore {
    fn close(&self);
}

impl<K: Kind> AnyCore for Core<K> {
    fn close(&self) {
        self.close(None);
    }
}

fn up<K: Kind>(handle: &K) -> &uv_handle_t {
    // SAFETY: the kind's structure begins with the base type's, and both types are empty.
    unsafe { &*std::ptr::from_ref(handle).cast() }
}

/// The handle whose base type C passes, if it is of this kind.
fn down<K: Kind>(handle: &uv_handle_t) -> Option<&K> {
    // SAFETY: its number says that it is, and both types are empty.
    (sys::uv_handle_get_type(handle) == K::KIND).then(|| unsafe { &*std::ptr::from_ref(handle).cast() })
}

fn core_of<K: Kind>(handle: &K) -> Rc<Core<K>> {
    // SAFETY: `create` alone makes handles, and leaves there what `Rc::as_ptr` said of a core of the same kind. The
    // table has its count until the close callback, which asks here first.
    unsafe {
        let core = sys::uv_handle_get_data(up(handle)).cast_const().cast::<Core<K>>();
        Rc::increment_strong_count(core);
        Rc::from_raw(core)
    }
}

/// Tells the program of what happened to a handle: C's callbacks do nothing else.
pub fn enter<T: Typed>(handle: &T::Kind, tell: impl FnOnce(&T)) {
    let core = core_of(handle);
    core.event_loop.guard(|| {
        if !core.is_closing() {
            // A handle that nobody has is closing.
            tell(&T::from_owner(core.owner().expect("somebody has an open handle")));
        }
    });
}

/// As [`enter`], where C passes a stream.
pub fn enter_stream<T: Typed>(stream: &uv_stream_t, tell: impl FnOnce(&T)) {
    // SAFETY: a stream's structure begins with the base type's, and both types are empty.
    enter_base(unsafe { &*std::ptr::from_ref(stream).cast() }, tell);
}

/// As [`enter`], where C passes the base type.
pub fn enter_base<T: Typed>(handle: &uv_handle_t, tell: impl FnOnce(&T)) {
    if let Some(handle) = down(handle) {
        enter(handle, tell);
    }
}

extern "C" fn on_closed<K: Kind>(handle: &uv_handle_t) {
    let Some(handle) = down::<K>(handle) else { return };
    let core = core_of(handle);
    // C will not use the handle any more; its memory goes with the last count.
    core.event_loop.handles().borrow_mut().remove(&core.number);
    core.event_loop.guard(|| {
        if let Some(done) = core.on_close.take() {
            done();
        }
    });
}
