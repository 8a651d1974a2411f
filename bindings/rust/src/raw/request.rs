//! A request's life: from the call that begins it to its callback.

use std::cell::Cell;
use std::ffi::CStr;
use std::rc::Rc;

use crate::error::{Error, Result, check};
use crate::event_loop::LoopRef;
use crate::raw::memory::Memory;
use crate::sys::{self, Fresh, Opaque, Outcome, uv_connect_t, uv_loop_t, uv_pipe_t, uv_req_t};

/// A kind of request.
///
/// # Safety
///
/// The structure begins with that of uv_req_t, and only [`begin`] makes references to one.
pub unsafe trait Kind: Opaque {
    /// What the callback is told beside the request.
    type Answer;
    /// What worker threads get of it.
    type Shared: Sync;
    /// Frees what the request refers to.
    fn cleanup(&self) {}
}

macro_rules! with_status {
    ($($name:ident)*) => { $(
        // SAFETY: it is a request of uv.h.
        unsafe impl Kind for sys::$name {
            type Answer = i32;
            type Shared = ();
        }
    )* };
}

with_status!(uv_connect_t uv_write_t uv_shutdown_t uv_udp_send_t);

/// What is called at the end, and owns what C uses until then.
pub type Done<R> = Box<dyn FnOnce(&R, <R as Kind>::Answer)>;

pub struct UnderWay<R: Kind> {
    memory: Memory<R>,
    event_loop: LoopRef,
    /// None when it has been called.
    done: Cell<Option<Done<R>>>,
    is_over: Cell<bool>,
    shared: R::Shared,
}

/// Begins a request: `call` calls the function that does. `done` is called at the end, later, unless this fails.
pub fn begin<R: Kind>(
    event_loop: &LoopRef,
    shared: R::Shared,
    done: Done<R>,
    call: impl for<'a> FnOnce(&uv_loop_t, Fresh<'a, R>) -> Outcome<'a, R>,
) -> Result<Rc<UnderWay<R>>> {
    let lent = event_loop.open()?;
    let request = Rc::new(UnderWay {
        memory: Memory::new(),
        event_loop: event_loop.clone(),
        done: Cell::new(Some(done)),
        is_over: Cell::new(false),
        shared,
    });
    // SAFETY: the memory is a request's, of which C leaves `data` alone. This is C's own count of it.
    unsafe { sys::uv_req_set_data(request.base(), Rc::into_raw(request.clone()).cast_mut().cast()) };
    let status = call(lent, request.memory.fresh()).status();
    if status < 0 {
        // C has refused it, and will not call back.
        drop(take_back(request.memory.get()));
        drop(request.done.take());
    } else {
        event_loop.requests().set(event_loop.requests().get() + 1);
    }
    check(status).map(|_| request)
}

impl<R: Kind> UnderWay<R> {
    fn base(&self) -> &uv_req_t {
        up(self.memory.get())
    }
}

/// What a program can do with a request that is under way.
pub trait Cancel {
    fn cancel(&self) -> Result<()>;
}

impl<R: Kind> Cancel for UnderWay<R> {
    fn cancel(&self) -> Result<()> {
        if self.is_over.get() {
            return Err(Error::EBUSY);
        }
        check(sys::uv_cancel(self.base())).map(drop)
    }
}

fn up<R: Kind>(request: &R) -> &uv_req_t {
    // SAFETY: the kind's structure begins with the base type's, and both types are empty.
    unsafe { &*std::ptr::from_ref(request).cast() }
}

/// C's count of a request, which it gives back.
fn take_back<R: Kind>(request: &R) -> Option<Rc<UnderWay<R>>> {
    // SAFETY: `begin` alone passes requests to C, and leaves there a count of one of the same kind. It is taken once:
    // nothing is left there.
    unsafe {
        let data = sys::uv_req_get_data(up(request)).cast_const().cast::<UnderWay<R>>();
        sys::uv_req_set_data(up(request), std::ptr::null_mut());
        (!data.is_null()).then(|| Rc::from_raw(data))
    }
}

/// Ends a request and tells the program: C's callbacks do nothing else.
pub fn finish<R: Kind>(request: &R, answer: R::Answer) {
    let Some(request) = take_back(request) else { return };
    request.is_over.set(true);
    let event_loop = request.event_loop.clone();
    event_loop.requests().set(event_loop.requests().get() - 1);
    event_loop.guard(|| {
        if let Some(done) = request.done.take() {
            done(request.memory.get(), answer);
        }
    });
    request.memory.get().cleanup();
    // Work that was cancelled is dropped with it.
    event_loop.guard(|| drop(request));
}

/// The callback of requests that end with a status.
pub extern "C" fn on_done<R: Kind<Answer = i32>>(request: &R, status: i32) {
    finish(request, status);
}

/// Connects a pipe; an error is told by the callback.
pub fn connect_pipe<'a>(
    pipe: &uv_pipe_t,
    request: Fresh<'a, uv_connect_t>,
    path: &CStr,
) -> Outcome<'a, uv_connect_t> {
    sys::uv_pipe_connect(request, pipe, path.into(), on_done);
    // SAFETY: it has no result, because it always begins.
    unsafe { Outcome::success() }
}

/// What a request that is under way has for worker threads.
pub fn shared<R: Kind>(request: &R) -> &R::Shared {
    // SAFETY: `begin` left there what is not given back before the callback, on the loop's thread, which C calls when
    // no worker uses the request any more. Only this field of it is looked at here, which nobody changes.
    unsafe {
        let request = sys::uv_req_get_data(up(request)).cast_const().cast::<UnderWay<R>>();
        &*std::ptr::addr_of!((*request).shared)
    }
}
