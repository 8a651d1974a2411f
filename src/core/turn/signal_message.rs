//! What the signal handler tells a loop.

use crate::abi::uv_signal_t;
use libc::c_int;

const WORD: usize = size_of::<usize>();

/// One handle, one signal: the handle's address, and the signal in the lowest byte under the generation
/// of its process.
#[derive(Clone, Copy)]
pub(crate) struct Message([usize; 2]);

impl Message {
    pub(crate) const SIZE: usize = 2 * WORD;

    pub(crate) fn new(handle: &uv_signal_t, signum: c_int, generation: usize) -> Message {
        let handle = std::ptr::from_ref(handle).expose_provenance();
        Message([handle, (generation << 8) | (signum as usize & 0xff)])
    }

    pub(crate) fn to_bytes(self) -> [u8; Message::SIZE] {
        let mut bytes = [0; Message::SIZE];
        let (handle, what) = bytes.split_at_mut(WORD);
        handle.copy_from_slice(&self.0[0].to_ne_bytes());
        what.copy_from_slice(&self.0[1].to_ne_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Message> {
        let (handle, what) = bytes.split_at_checked(WORD)?;
        let word = |bytes: &[u8]| bytes.try_into().ok().map(usize::from_ne_bytes);
        Some(Message([word(handle)?, word(what)?]))
    }

    pub(crate) fn words(self) -> [usize; 2] {
        self.0
    }

    pub(crate) fn from_words(words: [usize; 2]) -> Message {
        Message(words)
    }

    pub(crate) fn signum(self) -> c_int {
        (self.0[1] & 0xff) as c_int
    }

    pub(crate) fn generation(self) -> usize {
        self.0[1] >> 8
    }

    /// What a message keeps of a generation.
    pub(crate) fn generation_bits(generation: usize) -> usize {
        generation << 8 >> 8
    }

    /// The handle that a message of this process is for.
    pub(crate) fn handle<'a>(self) -> &'a uv_signal_t {
        // SAFETY: only the handler writes to the loop's pipe, for registered handles, and a handle is
        // not closed before all its messages were told.
        unsafe { &*std::ptr::with_exposed_provenance(self.0[0]) }
    }
}
