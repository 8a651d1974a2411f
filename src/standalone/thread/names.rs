//! The names of threads.

use std::ffi::CStr;

use crate::core::memory::out::OutBytes;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::thread::{self, Thread};

pub(crate) fn set_own(name: Option<&CStr>) -> UvResult {
    thread::set_own_name(name.ok_or(Errno::EINVAL)?.to_bytes())
}

/// Writes a thread's name, cut to what fits.
pub(crate) fn get(thread: Thread, out: Option<OutBytes>) -> UvResult {
    let mut out = out.filter(|out| out.len() > 0).ok_or(Errno::EINVAL)?;
    out.cut_text(thread::until_nul(&thread.name()?));
    Ok(())
}
