//! Seeing inside: which callback a loop is in, what the workers do, how long it all takes.
//!
//! While nobody looks, a bit of the loop's is tested where it calls the program. Otherwise each loop and each
//! worker has a [`seat`](seat::Seat), where it says what it does; the [`observer`], a thread of its own, reads. That thread
//! takes no memory but the system's pages: the program's allocator may be what is in trouble.

pub(crate) mod answer_json;
pub(crate) mod answer_metrics;
mod asked_ends;
mod blocked;
pub(crate) mod call;
pub(crate) mod calling;
pub(crate) mod chrome_trace;
mod culprits;
pub(crate) mod figures;
pub(crate) mod for_program;
mod handle_list;
pub(crate) mod histogram;
mod holders;
pub(crate) mod json;
mod loop_sums;
pub(crate) mod named;
pub(crate) mod observer;
mod present;
pub(crate) mod queued;
mod quoted;
pub(crate) mod seat;
pub(crate) mod seats;
pub(crate) mod server;
mod settings;
mod short;
mod sight;
mod stamp;
mod summons;
pub(crate) mod trace_file;
pub(crate) mod trace_ring;
mod under_way;
pub(crate) mod view;
mod watchdog;
pub(crate) mod watched;
pub(crate) mod words;
pub(crate) mod working;
