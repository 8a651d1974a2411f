//! A drop-in reimplementation of libuv 1.53: the same C ABI, a Rust core.
//!
//! The modules here are the layers that `ARCHITECTURE.md` describes, from `abi`, which uses none of the
//! others, to `api`, which all others are below.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod abi;
mod api;
mod core;
mod handles;
mod requests;
mod standalone;
mod sys;
