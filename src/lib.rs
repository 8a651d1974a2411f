//! A drop-in reimplementation of libuv 1.53: the same C ABI, a Rust core.
//!
//! `ARCHITECTURE.md` describes the layers; each module here is named after the page of libuv's
//! documentation that it implements.

pub mod abi;
mod async_;
mod core;
mod dispatch;
mod dl;
mod dns;
mod errors;
mod fs;
mod fs_event;
mod fs_poll;
mod handle;
mod idle;
mod inet;
mod interfaces;
mod loop_;
mod metrics;
mod os;
mod pipe;
mod poll;
mod process;
mod random;
mod request;
mod signal;
mod stream;
mod sync;
mod sys;
mod tcp;
mod text;
mod thread;
mod time;
mod timer;
mod tty;
mod udp;
mod version;
mod work;
