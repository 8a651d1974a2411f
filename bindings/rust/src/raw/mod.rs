//! All that the compiler does not check, behind safe functions.
//!
//! `SOUNDNESS.md` says which rules C has and where each is kept.

pub mod address;
pub mod event_loop;
pub mod fs;
pub mod fs_event;
pub mod handle;
pub mod kinds;
pub mod lookup;
pub mod memory;
pub mod request;
pub mod sender;
pub mod spawn;
pub mod text;
pub mod transfer;
pub mod work;
