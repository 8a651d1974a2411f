//! What POSIX describes, and what other Unix systems have nearly as Linux does. A call in here that is Linux's alone
//! yet gets its place in `linux` with the first system that lacks it.

pub(crate) use super::common::{may_lack, piece_list, prefetch, refusal};

pub(crate) mod abort;
pub(crate) mod arguments;
pub(crate) mod at_fork;
pub(crate) mod brief_lock;
pub(crate) mod c_text;
pub(crate) mod clock;
pub(crate) mod dl;
pub(crate) mod environ;
pub(crate) mod errno;
pub(crate) mod fd;
pub(crate) mod folder;
pub(crate) mod fork;
pub(crate) mod fork_lock;
pub(crate) mod fs;
pub(crate) mod identity;
pub(crate) mod lines;
pub(crate) mod local;
pub(crate) mod locks;
pub(crate) mod machine;
pub(crate) mod mapped;
pub(crate) mod net_address;
pub(crate) mod path;
pub(crate) mod process;
pub(crate) mod resolver;
pub(crate) mod rights;
pub(crate) mod setting;
pub(crate) mod signal;
pub(crate) mod signal_mask;
pub(crate) mod socket;
pub(crate) mod thread;
pub(crate) mod tty;
pub(crate) mod users;
pub(crate) mod worker_thread;
