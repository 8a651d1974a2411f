//! Locks: libuv's "Threading and synchronization utilities", second part. The types are pthread's own.
//!
//! Wrong use that pthread reports aborts, as in libuv: these functions have no way to tell of it.
#![forbid(unsafe_code)]

mod attempt;
pub(crate) mod barrier;
pub(crate) mod condition;
pub(crate) mod mutex;
pub(crate) mod rwlock;
pub(crate) mod semaphore;
