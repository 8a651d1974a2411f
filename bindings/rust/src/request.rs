//! Requests that can be cancelled.
#![forbid(unsafe_code)]

use std::fmt;
use std::rc::Rc;

use crate::error::Result;
use crate::raw::request::{Cancel, Kind, UnderWay};

/// A request that the pool was asked for. Dropping this changes nothing: the request goes on.
#[derive(Clone)]
pub struct Request(Rc<dyn Cancel>);

impl Request {
    pub(crate) fn new<R: Kind>(request: Rc<UnderWay<R>>) -> Request {
        Request(request)
    }

    /// Ends the request if no worker has begun it: its callback is called with
    /// [`Error::ECANCELED`](crate::Error::ECANCELED), later. Else this is [`Error::EBUSY`](crate::Error::EBUSY).
    pub fn cancel(&self) -> Result<()> {
        self.0.cancel()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").finish_non_exhaustive()
    }
}
