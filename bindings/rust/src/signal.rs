//! Signals.
#![forbid(unsafe_code)]

use crate::error::{Result, check};
use crate::event_loop::LoopRef;
use crate::handle::handle_type;
use crate::raw::handle::{self, create, enter};
use crate::slot::Slot;
use crate::sys::{self, uv_signal_t};

handle_type! {
    /// Calls back when the process gets a signal, in the place of what the signal would do.
    Signal: uv_signal_t
}

type OnSignal = dyn FnMut(&Signal, i32);

#[derive(Default)]
pub struct State {
    on_signal: Slot<OnSignal>,
}

impl handle::State for State {
    fn clear(&self) {
        self.on_signal.clear();
    }
}

impl Signal {
    /// Makes the handle, which is yet to be started.
    pub fn new(event_loop: &LoopRef) -> Result<Signal> {
        create(event_loop, State::default(), |event_loop, signal| sys::uv_signal_init(event_loop, signal))
    }

    /// Calls `callback` with the number of each signal that comes.
    pub fn start(&self, signum: i32, callback: impl FnMut(&Signal, i32) + 'static) -> Result<()> {
        check(sys::uv_signal_start(self.0.open()?, on_signal, signum))?;
        self.0.state.on_signal.set(Box::new(callback));
        Ok(())
    }

    /// As [`start`](Signal::start), but for the first signal only.
    pub fn start_oneshot(&self, signum: i32, callback: impl FnMut(&Signal, i32) + 'static) -> Result<()> {
        check(sys::uv_signal_start_oneshot(self.0.open()?, on_signal, signum))?;
        self.0.state.on_signal.set(Box::new(callback));
        Ok(())
    }

    /// Stops catching the signal.
    pub fn stop(&self) -> Result<()> {
        check(sys::uv_signal_stop(self.0.open()?))?;
        self.0.state.on_signal.clear();
        Ok(())
    }
}

extern "C" fn on_signal(signal: &uv_signal_t, signum: i32) {
    enter(signal, |signal: &Signal| signal.0.state.on_signal.call(|callback| callback(signal, signum)));
}
