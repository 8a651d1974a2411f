//! Timers.
#![forbid(unsafe_code)]

use std::time::Duration;

use crate::error::{Result, check};
use crate::event_loop::LoopRef;
use crate::handle::handle_type;
use crate::raw::handle::{self, create, enter};
use crate::slot::Slot;
use crate::sys::{self, uv_timer_t};

handle_type! {
    /// Calls back after a time, once or again and again.
    Timer: uv_timer_t
}

#[derive(Default)]
pub struct State {
    on_timeout: Slot<dyn FnMut(&Timer)>,
}

impl handle::State for State {
    fn clear(&self) {
        self.on_timeout.clear();
    }
}

impl Timer {
    /// Makes a timer, which is yet to be started.
    pub fn new(event_loop: &LoopRef) -> Result<Timer> {
        create(event_loop, State::default(), |event_loop, timer| sys::uv_timer_init(event_loop, timer))
    }

    /// Calls `callback` after `timeout`, and then every `repeat` unless that is zero. Times are rounded up to
    /// milliseconds. A timer that runs is started anew.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let event_loop = uv::Loop::new()?;
    /// let timer = uv::Timer::new(&event_loop)?;
    /// let mut left = 3;
    /// timer.start(Duration::ZERO, Duration::from_millis(1), move |timer| {
    ///     left -= 1;
    ///     if left == 0 {
    ///         timer.stop().unwrap();
    ///     }
    /// })?;
    /// event_loop.run(uv::RunMode::Default);
    /// # Ok::<(), uv::Error>(())
    /// ```
    pub fn start(
        &self,
        timeout: Duration,
        repeat: Duration,
        callback: impl FnMut(&Timer) + 'static,
    ) -> Result<()> {
        check(sys::uv_timer_start(self.0.open()?, on_timeout, milliseconds(timeout), milliseconds(repeat)))?;
        self.0.state.on_timeout.set(Box::new(callback));
        Ok(())
    }

    /// Stops the timer.
    pub fn stop(&self) -> Result<()> {
        check(sys::uv_timer_stop(self.0.open()?)).map(drop)
    }

    /// Starts the timer anew with its repeat time, if it has one. It must have been started once.
    pub fn again(&self) -> Result<()> {
        check(sys::uv_timer_again(self.0.open()?)).map(drop)
    }

    /// Sets the time from one callback to the next; zero for no next one.
    pub fn set_repeat(&self, repeat: Duration) -> Result<()> {
        sys::uv_timer_set_repeat(self.0.open()?, milliseconds(repeat));
        Ok(())
    }

    /// The time from one callback to the next.
    pub fn repeat(&self) -> Duration {
        Duration::from_millis(self.0.open().map_or(0, |timer| sys::uv_timer_get_repeat(timer)))
    }
}

extern "C" fn on_timeout(timer: &uv_timer_t) {
    enter(timer, |timer: &Timer| timer.0.state.on_timeout.call(|callback| callback(timer)));
}

/// Rounded up, so that no timer is early.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_up() {
        assert_eq!(milliseconds(Duration::ZERO), 0);
        assert_eq!(milliseconds(Duration::from_nanos(1)), 1);
        assert_eq!(milliseconds(Duration::from_millis(7)), 7);
        assert_eq!(milliseconds(Duration::MAX), u64::MAX);
    }
}
