//! A program driven by bytes, on this library: see `uv_fuzz::world`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uv_fuzz::api::OURS;
use uv_fuzz::world;

fuzz_target!(|input: &[u8]| world::play(&OURS, input));
