//! What the signal handler tells a loop.

use crate::abi::uv_signal_t;
use libc::c_int;

const WORD: usize = size_of::<usize>();

/// One handle, one signal.
#[derive(Clone, Copy)]
pub(super) struct Message {
    handle: usize,
    /// The signal in the lowest byte, the generation of its process above.
    what: usize,
}

impl Message {
    pub(super) const SIZE: usize = 2 * WORD;

    pub(super) fn new(handle: &uv_signal_t, signum: c_int, generation: usize) -> Message {
        let handle = std::ptr::from_ref(handle).expose_provenance();
        Message { handle, what: generation << 8 | signum as usize & 0xff }
    }

    pub(super) fn to_bytes(self) -> [u8; Message::SIZE] {
        let mut bytes = [0; Message::SIZE];
        let (handle, what) = bytes.split_at_mut(WORD);
        handle.copy_from_slice(&self.handle.to_ne_bytes());
        what.copy_from_slice(&self.what.to_ne_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Message> {
        let (handle, what) = bytes.split_at_checked(WORD)?;
        Some(Message {
            handle: usize::from_ne_bytes(handle.try_into().ok()?),
            what: usize::from_ne_bytes(what.try_into().ok()?),
        })
    }

    pub(super) fn signum(self) -> c_int {
        (self.what & 0xff) as c_int
    }

    pub(super) fn generation(self) -> usize {
        self.what >> 8
    }

    /// What a message keeps of a generation.
    pub(super) fn generation_bits(generation: usize) -> usize {
        generation << 8 >> 8
    }

    /// The handle that a message of this process is for.
    pub(super) fn handle<'a>(self) -> &'a uv_signal_t {
        // SAFETY: only the handler writes to the loop's pipe, for registered handles, and a handle is
        // not closed before all its messages were read.
        unsafe { &*std::ptr::with_exposed_provenance(self.handle) }
    }
}
