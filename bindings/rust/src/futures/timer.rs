//! Waiting for time to pass.
#![forbid(unsafe_code)]

use std::time::Duration;

use super::oneshot::oneshot;
use crate::error::Result;
use crate::event_loop::LoopRef;
use crate::timer::Timer;

/// Waits for a time, counted from when it is first polled.
pub async fn sleep(event_loop: &LoopRef, time: Duration) -> Result<()> {
    let (sender, receiver) = oneshot();
    // Dropped with this future, which ends the wait.
    let timer = Timer::new(event_loop)?;
    // The loop's time is that of the beginning of the turn; a program that waits now means now.
    event_loop.update_time();
    let mut sender = Some(sender);
    timer.start(time, Duration::ZERO, move |_| {
        if let Some(sender) = sender.take() {
            sender.send(());
        }
    })?;
    receiver.await
}
