//! A process that can open nothing more. It is one test, because the limit is the whole process's.

mod common;

use std::fs::File;

use common::{NONE, ms};
use uv::{Command, Error, Handle, Loop, Pipe, RunMode, Stdio, Tcp, Timer, fs};

#[test]
fn what_fails_leaves_nothing_behind() {
    // It has a limit of its own, beyond which sockets come and go.
    if common::is_under_valgrind() {
        return;
    }
    let event_loop = Loop::new().unwrap();
    let first = Timer::new(&event_loop).unwrap();
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the structure is borrowed for the call.
    assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) }, 0);
    limit.rlim_cur = 64;
    // SAFETY: as above.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
    let files: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();

    let pipe = Pipe::new(&event_loop).unwrap();
    let child = Command::new("cat").stdio(Stdio::Pipe(pipe)).spawn(&event_loop, |_, _| panic!("no child"));
    assert_eq!(child.err(), Some(Error::EMFILE));
    assert_eq!(Tcp::new(&event_loop).unwrap().bind(common::any_port()), Err(Error::EMFILE));
    assert!(Loop::new().is_err());
    fs::open(&event_loop, "/dev/null", fs::O_RDONLY, 0, |file| assert_eq!(file.err(), Some(Error::EMFILE)))
        .unwrap();

    // The handles before and behind the one that failed are the loop's as before.
    let last = Timer::new(&event_loop).unwrap();
    drop(first);
    event_loop.run(RunMode::Default);
    last.start(ms(1), NONE, |last| last.close()).unwrap();
    event_loop.run(RunMode::Default);
    assert_eq!(event_loop.handle_count(), 0);
    drop(files);
}
