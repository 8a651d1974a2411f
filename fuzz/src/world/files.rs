//! File requests, and watching files, in a folder of the process's own.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_char, c_int};
use std::sync::OnceLock;

use uv::abi::*;

use super::{Kind, Request, Thing, World, to_bufs, told};
use crate::memory::Exact;

/// What a script has open, and whether it has touched the folder.
pub(super) struct Files {
    open: RefCell<Vec<c_int>>,
    is_used: Cell<bool>,
}

impl Files {
    pub(super) fn new() -> Files {
        Files { open: RefCell::new(Vec::new()), is_used: Cell::new(false) }
    }

    /// All requests are done: the folder is empty for the next script.
    pub(super) fn end(&self) {
        for fd in self.open.borrow_mut().drain(..) {
            // SAFETY: a descriptor that the script has opened, and nobody else uses.
            assert_eq!(unsafe { libc::close(fd) }, 0);
        }
        if self.is_used.get() {
            for path in paths() {
                // SAFETY: a path. One of these will do, or nothing is there.
                unsafe {
                    libc::unlink(path.as_ptr());
                    libc::rmdir(path.as_ptr());
                }
            }
        }
    }
}

fn folder() -> &'static CStr {
    static FOLDER: OnceLock<CString> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let path = std::env::temp_dir().join(format!("uv-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for files");
        extern "C" fn remove() {
            let _ =
                std::fs::remove_dir_all(std::env::temp_dir().join(format!("uv-fuzz-{}", std::process::id())));
        }
        // SAFETY: a function without arguments.
        unsafe { libc::atexit(remove) };
        CString::new(path.into_os_string().into_encoded_bytes()).expect("a path")
    })
}

fn paths() -> &'static [CString; 3] {
    static PATHS: OnceLock<[CString; 3]> = OnceLock::new();
    PATHS.get_or_init(|| {
        ["a", "b", "c"].map(|name| {
            let folder = folder().to_str().expect("a path");
            CString::new(format!("{folder}/{name}")).expect("a path")
        })
    })
}

impl World {
    fn path(&self) -> *const c_char {
        self.files.is_used.set(true);
        paths()[self.below(3)].as_ptr()
    }

    fn some_file(&self) -> Option<c_int> {
        let open = self.files.open.borrow();
        let place = self.below(open.len());
        open.get(place).copied()
    }

    pub(super) fn file_request(&self) {
        if self.jobs.borrow().len() >= 8 {
            return;
        }
        let (what, is_sync) = (self.below(13), self.below(4) == 0);
        let len = [1, 16, 3000][self.below(3)];
        let request = Request::<uv_fs_t>::new(self, vec![Exact::filled(len), Exact::filled(3)]);
        let (api, loop_) = (self.api, self.loop_);
        let cb: uv_fs_cb = if is_sync { None } else { Some(on_done) };
        // SAFETY: a request that is not begun, buffers that stay as long as it does, and paths that stay.
        unsafe {
            (*request).number.set(what as c_int);
            let bufs = to_bufs(&(*request).bytes);
            let at = Request::begin(request);
            let status = match (what, self.some_file()) {
                (0 | 1, _) => {
                    (api.uv_fs_open)(loop_, at, self.path(), libc::O_CREAT | libc::O_RDWR, 0o600, cb)
                }
                (2, Some(file)) => (api.uv_fs_read)(loop_, at, file, bufs.as_ptr(), 2, 0, cb),
                (3, Some(file)) => (api.uv_fs_write)(loop_, at, file, bufs.as_ptr(), 2, -1, cb),
                (4, Some(file)) => (api.uv_fs_fstat)(loop_, at, file, cb),
                (5, Some(file)) => (api.uv_fs_ftruncate)(loop_, at, file, self.below(9000) as i64, cb),
                (6, _) => (api.uv_fs_stat)(loop_, at, self.path(), cb),
                (7, _) => (api.uv_fs_unlink)(loop_, at, self.path(), cb),
                (8, _) => (api.uv_fs_mkdir)(loop_, at, self.path(), 0o700, cb),
                (9, _) => (api.uv_fs_rmdir)(loop_, at, self.path(), cb),
                (10, _) => (api.uv_fs_rename)(loop_, at, self.path(), self.path(), cb),
                (11, _) => (api.uv_fs_copyfile)(loop_, at, self.path(), self.path(), 0, cb),
                (12, _) => {
                    (*request).number.set(12);
                    (api.uv_fs_scandir)(loop_, at, folder().as_ptr(), 0, cb)
                }
                _ => (api.uv_fs_realpath)(loop_, at, self.path(), cb),
            };
            if is_sync {
                assert_eq!((*at).result.get() as c_int, status);
                file_done(at);
                return;
            }
            self.job_begun(at.cast(), status);
            Request::begun(request, status);
        }
    }

    pub(super) fn watch_file(&self) {
        let events = |thing: &Thing| matches!(thing.kind, Kind::FsEvent | Kind::FsPoll);
        // SAFETY: memory for a handle, open handles, and paths that stay.
        unsafe {
            match self.below(6) {
                0 | 1 if !self.is_full() => {
                    let thing = self.add::<uv_fs_event_t>(Kind::FsEvent);
                    self.made(thing, (self.api.uv_fs_event_init)(self.loop_, thing.of()));
                    let path = if self.below(2) == 0 { folder().as_ptr() } else { self.path() };
                    (self.api.uv_fs_event_start)(thing.of(), Some(on_event), path, 0);
                }
                2 if !self.is_full() => {
                    let thing = self.add::<uv_fs_poll_t>(Kind::FsPoll);
                    self.made(thing, (self.api.uv_fs_poll_init)(self.loop_, thing.of()));
                    (self.api.uv_fs_poll_start)(thing.of(), Some(on_change), self.path(), 1);
                }
                3 => {
                    let Some(thing) = self.pick(events) else { return };
                    let status = if thing.kind == Kind::FsEvent {
                        (self.api.uv_fs_event_stop)(thing.of())
                    } else {
                        (self.api.uv_fs_poll_stop)(thing.of())
                    };
                    assert_eq!(status, 0);
                }
                4 => {
                    let Some(thing) = self.pick(events) else { return };
                    if thing.kind == Kind::FsEvent {
                        (self.api.uv_fs_event_start)(thing.of(), Some(on_event), self.path(), 0);
                    } else {
                        (self.api.uv_fs_poll_start)(thing.of(), Some(on_change), self.path(), 1);
                    }
                }
                _ => {
                    // What watchers may see.
                    let fd = libc::open(self.path(), libc::O_CREAT | libc::O_WRONLY | libc::O_CLOEXEC, 0o600);
                    if fd >= 0 {
                        libc::write(fd, b"x".as_ptr().cast(), 1);
                        libc::close(fd);
                    }
                }
            }
        }
    }
}

/// Takes what the request has brought, and gives it back.
///
/// # Safety
/// A request of `file_request` that is done, once.
unsafe fn file_done(request: *mut uv_fs_t) -> &'static World {
    // SAFETY: as the caller says.
    unsafe {
        let this = (*request).data.get().cast::<Request<uv_fs_t>>();
        let world = &*(*this).world;
        let result = (*request).result.get();
        match (*this).number.get() {
            0 | 1 if result >= 0 => world.files.open.borrow_mut().push(result as c_int),
            12 if result > 0 => {
                let mut entry = uv_dirent_t { name: std::ptr::null(), r#type: 0 };
                let mut count = 0;
                while (world.api.uv_fs_scandir_next)(request, &mut entry) == 0 {
                    assert!(!CStr::from_ptr(entry.name).is_empty());
                    count += 1;
                }
                assert_eq!(count, result);
            }
            _ => {}
        }
        (world.api.uv_fs_req_cleanup)(request);
        Request::end(request);
        world
    }
}

unsafe extern "C" fn on_done(request: *mut uv_fs_t) {
    // SAFETY: a request of `file_request`, called back once.
    unsafe { file_done(request) }.in_callback();
}

unsafe extern "C" fn on_event(
    handle: *mut uv_fs_event_t,
    _name: *const c_char,
    _events: c_int,
    _status: c_int,
) {
    // SAFETY: a thing's handle.
    unsafe { told(handle) }.world().in_callback();
}

unsafe extern "C" fn on_change(
    handle: *mut uv_fs_poll_t,
    _status: c_int,
    _before: *const uv_stat_t,
    _now: *const uv_stat_t,
) {
    // SAFETY: as above.
    unsafe { told(handle) }.world().in_callback();
}
