//! Calls and types with sizes, offsets and inode numbers of 64 bits, under their plain names. On
//! 32-bit systems glibc keeps those names for calls that fail where a number is larger than a `long`.

pub(crate) use libc::off64_t as off_t;

#[cfg(all(target_env = "gnu", target_pointer_width = "32"))]
pub(crate) use libc::{
    RLIM64_INFINITY as RLIM_INFINITY, fstat64 as fstat, fstatat64 as fstatat, fstatfs64 as fstatfs,
    ftruncate64 as ftruncate, getrlimit64 as getrlimit, lseek64 as lseek, open64 as open, pread64 as pread,
    preadv64 as preadv, pwrite64 as pwrite, pwritev64 as pwritev, readdir64 as readdir, rlimit64 as rlimit,
    sendfile64 as sendfile, stat64 as stat, statfs64 as statfs,
};

#[cfg(not(all(target_env = "gnu", target_pointer_width = "32")))]
pub(crate) use libc::{
    RLIM_INFINITY, fstat, fstatat, fstatfs, ftruncate, getrlimit, lseek, lstat, open, pread, preadv, pwrite,
    pwritev, readdir, rlimit, sendfile, stat, statfs,
};
