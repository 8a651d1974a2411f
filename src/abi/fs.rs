//! File operations.

use std::cell::Cell;

use libc::{DIR, c_char, c_int, c_long, c_uint, c_void, mode_t, off64_t as off_t, size_t, ssize_t};

use super::internal::{uv__req_write_extra_s, uv__work};
use super::loop_::uv_loop_t;
use super::os::{uv_buf_t, uv_gid_t, uv_uid_t};
use super::req::uv_req_type;

c_enum! {
    /// The operation of a request.
    typedef uv_fs_type: c_int {
        UV_FS_UNKNOWN = -1,
        UV_FS_CUSTOM = 0,
        UV_FS_OPEN = 1,
        UV_FS_CLOSE = 2,
        UV_FS_READ = 3,
        UV_FS_WRITE = 4,
        UV_FS_SENDFILE = 5,
        UV_FS_STAT = 6,
        UV_FS_LSTAT = 7,
        UV_FS_FSTAT = 8,
        UV_FS_FTRUNCATE = 9,
        UV_FS_UTIME = 10,
        UV_FS_FUTIME = 11,
        UV_FS_ACCESS = 12,
        UV_FS_CHMOD = 13,
        UV_FS_FCHMOD = 14,
        UV_FS_FSYNC = 15,
        UV_FS_FDATASYNC = 16,
        UV_FS_UNLINK = 17,
        UV_FS_RMDIR = 18,
        UV_FS_MKDIR = 19,
        UV_FS_MKDTEMP = 20,
        UV_FS_RENAME = 21,
        UV_FS_SCANDIR = 22,
        UV_FS_LINK = 23,
        UV_FS_SYMLINK = 24,
        UV_FS_READLINK = 25,
        UV_FS_CHOWN = 26,
        UV_FS_FCHOWN = 27,
        UV_FS_REALPATH = 28,
        UV_FS_COPYFILE = 29,
        UV_FS_LCHOWN = 30,
        UV_FS_OPENDIR = 31,
        UV_FS_READDIR = 32,
        UV_FS_CLOSEDIR = 33,
        UV_FS_STATFS = 34,
        UV_FS_MKSTEMP = 35,
        UV_FS_LUTIME = 36,
    }
}

c_enum! {
    /// The type of a directory entry.
    typedef uv_dirent_type_t: c_uint {
        UV_DIRENT_UNKNOWN = 0,
        UV_DIRENT_FILE = 1,
        UV_DIRENT_DIR = 2,
        UV_DIRENT_LINK = 3,
        UV_DIRENT_FIFO = 4,
        UV_DIRENT_SOCKET = 5,
        UV_DIRENT_CHAR = 6,
        UV_DIRENT_BLOCK = 7,
    }
}

/// `uv_fs_copyfile` fails if the destination exists.
pub const UV_FS_COPYFILE_EXCL: c_int = 0x0001;
/// `uv_fs_copyfile` tries to clone.
pub const UV_FS_COPYFILE_FICLONE: c_int = 0x0002;
/// `uv_fs_copyfile` clones or fails.
pub const UV_FS_COPYFILE_FICLONE_FORCE: c_int = 0x0004;
/// Windows: the link is to a directory.
pub const UV_FS_SYMLINK_DIR: c_int = 0x0001;
/// Windows: the link is a junction point.
pub const UV_FS_SYMLINK_JUNCTION: c_int = 0x0002;

pub const UV_FS_O_APPEND: c_int = libc::O_APPEND;
pub const UV_FS_O_CREAT: c_int = libc::O_CREAT;
pub const UV_FS_O_DIRECT: c_int = libc::O_DIRECT;
pub const UV_FS_O_DIRECTORY: c_int = libc::O_DIRECTORY;
pub const UV_FS_O_DSYNC: c_int = libc::O_DSYNC;
pub const UV_FS_O_EXCL: c_int = libc::O_EXCL;
pub const UV_FS_O_NOATIME: c_int = libc::O_NOATIME;
pub const UV_FS_O_NOCTTY: c_int = libc::O_NOCTTY;
pub const UV_FS_O_NOFOLLOW: c_int = libc::O_NOFOLLOW;
pub const UV_FS_O_NONBLOCK: c_int = libc::O_NONBLOCK;
pub const UV_FS_O_RDONLY: c_int = libc::O_RDONLY;
pub const UV_FS_O_RDWR: c_int = libc::O_RDWR;
pub const UV_FS_O_SYNC: c_int = libc::O_SYNC;
pub const UV_FS_O_TRUNC: c_int = libc::O_TRUNC;
pub const UV_FS_O_WRONLY: c_int = libc::O_WRONLY;
pub const UV_FS_O_EXLOCK: c_int = 0;
pub const UV_FS_O_SYMLINK: c_int = 0;
pub const UV_FS_O_FILEMAP: c_int = 0;
pub const UV_FS_O_RANDOM: c_int = 0;
pub const UV_FS_O_SHORT_LIVED: c_int = 0;
pub const UV_FS_O_SEQUENTIAL: c_int = 0;
pub const UV_FS_O_TEMPORARY: c_int = 0;

/// The time of the call.
pub const UV_FS_UTIME_NOW: f64 = f64::INFINITY;
/// The time stays as it is.
pub const UV_FS_UTIME_OMIT: f64 = f64::NAN;

/// The operation is over.
pub type uv_fs_cb = Option<unsafe extern "C" fn(req: *mut uv_fs_t)>;

pub type uv_file = c_int;

/// A point in time, with nanoseconds.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_timespec_t {
    pub tv_sec: c_long,
    pub tv_nsec: c_long,
}

/// What is known of a file.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_stat_t {
    pub st_dev: u64,
    pub st_mode: u64,
    pub st_nlink: u64,
    pub st_uid: u64,
    pub st_gid: u64,
    pub st_rdev: u64,
    pub st_ino: u64,
    pub st_size: u64,
    pub st_blksize: u64,
    pub st_blocks: u64,
    pub st_flags: u64,
    pub st_gen: u64,
    pub st_atim: uv_timespec_t,
    pub st_mtim: uv_timespec_t,
    pub st_ctim: uv_timespec_t,
    pub st_birthtim: uv_timespec_t,
}

impl uv_stat_t {
    /// Nothing is known.
    pub(crate) const NONE: uv_stat_t = {
        let never = uv_timespec_t { tv_sec: 0, tv_nsec: 0 };
        uv_stat_t {
            st_dev: 0,
            st_mode: 0,
            st_nlink: 0,
            st_uid: 0,
            st_gid: 0,
            st_rdev: 0,
            st_ino: 0,
            st_size: 0,
            st_blksize: 0,
            st_blocks: 0,
            st_flags: 0,
            st_gen: 0,
            st_atim: never,
            st_mtim: never,
            st_ctim: never,
            st_birthtim: never,
        }
    };
}

/// What is known of a file system.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_statfs_s {
    pub f_type: u64,
    pub f_bsize: u64,
    pub f_blocks: u64,
    pub f_bfree: u64,
    pub f_bavail: u64,
    pub f_files: u64,
    pub f_ffree: u64,
    pub f_frsize: u64,
    pub f_spare: [u64; 3],
}

pub type uv_statfs_t = uv_statfs_s;

/// An entry of a directory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct uv_dirent_s {
    pub name: *const c_char,
    pub r#type: uv_dirent_type_t,
}

pub type uv_dirent_t = uv_dirent_s;

/// An open directory.
#[repr(C)]
pub struct uv_dir_s {
    pub dirents: Cell<*mut uv_dirent_t>,
    pub nentries: Cell<size_t>,
    pub reserved: Cell<[*mut c_void; 4]>,
    pub dir: Cell<*mut DIR>,
}

pub type uv_dir_t = uv_dir_s;

/// A file operation.
#[repr(C)]
pub struct uv_fs_s {
    pub data: Cell<*mut c_void>,
    pub r#type: Cell<uv_req_type>,
    pub reserved: Cell<[*mut c_void; 5]>,
    pub write_extra: Cell<uv__req_write_extra_s>,
    pub fs_type: Cell<uv_fs_type>,
    pub r#loop: Cell<*mut uv_loop_t>,
    pub cb: Cell<uv_fs_cb>,
    pub result: Cell<ssize_t>,
    pub ptr: Cell<*mut c_void>,
    pub path: Cell<*const c_char>,
    pub statbuf: Cell<uv_stat_t>,
    pub new_path: Cell<*const c_char>,
    pub file: Cell<uv_file>,
    pub flags: Cell<c_int>,
    pub mode: Cell<mode_t>,
    pub nbufs: Cell<c_uint>,
    pub bufs: Cell<*mut uv_buf_t>,
    pub off: Cell<off_t>,
    pub uid: Cell<uv_uid_t>,
    pub gid: Cell<uv_gid_t>,
    pub atime: Cell<f64>,
    pub mtime: Cell<f64>,
    pub work_req: uv__work,
    pub bufsml: Cell<[uv_buf_t; 4]>,
}

pub type uv_fs_t = uv_fs_s;
