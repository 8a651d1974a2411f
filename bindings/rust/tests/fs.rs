//! Files.

mod common;

use std::cell::Cell;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::SystemTime;

use common::{Folder, Log};
use uv::fs::{self, File, FileKind};
use uv::{Error, Loop, RunMode};

/// Runs the loop until an operation has called back, and returns with what.
fn wait<T: 'static>(event_loop: &Loop, begin: impl FnOnce(Box<dyn FnOnce(T)>)) -> T {
    let answer = Rc::new(Cell::new(None));
    let told = answer.clone();
    begin(Box::new(move |result| told.set(Some(result))));
    event_loop.run(RunMode::Default);
    answer.take().expect("the operation has called back")
}

macro_rules! wait {
    ($event_loop:ident, $function:ident($($argument:expr),*)) => {
        wait(&$event_loop, |done| drop(fs::$function(&$event_loop, $($argument,)* done).unwrap()))
    };
    ($event_loop:ident, $file:ident.$function:ident($($argument:expr),*)) => {
        wait(&$event_loop, |done| drop($file.$function($($argument,)* done).unwrap()))
    };
}

#[test]
fn a_file_is_written_and_read() {
    let (event_loop, folder) = (Loop::new().unwrap(), Folder::new());
    let path = folder.file("file");
    let file = wait!(event_loop, open(&path, fs::O_RDWR | fs::O_CREAT | fs::O_EXCL, 0o600)).unwrap();
    assert_eq!(wait!(event_loop, file.write("hello, ", None)), Ok(7));
    assert_eq!(wait!(event_loop, file.write(String::from("world"), None)), Ok(5));
    assert_eq!(wait!(event_loop, file.write(*b"J", Some(0))), Ok(1));
    assert_eq!(wait!(event_loop, file.sync()), Ok(()));
    assert_eq!(wait!(event_loop, file.read(100, Some(7))), Ok(b"world".to_vec()));
    assert_eq!(wait!(event_loop, file.read(5, Some(0))), Ok(b"Jello".to_vec()));
    assert_eq!(wait!(event_loop, file.read(100, None)), Ok(Vec::new()), "the end");
    assert_eq!(wait!(event_loop, file.truncate(5)), Ok(()));
    let stat = wait!(event_loop, file.stat()).unwrap();
    assert_eq!((stat.size, stat.mode & 0o777, stat.is_file(), stat.is_dir()), (5, 0o600, true, false));
    assert_eq!(wait!(event_loop, file.close()), Ok(()));
    assert_eq!(std::fs::read(&path).unwrap(), b"Jello");
    let again = wait!(event_loop, open(&path, fs::O_RDWR | fs::O_CREAT | fs::O_EXCL, 0o600));
    assert_eq!(again.err(), Some(Error::EEXIST));
}

#[test]
fn whole_files() {
    let (event_loop, folder) = (Loop::new().unwrap(), Folder::new());
    let path = folder.file("file");
    assert_eq!(wait!(event_loop, read_file(&path)), Err(Error::ENOENT));
    let bytes = vec![7; 300_000];
    assert_eq!(wait!(event_loop, write_file(&path, bytes.clone())), Ok(()));
    assert_eq!(wait!(event_loop, read_file(&path)), Ok(bytes));
    // It has no size, and something in it.
    let status = wait!(event_loop, read_file("/proc/self/status")).unwrap();
    assert!(status.starts_with(b"Name:"));
}

#[test]
fn names_in_a_folder() {
    let (event_loop, folder) = (Loop::new().unwrap(), Folder::new());
    let [path, old, new, copy, link] = ["made", "old", "new", "copy", "link"].map(|name| folder.file(name));
    assert_eq!(wait!(event_loop, mkdir(&path, 0o700)), Ok(()));
    assert_eq!(wait!(event_loop, mkdir(&path, 0o700)), Err(Error::EEXIST));
    std::fs::write(&old, "text").unwrap();
    assert_eq!(wait!(event_loop, rename(&old, &new)), Ok(()));
    assert_eq!(wait!(event_loop, copyfile(&new, &copy)), Ok(()));
    assert_eq!(wait!(event_loop, symlink("new", &link)), Ok(()));
    let entries = wait!(event_loop, scandir(folder.path())).unwrap();
    let entries: Vec<_> =
        entries.iter().map(|entry| (entry.name.to_str().unwrap(), entry.kind == FileKind::Dir)).collect();
    assert_eq!(entries, [("copy", false), ("link", false), ("made", true), ("new", false)]);
    assert_eq!(wait!(event_loop, readlink(&link)), Ok(PathBuf::from("new")));
    assert_eq!(wait!(event_loop, realpath(&link)).unwrap(), new.canonicalize().unwrap());
    assert!(wait!(event_loop, lstat(&link)).unwrap().is_symlink());
    assert!(wait!(event_loop, stat(&link)).unwrap().is_file());
    assert_eq!(wait!(event_loop, unlink(&link)), Ok(()));
    assert_eq!(wait!(event_loop, rmdir(&path)), Ok(()));
    assert_eq!(wait!(event_loop, rmdir(folder.path())), Err(Error::ENOTEMPTY));
    assert_eq!(wait!(event_loop, access(&new, fs::R_OK)), Ok(()));
    assert_eq!(wait!(event_loop, chmod(&new, 0o400)), Ok(()));
    let stat = wait!(event_loop, stat(&new)).unwrap();
    assert_eq!(stat.mode & 0o777, 0o400);
    assert!(stat.modified <= SystemTime::now() && stat.modified > SystemTime::UNIX_EPOCH);
    let made = wait!(event_loop, mkdtemp(folder.file("XXXXXX"))).unwrap();
    assert!(made.is_dir() && made.parent() == Some(folder.path()));
}

/// An operation keeps its file open, and its number from becoming another file's.
#[test]
fn a_file_stays_open_for_what_is_under_way() {
    let (event_loop, folder) = (Loop::new().unwrap(), Folder::new());
    let path = folder.file("file");
    std::fs::write(&path, "text").unwrap();
    let file = File::new(event_loop.clone(), std::fs::File::open(&path).unwrap());
    let log = Log::default();
    let told = log.clone();
    file.read(4, Some(0), move |bytes| told.add(String::from_utf8(bytes.unwrap()).unwrap())).unwrap();
    let busy = file.clone();
    assert_eq!(busy.close(|_| ()).err(), Some(Error::EBUSY));
    drop(file);
    event_loop.run(RunMode::Default);
    log.expect(&["text"]);
}

#[test]
fn what_cannot_be_asked() {
    let (event_loop, folder) = (Loop::new().unwrap(), Folder::new());
    assert_eq!(fs::stat(&event_loop, "a\0b", |_| ()).err(), Some(Error::EINVAL));
    let file = File::new(event_loop.clone(), std::fs::File::open(folder.path()).unwrap());
    assert_eq!(file.read(1, Some(u64::MAX), |_| ()).err(), Some(Error::EINVAL));
    assert_eq!(wait!(event_loop, file.read(1, None)), Err(Error::EISDIR));
    symlink("loop", folder.file("loop")).unwrap();
    assert_eq!(wait!(event_loop, stat(folder.file("loop"))), Err(Error::ELOOP));
    drop(event_loop);
    assert_eq!(file.close(|_| ()).err(), Some(Error::EINVAL));
}
