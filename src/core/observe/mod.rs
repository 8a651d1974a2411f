//! Seeing inside: what loops and workers do, for the eyes of whoever asked by an environment variable.
//!
//! The observer's thread runs most of this. It takes no memory but pages (`sys::pages`): the program's allocator
//! may be what is in trouble.
#![allow(dead_code, reason = "the observer's thread is its user")]

pub(crate) mod answer_json;
pub(crate) mod answer_metrics;
pub(crate) mod chrome_trace;
pub(crate) mod histogram;
pub(crate) mod json;
pub(crate) mod server;
pub(crate) mod trace_file;
pub(crate) mod trace_ring;
pub(crate) mod view;
