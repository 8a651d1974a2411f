//! What the fuzz targets have in common.

pub mod api;
pub mod bytes;
pub mod memory;
pub mod script;
pub mod world;
