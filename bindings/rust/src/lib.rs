//! libuv for Rust: its event loop, and what it waits for, with closures in the place of C's callbacks.
//!
//! - A [`Loop`] runs; handles are made with it: [`Timer`], [`Async`], [`Tcp`], [`Pipe`], [`Udp`], [`Process`],
//!   [`Signal`], [`FsEvent`], [`Idle`], [`Prepare`] and [`Check`]. What they have in common is in the traits
//!   [`Handle`] and [`Stream`].
//! - What is asked for once is a function: [`fs`], [`queue_work`], [`getaddrinfo`], [`getnameinfo`].
//! - With [`futures`] all of that can be awaited.
//!
//! Names are libuv's, and its [documentation](https://docs.libuv.org/) says what they do.
//!
//! Everything belongs to the thread that has made it, except for [`AsyncSender`]. Handles are shared pointers, which
//! close what they point at when the last one is dropped. A panic in a callback comes out of [`Loop::run`].
//!
//! ```
//! use std::time::Duration;
//! use uv::{Handle, Loop, RunMode, Timer};
//!
//! let event_loop = Loop::new()?;
//! let timer = Timer::new(&event_loop)?;
//! timer.start(Duration::from_millis(1), Duration::from_millis(1), |timer| {
//!     println!("once is enough");
//!     timer.close();
//! })?;
//! event_loop.run(RunMode::Default);
//! # Ok::<(), uv::Error>(())
//! ```

/// Its example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// What must not compile: things of a loop on another thread, and what was read after the callback.
///
/// ```compile_fail,E0277
/// fn is_send<T: Send>() {}
/// is_send::<uv::Loop>();
/// ```
///
/// ```compile_fail,E0277
/// fn is_send<T: Send>() {}
/// is_send::<uv::LoopRef>();
/// ```
///
/// ```compile_fail,E0277
/// fn is_sync<T: Sync>() {}
/// is_sync::<uv::Timer>();
/// ```
///
/// ```compile_fail,E0277
/// fn is_send<T: Send>() {}
/// is_send::<uv::fs::File>();
/// ```
///
/// ```compile_fail,E0277
/// fn is_send<T: Send>() {}
/// is_send::<uv::Request>();
/// ```
///
/// ```compile_fail,E0277
/// fn work(event_loop: &uv::LoopRef, timer: uv::Timer) {
///     let _ = uv::queue_work(event_loop, move || timer.stop(), |_| ());
/// }
/// ```
///
/// ```compile_fail,E0521
/// use uv::Stream;
/// fn keep(tcp: &uv::Tcp) {
///     let mut kept: &[u8] = &[];
///     let _ = tcp.read_start(move |_, read| kept = read.unwrap());
/// }
/// ```
///
/// ```compile_fail,E0597
/// use uv::Stream;
/// fn write(tcp: &uv::Tcp) {
///     let bytes = vec![1, 2, 3];
///     let _ = tcp.write(bytes.as_slice(), |_| ());
/// }
/// ```
#[cfg(doctest)]
struct DoesNotCompile;

#[cfg(not(unix))]
compile_error!("libuv's structures are those of Unix systems here");

mod async_;
mod dns;
mod error;
mod event_loop;
pub mod fs;
mod fs_event;
#[cfg(feature = "futures")]
pub mod futures;
mod handle;
mod phase;
mod pipe;
mod process;
mod raw;
mod request;
mod signal;
mod slot;
mod stream;
mod sys;
mod tcp;
mod timer;
mod udp;
mod work;

pub use async_::{Async, AsyncSender};
pub use dns::{getaddrinfo, getnameinfo};
pub use error::{Error, Result};
pub use event_loop::{Loop, LoopRef, RunMode};
pub use fs_event::{Event, FsEvent};
pub use handle::Handle;
pub use phase::{Check, Idle, Prepare};
pub use pipe::Pipe;
pub use process::{Command, Exit, Process, Stdio};
pub use request::Request;
pub use signal::Signal;
pub use stream::Stream;
pub use tcp::Tcp;
pub use timer::Timer;
pub use udp::{Datagram, Udp};
pub use work::queue_work;

/// The version of the library that was found at run time: `(1, 53, 0)`.
pub fn version() -> (u8, u8, u8) {
    let [_, major, minor, patch] = sys::uv_version().to_be_bytes();
    (major, minor, patch)
}
