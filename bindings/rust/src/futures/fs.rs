//! Files, see [`crate::fs`].
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};

use super::pool::answer;
use crate::error::Result;
use crate::event_loop::LoopRef;
use crate::fs::{self, Dirent, File, Stat};

/// What is asked for by one path.
macro_rules! by_path {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $result:ty;)*) => { $(
        #[doc = concat!("See [`crate::fs::", stringify!($name), "`].")]
        pub async fn $name(event_loop: &LoopRef, path: impl AsRef<Path>, $($argument: $kind),*) -> Result<$result> {
            answer(|done| fs::$name(event_loop, path, $($argument,)* done)).await
        }
    )* };
}

by_path! {
    open(flags: i32, mode: u32) -> File;
    stat() -> Stat;
    lstat() -> Stat;
    scandir() -> Vec<Dirent>;
    readlink() -> PathBuf;
    realpath() -> PathBuf;
    mkdtemp() -> PathBuf;
    mkdir(mode: u32) -> ();
    rmdir() -> ();
    unlink() -> ();
    chmod(mode: u32) -> ();
    access(mode: i32) -> ();
    rename(to: impl AsRef<Path>) -> ();
    link(to: impl AsRef<Path>) -> ();
    symlink(at: impl AsRef<Path>) -> ();
    copyfile(to: impl AsRef<Path>) -> ();
    read_file() -> Vec<u8>;
    write_file(bytes: impl AsRef<[u8]> + Send + 'static) -> ();
}

/// See [`File::read`].
pub async fn read(file: &File, size: usize, offset: Option<u64>) -> Result<Vec<u8>> {
    answer(|done| file.read(size, offset, done)).await
}

/// See [`File::write`].
pub async fn write(file: &File, bytes: impl AsRef<[u8]> + 'static, offset: Option<u64>) -> Result<usize> {
    answer(|done| file.write(bytes, offset, done)).await
}

/// See [`File::stat`].
pub async fn fstat(file: &File) -> Result<Stat> {
    answer(|done| file.stat(done)).await
}

/// See [`File::truncate`].
pub async fn truncate(file: &File, size: u64) -> Result<()> {
    answer(|done| file.truncate(size, done)).await
}

/// See [`File::sync`].
pub async fn sync(file: &File) -> Result<()> {
    answer(|done| file.sync(done)).await
}

/// See [`File::close`].
pub async fn close(file: File) -> Result<()> {
    answer(|done| file.close(done)).await
}
