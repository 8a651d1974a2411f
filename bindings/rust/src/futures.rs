//! Async/await on the loop.
//!
//! Each function here is the callback one of the same name, to `.await`. It begins what it asks for when it is awaited.
//! Futures belong to the loop's thread: they need not be `Send`. One that is dropped takes its request back, if the
//! pool has not begun it; what has begun goes on, and its result is dropped.
//!
//! ```
//! use std::time::Duration;
//! use uv::{Loop, Stream, Tcp, futures};
//!
//! let event_loop = Loop::new()?;
//! event_loop.block_on(async {
//!     let server = Tcp::new(&event_loop)?;
//!     server.bind("127.0.0.1:0".parse().unwrap())?;
//!     let address = server.getsockname()?;
//!     let listener = futures::Listener::new(server, 128)?;
//!     event_loop.spawn(async move {
//!         let connection = listener.accept().await?;
//!         futures::write(&connection, "hello").await?;
//!         futures::shutdown(&connection).await
//!     });
//!
//!     let client = Tcp::new(&event_loop)?;
//!     futures::connect(&client, address).await?;
//!     assert_eq!(futures::read(&client).await?, b"hello");
//!     assert_eq!(futures::read(&client).await?, b"");
//!     futures::sleep(&event_loop, Duration::from_millis(1)).await?;
//!     Ok::<(), uv::Error>(())
//! })?;
//! # Ok::<(), uv::Error>(())
//! ```
#![forbid(unsafe_code)]

mod executor;
pub mod fs;
mod oneshot;
mod pool;
mod stream;
mod timer;

pub(crate) use executor::Executor;
pub use executor::JoinHandle;
pub use pool::{getaddrinfo, getnameinfo, work};
pub use stream::{Connect, Listener, connect, read, shutdown, write};
pub use timer::sleep;
