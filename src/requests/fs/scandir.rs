//! Directories that are read as a whole, sorted by name.

use std::ffi::{CStr, c_char, c_void};
use std::ops::Range;

use libc::{c_int, ssize_t};

use super::request::{Subject, launch};
use crate::abi::*;
use crate::core::alloc;
use crate::sys::errno::{Errno, UvResult, to_int, to_status};
use crate::sys::fs::dir;
use crate::sys::fs::file::{self, Owned};

/// The words that one call reads entries into.
const BLOCK: usize = 32 * 1024 / size_of::<u64>();

/// What `req.ptr` points to. The request's field `nbufs` counts what was handed out.
struct Listing {
    entries: Vec<Entry>,
    /// All names, each with its end.
    names: Vec<u8>,
}

struct Entry {
    /// The first bytes of the name, as a number that sorts as they do.
    key: u64,
    /// Where its name begins, and ends.
    name: Range<usize>,
    kind: u8,
}

fn key(name: &[u8]) -> u64 {
    let mut bytes = [0; size_of::<u64>()];
    for (to, &from) in bytes.iter_mut().zip(name) {
        *to = from;
    }
    u64::from_be_bytes(bytes)
}

impl Listing {
    fn new() -> Listing {
        Listing { entries: Vec::new(), names: Vec::new() }
    }

    fn add(&mut self, entry: dir::Entry) -> UvResult {
        let bytes = entry.name.to_bytes();
        self.names.try_reserve(bytes.len() + 1).map_err(|_| Errno::ENOMEM)?;
        let start = self.names.len();
        let name = start..start + bytes.len();
        alloc::try_push(&mut self.entries, Entry { key: key(bytes), name, kind: entry.kind })?;
        self.names.extend_from_slice(bytes);
        self.names.push(0);
        Ok(())
    }

    fn read(&mut self, path: &CStr) -> UvResult {
        let flags = libc::O_RDONLY | libc::O_NONBLOCK | libc::O_DIRECTORY;
        let opened = Owned(file::open(path, flags, 0)?);
        let mut block = Vec::new();
        block.try_reserve_exact(BLOCK).map_err(|_| Errno::ENOMEM)?;
        block.resize(BLOCK, 0);
        dir::for_each(opened.0, &mut block, |entry| self.add(entry))
    }

    fn sort(&mut self) {
        let name = |entry: &Entry| self.names.get(entry.name.clone());
        self.entries.sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| name(a).cmp(&name(b))));
    }

    /// A C string: every name was stored with its end.
    fn name(&self, entry: &Entry) -> *const c_char {
        self.names.get(entry.name.start..).unwrap_or_default().as_ptr().cast()
    }
}

pub(super) fn dirent_type(kind: u8) -> uv_dirent_type_t {
    match kind {
        libc::DT_REG => UV_DIRENT_FILE,
        libc::DT_DIR => UV_DIRENT_DIR,
        libc::DT_LNK => UV_DIRENT_LINK,
        libc::DT_FIFO => UV_DIRENT_FIFO,
        libc::DT_SOCK => UV_DIRENT_SOCKET,
        libc::DT_CHR => UV_DIRENT_CHAR,
        libc::DT_BLK => UV_DIRENT_BLOCK,
        _ => UV_DIRENT_UNKNOWN,
    }
}

/// Reads the directory; returns the number of entries.
///
/// # Safety
/// `req` was set up by [`uv_fs_scandir`].
pub(super) unsafe fn scan(req: *mut uv_fs_t) -> UvResult<ssize_t> {
    let mut listing = Listing::new();
    // SAFETY: the caller's promise.
    unsafe {
        listing.read(CStr::from_ptr((*req).path))?;
        listing.sort();
        let count = listing.entries.len();
        (*req).nbufs = 0;
        if count > 0 {
            (*req).ptr = alloc::new(listing)?.cast();
        }
        Ok(count as ssize_t)
    }
}

/// # Safety
/// `listing` is what [`scan`] put into `req.ptr`, and is not used again.
pub(super) unsafe fn free(listing: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { alloc::delete(listing.cast::<Listing>()) };
}

unsafe fn next(req: *mut uv_fs_t, ent: *mut uv_dirent_t) -> UvResult {
    // SAFETY: the export's promise: `ptr` is null or a listing. No reference to it outlives this.
    unsafe {
        if (*req).result < 0 {
            return Err(Errno::from_code((*req).result as c_int));
        }
        let listing = (*req).ptr.cast::<Listing>();
        if listing.is_null() {
            return Err(Errno::EOF);
        }
        let from = &*listing;
        let Some(entry) = from.entries.get((*req).nbufs as usize) else {
            (*req).ptr = std::ptr::null_mut();
            alloc::delete(listing);
            return Err(Errno::EOF);
        };
        (*req).nbufs += 1;
        ent.write(uv_dirent_t { name: from.name(entry), r#type: dirent_type(entry.kind) });
        Ok(())
    }
}

/// Reads a whole directory, for [`uv_fs_scandir_next`]. The flags are not used.
///
/// Returns the number of entries or an error; with a callback 0, and the request has the result. Loop
/// thread only with a callback, else any thread.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_scandir>.
///
/// # Safety
/// `path` is a C string. `req` is not under way and stays until its callback; the loop, needed with a
/// callback, is initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_scandir(
    r#loop: *mut uv_loop_t,
    req: *mut uv_fs_t,
    path: *const c_char,
    flags: c_int,
    cb: uv_fs_cb,
) -> c_int {
    // SAFETY: our caller's promise.
    to_int(unsafe { launch(r#loop, req, UV_FS_SCANDIR, cb, Subject::Path(path), |req| (*req).flags = flags) })
}

/// The next entry of a directory that was read; the names come sorted. `ent.name` is valid until the
/// next call.
///
/// Returns 0, `UV_EOF` at the end, or the error that reading ended with. Any thread that may use the
/// request.
///
/// Implements <https://docs.libuv.org/en/v1.x/fs.html#c.uv_fs_scandir_next>.
///
/// # Safety
/// `req` was given to [`uv_fs_scandir`] and is done; `ent` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn uv_fs_scandir_next(req: *mut uv_fs_t, ent: *mut uv_dirent_t) -> c_int {
    // SAFETY: our caller's promise is the one `next` asks for.
    to_status(unsafe { next(req, ent) })
}
