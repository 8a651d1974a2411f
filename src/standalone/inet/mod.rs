//! Internet addresses and their texts.
#![forbid(unsafe_code)]

pub(crate) mod address;
mod text;
