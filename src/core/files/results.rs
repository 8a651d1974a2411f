//! What operations leave in their requests, and what is freed of it.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ptr::{null, null_mut};

use super::listing::Listing;
use super::{buffers, parts};
use crate::abi::*;
use crate::core::memory::alloc;
use crate::core::memory::text::Text;
use crate::sys::errno::UvResult;
use crate::sys::fs::dir::Directory;

/// Leaves a stat, in the request itself.
pub(crate) fn put_stat(request: &uv_fs_t, stat: &uv_stat_t) {
    request.statbuf.set(*stat);
    request.ptr.set(request.statbuf.as_ptr().cast());
}

/// Leaves a text.
pub(crate) fn put_text(request: &uv_fs_t, text: &[u8]) -> UvResult {
    request.ptr.set(Text::copy(text)?.into_raw().cast());
    Ok(())
}

pub(crate) fn put_statfs(request: &uv_fs_t, statfs: uv_statfs_t) -> UvResult {
    request.ptr.set(alloc::new(statfs)?.cast());
    Ok(())
}

pub(crate) fn put_listing(request: &uv_fs_t, listing: Listing) -> UvResult {
    request.ptr.set(alloc::new(listing)?.cast());
    Ok(())
}

/// The listing that a scandir has left, until [`drop_listing`].
pub(crate) fn listing(request: &uv_fs_t) -> Option<&Listing> {
    if request.fs_type.get() != UV_FS_SCANDIR {
        return None;
    }
    // SAFETY: null, or what `put_listing` made; nobody else knows its type.
    unsafe { request.ptr.get().cast::<Listing>().as_ref() }
}

pub(crate) fn drop_listing(request: &uv_fs_t) {
    if request.fs_type.get() != UV_FS_SCANDIR || request.ptr.get().is_null() {
        return;
    }
    // SAFETY: `put_listing` made it, and with the field its last owner has gone.
    unsafe { alloc::delete(request.ptr.replace(null_mut()).cast::<Listing>()) };
}

/// Leaves a directory that was opened.
pub(crate) fn put_dir(request: &uv_fs_t, opened: Directory) -> UvResult {
    let made = alloc::new(zeroed::<uv_dir_t>())?;
    // SAFETY: just made, and not shown to anybody yet.
    unsafe { (*made).dir.set(opened.into_raw()) };
    request.ptr.set(made.cast());
    Ok(())
}

/// The directory that the operation is about: one that [`put_dir`] made for the program.
pub(crate) fn dir(request: &uv_fs_t) -> Option<&uv_dir_t> {
    if !matches!(request.fs_type.get(), UV_FS_READDIR | UV_FS_CLOSEDIR) {
        return None;
    }
    // SAFETY: lent with the request, by uv_fs_readdir or uv_fs_closedir, until its callback.
    unsafe { request.ptr.get().cast::<uv_dir_t>().as_ref() }
}

/// Calls `used` with what is open there, if anything.
pub(crate) fn with_open<T>(dir: &uv_dir_t, used: impl FnOnce(&mut Directory) -> T) -> Option<T> {
    // SAFETY: `put_dir` put it there; nothing else may use the directory meanwhile, as documented.
    let opened = unsafe { Directory::from_raw(dir.dir.get()) };
    opened.map(|opened| used(&mut ManuallyDrop::new(opened)))
}

/// The program's room for entries: `nentries` of them, or those that a read has filled, which are as many at most.
/// The program may have said another number since.
pub(crate) fn entries(dir: &uv_dir_t, count: usize) -> &[Cell<uv_dirent_t>] {
    if dir.dirents.get().is_null() {
        return &[];
    }
    // SAFETY: so many are there as long as the directory is open: the program's word, now or when it asked for them.
    unsafe { std::slice::from_raw_parts(dir.dirents.get().cast(), count) }
}

/// Frees the names of the first `count` entries, which a read has filled.
pub(crate) fn free_names(dir: &uv_dir_t, count: usize) {
    for entry in entries(dir, count) {
        let uv_dirent_t { name, r#type } = entry.replace(uv_dirent_t { name: null(), r#type: 0 });
        entry.set(uv_dirent_t { name: null(), r#type });
        // SAFETY: null, or the `Text` that the read put there; the entry was the only way to it.
        drop(unsafe { Text::from_raw(name.cast_mut()) });
    }
}

/// Closes a directory and frees it.
pub(crate) fn drop_dir(request: &uv_fs_t) {
    if let Some(dir) = dir(request) {
        // SAFETY: `put_dir` put it there, and the program is not to use the directory again.
        drop(unsafe { Directory::from_raw(dir.dir.replace(null_mut())) });
        // SAFETY: `put_dir` made it; the program has given it back with this request.
        unsafe { alloc::delete(request.ptr.replace(null_mut()).cast::<uv_dir_t>()) };
    }
}

/// Frees what the request holds; its result stays.
pub(crate) fn cleanup(request: &uv_fs_t) {
    parts::drop_paths(request);
    buffers::drop_kept(request);
    let ptr = request.ptr.get();
    match request.fs_type.get() {
        _ if ptr.is_null() => {}
        // The directory stays open until uv_fs_closedir; there, not closed, it is still the program's.
        UV_FS_OPENDIR | UV_FS_CLOSEDIR => {}
        // The directory is the program's; the names in it were made for this request.
        UV_FS_READDIR => {
            if let Some(dir) = dir(request) {
                free_names(dir, usize::try_from(request.result.get()).unwrap_or(0));
            }
        }
        UV_FS_SCANDIR => drop_listing(request),
        UV_FS_READLINK | UV_FS_REALPATH | UV_FS_STATFS => {
            // SAFETY: made for this request by one of the functions above, from the library's memory.
            unsafe { alloc::free(ptr) };
        }
        _ => {} // the stat is a part of the request
    }
    request.ptr.set(null_mut());
}
