//! Locks: libuv's "Threading and synchronization utilities", second part.

mod barrier;
mod condition;
mod mutex;
mod rwlock;
mod semaphore;
