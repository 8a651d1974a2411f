//! Watching files and folders.

mod common;

use common::{Folder, Log};
use uv::{Error, FsEvent, Handle, Loop, RunMode};

#[test]
fn tells_of_a_new_file() {
    let (event_loop, folder) = (Loop::new().unwrap(), Folder::new());
    let log = Log::default();
    let watcher = FsEvent::new(&event_loop).unwrap();
    let told = log.clone();
    watcher
        .start(folder.path(), move |watcher, event| {
            let event = event.unwrap();
            assert!(event.is_rename && !event.is_change);
            told.add(event.name.unwrap().to_string_lossy());
            watcher.stop().unwrap();
        })
        .unwrap();
    std::fs::write(folder.file("new"), "").unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["new"]);
    assert!(!watcher.is_active());
}

#[test]
fn there_must_be_something_to_watch() {
    let (event_loop, folder) = (Loop::new().unwrap(), Folder::new());
    let watcher = FsEvent::new(&event_loop).unwrap();
    assert_eq!(watcher.start(folder.file("nothing"), |_, _| ()), Err(Error::ENOENT));
}
