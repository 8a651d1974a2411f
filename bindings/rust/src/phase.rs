//! Callbacks in each turn of the loop.
#![forbid(unsafe_code)]

use crate::error::{Result, check};
use crate::event_loop::LoopRef;
use crate::handle::handle_type;
use crate::raw::handle::{self, create, enter};
use crate::slot::Slot;
use crate::sys::{self, uv_check_t, uv_idle_t, uv_prepare_t};

pub struct State<T: 'static> {
    on_turn: Slot<dyn FnMut(&T)>,
}

impl<T> handle::State for State<T> {
    fn clear(&self) {
        self.on_turn.clear();
    }
}

macro_rules! phase {
    ($(#[$documentation:meta])* $name:ident: $kind:ident, $init:ident, $start:ident, $stop:ident, $on_turn:ident) => {
        handle_type! {
            $(#[$documentation])*
            $name: $kind
        }

        impl $name {
            /// Makes the handle, which is yet to be started.
            pub fn new(event_loop: &LoopRef) -> Result<$name> {
                let state = State { on_turn: Slot::default() };
                create(event_loop, state, |event_loop, handle| sys::$init(event_loop, handle))
            }

            /// Calls `callback` in each turn; one that was given before is replaced.
            pub fn start(&self, callback: impl FnMut(&$name) + 'static) -> Result<()> {
                check(sys::$start(self.0.open()?, $on_turn))?;
                self.0.state.on_turn.set(Box::new(callback));
                Ok(())
            }

            /// Stops calling back.
            pub fn stop(&self) -> Result<()> {
                check(sys::$stop(self.0.open()?))?;
                self.0.state.on_turn.clear();
                Ok(())
            }
        }

        extern "C" fn $on_turn(handle: &$kind) {
            enter(handle, |handle: &$name| handle.0.state.on_turn.call(|callback| callback(handle)));
        }
    };
}

phase! {
    /// Calls back in each turn, before the loop would wait, and keeps it from waiting.
    Idle: uv_idle_t, uv_idle_init, uv_idle_start, uv_idle_stop, on_idle
}

phase! {
    /// Calls back before the loop waits.
    Prepare: uv_prepare_t, uv_prepare_init, uv_prepare_start, uv_prepare_stop, on_prepare
}

phase! {
    /// Calls back after the loop has waited.
    Check: uv_check_t, uv_check_init, uv_check_start, uv_check_stop, on_check
}
