//! Streams: what tcp, pipe and tty have in common. They know their kinds no more than a flag or two;
//! what depends on the kind is told by tcp, pipe and tty themselves.

#![forbid(unsafe_code)]

mod close;
mod connect;
mod flush;
mod gather;
mod listen;
mod nature;
mod open;
mod passing;
mod queued;
mod read;
mod ready;
mod send;
mod shutdown;
mod state;
mod write;

pub(crate) use self::close::{close, finish_close};
pub(crate) use self::connect::{Stage, fail_later, start as start_connect};
pub(crate) use self::listen::{loop_close, start_listening, take_accepted};
pub(crate) use self::nature::Nature;
pub(crate) use self::open::{abandon, give_up_descriptor, init, open, open_as, set_blocking, take};
pub(crate) use self::queued::cancel;
pub(crate) use self::read::{start as read_start, stop as read_stop};
pub(crate) use self::ready::on_ready;
pub(crate) use self::shutdown::start as shutdown;
pub(crate) use self::state::{descriptor, is_ipc, share};
pub(crate) use self::write::{start as write, start_any as write_any, try_now as try_write};
