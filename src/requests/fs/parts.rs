//! The memory that an operation works on: paths and buffers. Without a callback it is what the program
//! lends for the call; with one the request gets copies of its own, until it is done or cleaned up.

use std::ffi::{CStr, c_char};
use std::io::IoSlice;
use std::ptr::{null, null_mut};

use libc::c_uint;

use crate::abi::*;
use crate::core::alloc;
use crate::core::lend::{Held, hold_any, lend_any};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd::MAX_IO_BYTES;
use crate::sys::fs::io::Place;
use crate::sys::wide::off_t;

/// What every operation is asked with.
pub(crate) struct Call<'a> {
    pub(super) loop_: Option<&'a uv_loop_t>,
    pub(super) request: Option<Held<uv_fs_t>>,
    pub(super) cb: uv_fs_cb,
}

/// # Safety
/// The loop is null or initialised, and this is its thread if there is a callback; the request is null,
/// or not under way and stays until the callback, or for the call.
pub(crate) unsafe fn lend_call<'a>(loop_: *mut uv_loop_t, request: *mut uv_fs_t, cb: uv_fs_cb) -> Call<'a> {
    // SAFETY: as asked for above, word by word.
    unsafe { Call { loop_: lend_any(loop_), request: hold_any(request), cb } }
}

/// What an operation is about. No path where there must be one is an error.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
    None,
    File(uv_file),
    Path(Option<&'a CStr>),
    Paths(Option<&'a CStr>, Option<&'a CStr>),
    /// A path that the operation changes: a copy in any case.
    Template(Option<&'a CStr>),
    /// A file, and the memory to read into or to write.
    Buffers(uv_file, Buffers<'a>),
}

/// Memory of the program's to read into or to write from.
#[derive(Clone, Copy)]
pub(crate) struct Buffers<'a>(&'a [uv_buf_t]);

/// # Safety
/// `at` is null or points to `count` buffers, of memory that can be read and, for a read, written; it
/// stays until the callback, or for the call.
pub(crate) unsafe fn lend_buffers<'a>(at: *const uv_buf_t, count: c_uint) -> Buffers<'a> {
    if at.is_null() {
        return Buffers::NONE;
    }
    // SAFETY: as asked for above.
    Buffers(unsafe { std::slice::from_raw_parts(at, count as usize) })
}

impl<'a> Buffers<'a> {
    pub(super) const NONE: Buffers<'static> = Buffers(&[]);

    pub(super) fn count(self) -> usize {
        self.0.len()
    }

    pub(super) fn sizes(self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|buf| buf.len)
    }

    pub(super) fn pieces(self) -> &'a [IoSlice<'a>] {
        const { assert!(size_of::<uv_buf_t>() == size_of::<IoSlice>()) };
        // SAFETY: both are laid out as `iovec` (see `abi`), and `lend_buffers` asks for memory to read.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), self.0.len()) }
    }

    /// For a read.
    pub(super) fn places(self) -> &'a [Place<'a>] {
        const { assert!(size_of::<uv_buf_t>() == size_of::<Place>()) };
        // SAFETY: both are laid out as `iovec`, and `lend_buffers` asks for memory to write.
        unsafe { std::slice::from_raw_parts(self.0.as_ptr().cast(), self.0.len()) }
    }
}

/// Where the parts of an operation are.
#[derive(Clone, Copy)]
pub(super) enum Parts<'a> {
    Lent(Subject<'a>),
    /// In the request, where [`keep`] has put them.
    Kept(&'a uv_fs_t),
}

impl<'a> Parts<'a> {
    pub(super) fn path(self) -> &'a CStr {
        match self {
            Parts::Lent(Subject::Path(path) | Subject::Paths(path, _)) => path.unwrap_or_default(),
            Parts::Lent(_) => c"",
            Parts::Kept(request) => kept(request, request.path.get()),
        }
    }

    pub(super) fn new_path(self) -> &'a CStr {
        match self {
            Parts::Lent(Subject::Paths(_, path)) => path.unwrap_or_default(),
            Parts::Lent(_) => c"",
            Parts::Kept(request) => kept(request, request.new_path.get()),
        }
    }

    pub(super) fn buffers(self) -> Buffers<'a> {
        match self {
            Parts::Lent(Subject::Buffers(_, buffers)) => buffers,
            Parts::Lent(_) => Buffers::NONE,
            Parts::Kept(request) if request.bufs.get().is_null() => Buffers::NONE,
            Parts::Kept(request) => {
                // SAFETY: `keep_buffers` put that many there, of memory that `lend_buffers` asked for.
                unsafe { lend_buffers(request.bufs.get(), request.nbufs.get()) }
            }
        }
    }
}

/// One of the paths that [`keep`] has copied.
fn kept<'a>(request: &'a uv_fs_t, path: *const c_char) -> &'a CStr {
    if path.is_null() || request.cb.get().is_none() {
        return c"";
    }
    // SAFETY: with a callback both are copies of ours, which stay until the request is cleaned up.
    unsafe { CStr::from_ptr(path) }
}

/// Gives the request copies of what the subject is.
pub(super) fn keep(request: &uv_fs_t, subject: Subject) -> UvResult {
    match subject {
        Subject::None => {}
        Subject::File(file) => request.file.set(file),
        Subject::Path(path) | Subject::Template(path) => {
            request.path.set(copy([path.ok_or(Errno::EINVAL)?, c""])?);
        }
        Subject::Paths(Some(path), Some(new_path)) => {
            let block = copy([path, new_path])?;
            request.path.set(block);
            request.new_path.set(block.wrapping_add(path.count_bytes() + 1));
        }
        Subject::Paths(..) => return Err(Errno::EINVAL),
        Subject::Buffers(file, buffers) => {
            request.file.set(file);
            keep_buffers(request, buffers)?;
        }
    }
    Ok(())
}

/// Shows C what the subject is, for the length of the call.
pub(super) fn show(request: &uv_fs_t, subject: Subject) -> UvResult {
    match subject {
        Subject::None => {}
        Subject::File(file) | Subject::Buffers(file, _) => request.file.set(file),
        Subject::Path(path) => request.path.set(path.ok_or(Errno::EINVAL)?.as_ptr()),
        Subject::Paths(Some(path), Some(new_path)) => {
            request.path.set(path.as_ptr());
            request.new_path.set(new_path.as_ptr());
        }
        Subject::Paths(..) => return Err(Errno::EINVAL),
        Subject::Template(_) => keep(request, subject)?,
    }
    Ok(())
}

/// Two texts one after the other in one block.
fn copy(texts: [&CStr; 2]) -> UvResult<*const c_char> {
    let sizes = texts.map(|text| text.count_bytes() + 1);
    let block = alloc::malloc(sizes[0] + sizes[1]).cast::<c_char>();
    if block.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: fresh memory with room for both, their ends included.
    unsafe {
        block.copy_from_nonoverlapping(texts[0].as_ptr(), sizes[0]);
        block.add(sizes[0]).copy_from_nonoverlapping(texts[1].as_ptr(), sizes[1]);
    }
    Ok(block)
}

fn is_template(request: &uv_fs_t) -> bool {
    matches!(request.fs_type.get(), UV_FS_MKDTEMP | UV_FS_MKSTEMP)
}

/// Calls `fill_in` with the template that the operation changes, a text with its NUL.
pub(super) fn with_template<T>(
    request: &uv_fs_t,
    fill_in: impl FnOnce(&mut [u8]) -> UvResult<T>,
) -> UvResult<T> {
    let path = request.path.get();
    if path.is_null() || !is_template(request) {
        return Err(Errno::EINVAL);
    }
    // SAFETY: a copy of ours in both cases, for this operation alone; C may look at it when that is done.
    fill_in(unsafe {
        let size = CStr::from_ptr(path).count_bytes() + 1;
        std::slice::from_raw_parts_mut(path.cast_mut().cast::<u8>(), size)
    })
}

/// How many buffers a request itself has room for. The last place is out of use on 32-bit systems: in
/// programs compiled without `_FILE_OFFSET_BITS=64` the field `off` is shorter, so requests end in it.
const ROOM: usize = if size_of::<libc::off_t>() < size_of::<off_t>() { 3 } else { 4 };

/// The list of buffers that is a part of the request.
fn own_list(request: &uv_fs_t) -> *mut uv_buf_t {
    request.bufsml.as_ptr().cast()
}

/// Gives the request its own list of the buffers, so that the program's may go.
fn keep_buffers(request: &uv_fs_t, Buffers(buffers): Buffers) -> UvResult {
    let list =
        if buffers.len() <= ROOM { own_list(request) } else { alloc::malloc(size_of_val(buffers)).cast() };
    if list.is_null() {
        return Err(Errno::ENOMEM);
    }
    // SAFETY: the list has room for all; nobody reads it yet.
    unsafe { list.copy_from_nonoverlapping(buffers.as_ptr(), buffers.len()) };
    request.bufs.set(list);
    request.nbufs.set(buffers.len() as c_uint);
    Ok(())
}

/// Forgets the list of buffers, and frees it if it is a block of its own.
pub(super) fn drop_buffers(request: &uv_fs_t) {
    let list = request.bufs.replace(null_mut());
    if !list.is_null() && list != own_list(request) {
        // SAFETY: `keep_buffers` allocated it, and the request was the only way to it.
        unsafe { alloc::free(list.cast()) };
    }
}

/// Forgets the paths, and frees those that are copies.
pub(super) fn drop_paths(request: &uv_fs_t) {
    let path = request.path.replace(null());
    request.new_path.set(null()); // in the same block
    if request.cb.get().is_some() || is_template(request) {
        // SAFETY: null, or the block that `keep` allocated, and the request was the only way to it.
        unsafe { alloc::free(path.cast_mut().cast()) };
    }
}

/// Notes the length of a transfer in the list of buffers, of which it has none; `EINVAL` if that is more
/// than one call can move.
pub(crate) fn set_length(request: &uv_fs_t, len: usize) -> UvResult {
    if len > MAX_IO_BYTES {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the list's first place is a part of the request.
    unsafe { own_list(request).write(uv_buf_t { base: null_mut(), len }) };
    Ok(())
}

pub(super) fn length(request: &uv_fs_t) -> usize {
    // SAFETY: as in `set_length`; any bytes are a length.
    unsafe { (*own_list(request)).len }
}
