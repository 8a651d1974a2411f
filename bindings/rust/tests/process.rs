//! Child processes.

mod common;

use std::fs::OpenOptions;

use common::{Folder, Log};
use uv::{Command, Error, Exit, Handle, Loop, Pipe, RunMode, Stdio, Stream};

fn shell(script: &str) -> Command {
    Command::new("sh").args(["-c", script])
}

fn exit_of(command: Command) -> Exit {
    let event_loop = Loop::new().unwrap();
    let exit = std::rc::Rc::new(std::cell::Cell::new(None));
    let told = exit.clone();
    let process = command.spawn(&event_loop, move |_, exit| told.set(Some(exit))).unwrap();
    assert!(process.pid().unwrap() > 0);
    event_loop.run(RunMode::Default);
    assert_eq!(process.kill(0), Err(Error::ESRCH));
    exit.get().expect("it has ended")
}

#[test]
fn ends_with_a_status() {
    assert_eq!(exit_of(shell("exit 7")), Exit { status: 7, signal: 0 });
    assert_eq!(exit_of(shell("kill -9 $$")), Exit { status: 0, signal: 9 });
    // The environment is this one and no other.
    assert_eq!(exit_of(shell("exit $number").env("number", "5")).status, 5);
    assert_eq!(exit_of(Command::new("/bin/sh").arg0("name").args(["-c", "test $0 = name"])).status, 0);
    assert_eq!(exit_of(shell("test $(pwd) = /").cwd("/").detached()).status, 0);
}

#[test]
fn what_goes_in_comes_out() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let (stdin, stdout) = (Pipe::new(&event_loop).unwrap(), Pipe::new(&event_loop).unwrap());
    let told = log.clone();
    let process = Command::new("cat")
        .stdio(Stdio::Pipe(stdin.clone()))
        .stdio(Stdio::Pipe(stdout.clone()))
        .stdio(Stdio::Inherit)
        .spawn(&event_loop, move |process, exit| {
            told.add(format!("{exit:?}"));
            process.close();
        })
        .unwrap();
    let told = log.clone();
    stdout
        .read_start(move |stdout, read| match read {
            Ok(bytes) => told.add(String::from_utf8_lossy(bytes)),
            Err(error) => {
                assert_eq!(error, Error::EOF);
                stdout.close();
            }
        })
        .unwrap();
    stdin.write("through a child", |status| status.unwrap()).unwrap();
    let written = stdin.clone();
    stdin.shutdown(move |_| written.close()).unwrap();
    event_loop.run(RunMode::Default);
    log.expect_in_any_order(&["through a child", "Exit { status: 0, signal: 0 }"]);
    assert!(process.is_closing());
}

#[test]
fn is_killed() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let stdin = Pipe::new(&event_loop).unwrap();
    let told = log.clone();
    // It waits for us, who say nothing, and do not close the pipe either.
    let process = Command::new("cat")
        .stdio(Stdio::Pipe(stdin.clone()))
        .spawn(&event_loop, move |_, exit| told.add(format!("{}", exit.signal)))
        .unwrap();
    process.kill(15).unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["15"]);
}

#[test]
fn writes_to_a_file() {
    let folder = Folder::new();
    let path = folder.file("output");
    let file = OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
    assert_eq!(exit_of(shell("echo text").stdio(Stdio::Ignore).stdio(Stdio::File(file.into()))).status, 0);
    assert_eq!(std::fs::read_to_string(path).unwrap(), "text\n");
}

#[test]
fn there_is_no_such_program() {
    let event_loop = Loop::new().unwrap();
    let missing = Command::new("/no/such/program").spawn(&event_loop, |_, _| panic!("there is no child"));
    assert_eq!(missing.err(), Some(Error::ENOENT));
    event_loop.run(RunMode::Default);
    assert_eq!(event_loop.handle_count(), 0);
    assert_eq!(Command::new("a\0b").spawn(&event_loop, |_, _| ()).err(), Some(Error::EINVAL));
}

#[test]
fn a_pipe_is_given_once() {
    let event_loop = Loop::new().unwrap();
    let pipe = Pipe::new(&event_loop).unwrap();
    let twice = shell("exit").stdio(Stdio::Pipe(pipe.clone())).stdio(Stdio::Pipe(pipe.clone()));
    assert_eq!(twice.spawn(&event_loop, |_, _| ()).err(), Some(Error::EBUSY));
    pipe.open(std::os::unix::net::UnixStream::pair().unwrap().0).unwrap();
    let open = shell("exit").stdio(Stdio::Pipe(pipe));
    assert_eq!(open.spawn(&event_loop, |_, _| ()).err(), Some(Error::EBUSY));
    let other = Loop::new().unwrap();
    let elsewhere = shell("exit").stdio(Stdio::Pipe(Pipe::new(&other).unwrap()));
    assert_eq!(elsewhere.spawn(&event_loop, |_, _| ()).err(), Some(Error::EINVAL));
}
