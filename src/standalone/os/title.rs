//! The title of the process, which is the memory where the system put the arguments.
//!
//! `uv_setup_args` copies the arguments, so that the program goes on with the copy and the original
//! memory is free for titles. The title's length is limited by what the arguments took.

use std::ffi::CStr;
use std::ptr::null_mut;

use libc::c_char;

use crate::core::memory::block::Block;
use crate::core::memory::out::OutBytes;
use crate::sys::arguments::{ArgumentMemory, Arguments};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fork_lock::ForkLock;
use crate::sys::thread;

struct Title {
    memory: ArgumentMemory,
    /// Without the NUL behind it.
    len: usize,
    /// The copy of the arguments, which the program uses.
    _copy: Block<*mut c_char>,
}

static TITLE: ForkLock<Option<Title>> = ForkLock::new(None);

/// Copies the arguments and takes over their memory.
pub(crate) fn take_arguments(arguments: Arguments) -> UvResult<*mut *mut c_char> {
    let texts = arguments.texts().map(|text| text.count_bytes() + 1).sum();
    let mut copy = Block::new(arguments.count() + 1, texts)?;
    for text in arguments.texts() {
        let text = copy.text(text.to_bytes())?;
        copy.push(text)?;
    }
    copy.push(null_mut())?;
    let len = arguments.texts().next().map_or(0, CStr::count_bytes);
    let array = copy.array();
    let memory = arguments.into_memory().ok_or(Errno::EINVAL)?;
    // Whoever calls this twice may still use the first copy.
    std::mem::forget(TITLE.with(|title| title.replace(Title { memory, len, _copy: copy })));
    Ok(array)
}

pub(crate) fn set(text: &CStr) -> UvResult {
    let text = text.to_bytes();
    let text = TITLE.with(|title| -> UvResult<&[u8]> {
        let title = title.as_mut().ok_or(Errno::ENOBUFS)?;
        let memory = title.memory.bytes_mut();
        let text = &text[..text.len().min(memory.len().saturating_sub(1))];
        let (start, rest) = memory.split_at_mut(text.len());
        start.copy_from_slice(text);
        rest.fill(0);
        title.len = text.len();
        Ok(text)
    })?;
    // Tools show the name of the thread too. Not being able to set it is no failure.
    let _ = thread::set_own_name(text);
    Ok(())
}

pub(crate) fn get(out: Option<OutBytes>) -> UvResult {
    let mut out = out.filter(|out| out.len() > 0).ok_or(Errno::EINVAL)?;
    TITLE.with(|title| {
        let title = title.as_ref().ok_or(Errno::ENOBUFS)?;
        let text = title.memory.bytes().get(..title.len).unwrap_or_default();
        if out.text(text) { Ok(()) } else { Err(Errno::ENOBUFS) }
    })
}

/// Frees the copy of the arguments, which a program that shuts the library down does not use any more.
/// There is no title afterwards.
pub(crate) fn forget() {
    drop(TITLE.with(Option::take));
}
