//! What is asked of the pool.
#![forbid(unsafe_code)]

use std::net::SocketAddr;

use super::oneshot::oneshot;
use crate::error::Result;
use crate::event_loop::LoopRef;
use crate::request::Request;

/// Cancels a request when the future that waits for it is dropped.
struct Cancelled(Request);

impl Drop for Cancelled {
    fn drop(&mut self) {
        // One that is over, or has been begun, cannot be.
        let _ = self.0.cancel();
    }
}

/// What `begin` has called with a result.
pub async fn answer<T: 'static>(
    begin: impl FnOnce(Box<dyn FnOnce(Result<T>)>) -> Result<Request>,
) -> Result<T> {
    let (sender, receiver) = oneshot();
    let _request = Cancelled(begin(Box::new(|result| sender.send(result)))?);
    receiver.await?
}

/// Has a thread of the pool call `work`. If that panics, so does the future.
pub async fn work<T: Send + 'static>(
    event_loop: &LoopRef,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let result = answer(|done| crate::work::queue(event_loop, work, done)).await?;
    Ok(result.unwrap_or_else(|payload| std::panic::resume_unwind(payload)))
}

/// Asks for the addresses of a host and a service, see [`crate::getaddrinfo`].
pub async fn getaddrinfo(
    event_loop: &LoopRef,
    host: Option<&str>,
    service: Option<&str>,
) -> Result<Vec<SocketAddr>> {
    answer(|done| crate::getaddrinfo(event_loop, host, service, done)).await
}

/// Asks for the names of an address, see [`crate::getnameinfo`].
pub async fn getnameinfo(event_loop: &LoopRef, address: SocketAddr) -> Result<(String, String)> {
    answer(|done| crate::getnameinfo(event_loop, address, done)).await
}
