//! A drop-in reimplementation of libuv 1.53: the same C ABI, a Rust core.
//!
//! `ARCHITECTURE.md` describes the layers; each module here is named after the page of libuv's
//! documentation that it implements.

pub mod abi;
mod api;
mod core;
mod handles;
mod requests;
mod standalone;
mod sys;
