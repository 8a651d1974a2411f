//! What C sees: the types, constants and callback types of `uv.h`, and nothing else.
//!
//! The C headers are generated from here (`cargo xtask headers`), so names, order and field types
//! are those of C. Enumerations are integers, because C may pass any value for them.
#![allow(non_camel_case_types)]

/// A C enumeration as an integer type with constants. `typedef` gives the C enum a type name, `tag`
/// only a tag, `anonymous` none; the C headers tell them apart.
macro_rules! c_enum {
    (anonymous $repr:ident { $($name:ident = $value:expr,)* }) => {
        $(pub const $name: $repr = $value;)*
    };
    ($(#[$doc:meta])* $kind:ident $enum:ident: $repr:ident { $($name:ident = $value:expr,)* }) => {
        $(#[$doc])*
        pub type $enum = $repr;
        $(pub const $name: $enum = $value;)*
    };
}

mod async_;
mod dns;
mod errno;
mod ext;
mod fs;
mod fs_event;
mod handle;
mod held;
mod internal;
mod kinds;
mod layout;
mod loop_;
mod once;
mod os;
mod phase;
mod poll;
mod process;
mod req;
mod signal;
mod stream;
mod text_slot;
mod thread;
mod timer;
mod udp;
mod version;
mod work;

pub use self::async_::*;
pub use self::dns::*;
pub use self::errno::*;
pub use self::ext::*;
pub use self::fs::*;
pub use self::fs_event::*;
pub use self::handle::*;
pub(crate) use self::held::hold;
pub use self::held::{Held, Slot};
pub use self::internal::*;
pub(crate) use self::kinds::*;
pub use self::loop_::*;
pub(crate) use self::once::*;
pub use self::os::*;
pub use self::phase::*;
pub use self::poll::*;
pub use self::process::*;
pub use self::req::*;
pub use self::signal::*;
pub use self::stream::*;
pub use self::text_slot::{ConstTextSlot, TextSlot};
pub use self::thread::*;
pub use self::timer::*;
pub use self::udp::*;
pub use self::version::*;
pub use self::work::*;
