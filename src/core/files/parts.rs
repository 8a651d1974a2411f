//! The memory that an operation works on: paths and buffers. Without a callback it is what the program
//! lends for the call; with one the request gets copies of its own, until it is done or cleaned up.

use std::ffi::{CStr, c_char};
use std::ptr::null;

use super::buffers::{self, Buffers};
use crate::abi::*;
use crate::core::memory::alloc;
use crate::core::memory::lend::{Held, hold_any, lend_any};
use crate::sys::errno::{Errno, UvResult};

/// What every operation is asked with.
pub(crate) struct Call<'a> {
    pub(crate) loop_: Option<&'a uv_loop_t>,
    pub(crate) request: Option<Held<uv_fs_t>>,
    pub(crate) cb: uv_fs_cb,
}

/// # Safety
/// The loop is null or initialised, and this is its thread if there is a callback; the request is null,
/// or not under way and stays until the callback, or for the call.
pub(crate) unsafe fn lend_call<'a>(loop_: *mut uv_loop_t, request: *mut uv_fs_t, cb: uv_fs_cb) -> Call<'a> {
    // SAFETY: what is not null is an initialised loop, used on its thread if there is a callback, and a
    // request that is not under way and that the program leaves in place until the callback, or for the
    // call.
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

/// Where the parts of an operation are.
#[derive(Clone, Copy)]
pub(crate) enum Parts<'a> {
    Lent(Subject<'a>),
    /// In the request, where [`keep`] has put them.
    Kept(&'a uv_fs_t),
}

impl<'a> Parts<'a> {
    pub(crate) fn path(self) -> &'a CStr {
        match self {
            Parts::Lent(Subject::Path(path) | Subject::Paths(path, _)) => path.unwrap_or_default(),
            Parts::Lent(_) => c"",
            Parts::Kept(request) => kept(request, request.path.get()),
        }
    }

    pub(crate) fn new_path(self) -> &'a CStr {
        match self {
            Parts::Lent(Subject::Paths(_, path)) => path.unwrap_or_default(),
            Parts::Lent(_) => c"",
            Parts::Kept(request) => kept(request, request.new_path.get()),
        }
    }

    pub(crate) fn buffers(self) -> Buffers<'a> {
        match self {
            Parts::Lent(Subject::Buffers(_, buffers)) => buffers,
            Parts::Lent(_) => Buffers::NONE,
            Parts::Kept(request) => buffers::kept(request),
        }
    }
}

/// The path of a request that is under way, if it is about one.
pub(crate) fn kept_path(request: &uv_fs_t) -> Option<&CStr> {
    (!request.path.get().is_null()).then(|| kept(request, request.path.get()))
}

/// One of the paths that [`keep`] has copied.
fn kept(request: &uv_fs_t, path: *const c_char) -> &CStr {
    if path.is_null() || request.cb.get().is_none() {
        return c"";
    }
    // SAFETY: with a callback both are copies of ours, which stay until the request is cleaned up.
    unsafe { CStr::from_ptr(path) }
}

/// Gives the request copies of what the subject is.
pub(crate) fn keep(request: &uv_fs_t, subject: Subject) -> UvResult {
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
            buffers::keep(request, buffers)?;
        }
    }
    Ok(())
}

/// Frees what [`keep`] has copied.
#[cold]
pub(crate) fn forget(request: &uv_fs_t) {
    buffers::drop_kept(request);
    drop_paths(request);
}

/// Shows C what the subject is, for the length of the call.
pub(crate) fn show(request: &uv_fs_t, subject: Subject) -> UvResult {
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
pub(crate) fn with_template<T>(
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

/// Forgets the paths, and frees those that are copies.
pub(crate) fn drop_paths(request: &uv_fs_t) {
    let path = request.path.replace(null());
    request.new_path.set(null()); // in the same block
    if request.cb.get().is_some() || is_template(request) {
        // SAFETY: null, or the block that `keep` allocated, and the request was the only way to it.
        unsafe { alloc::free(path.cast_mut().cast()) };
    }
}
