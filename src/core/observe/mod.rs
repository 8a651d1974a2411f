//! Seeing inside: which callback a loop is in, and what the workers do.
//!
//! While nobody looks, a bit of the loop's is tested where it calls the program. Otherwise each loop and each
//! worker has a [`seat`](seat::Seat), where it says what it does; the [`observer`], a thread of its own, reads. That thread
//! takes no memory but the system's pages: the program's allocator may be what is in trouble.

pub(crate) mod call;
pub(crate) mod calling;
mod culprits;
pub(crate) mod observer;
pub(crate) mod queued;
pub(crate) mod seat;
pub(crate) mod seats;
mod settings;
mod sight;
mod watchdog;
pub(crate) mod watched;
pub(crate) mod words;
pub(crate) mod working;
