//! Directories that are read piece by piece.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::ffi::CStr;

use libc::ssize_t;

use crate::abi::*;
use crate::core::files::dirent::dirent_type;
use crate::core::files::results;
use crate::core::memory::text::Text;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fs::dir::Directory;

/// Notes the directory in the request; `EINVAL` without one.
pub(crate) fn set(request: &uv_fs_t, dir: Option<&uv_dir_t>) -> UvResult {
    request.ptr.set(std::ptr::from_ref(dir.ok_or(Errno::EINVAL)?).cast_mut().cast());
    Ok(())
}

/// The same if it can be read from, and has room for entries.
pub(crate) fn set_readable(request: &uv_fs_t, dir: Option<&uv_dir_t>) -> UvResult {
    set(request, dir.filter(|dir| !dir.dir.get().is_null() && !dir.dirents.get().is_null()))
}

pub(super) fn open(request: &uv_fs_t, path: &CStr) -> UvResult {
    results::put_dir(request, Directory::open(path)?)
}

/// Fills the program's entries; returns how many.
pub(super) fn read(request: &uv_fs_t) -> UvResult<ssize_t> {
    let dir = results::dir(request).ok_or(Errno::EINVAL)?;
    let mut count = 0;
    let outcome =
        results::with_open(dir, |opened| fill(opened, results::entries(dir, dir.nentries.get()), &mut count));
    match outcome.unwrap_or(Err(Errno::EINVAL)) {
        Ok(()) => Ok(count as ssize_t),
        Err(error) => {
            results::free_names(dir, count);
            Err(error)
        }
    }
}

fn fill(opened: &mut Directory, room: &[Cell<uv_dirent_t>], count: &mut usize) -> UvResult {
    for place in room {
        let Some(entry) = opened.next()? else { break };
        let name = Text::copy(entry.name.to_bytes())?.into_raw();
        place.set(uv_dirent_t { name, r#type: dirent_type(entry.kind) });
        *count += 1;
    }
    Ok(())
}

pub(super) fn close(request: &uv_fs_t) -> UvResult {
    results::drop_dir(request);
    Ok(())
}
