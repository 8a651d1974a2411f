//! Pipes.

mod common;

use std::io::Write;
use std::os::unix::net::UnixStream;

use common::{Folder, Log};
use uv::{Error, Handle, Loop, Pipe, RunMode, Stream, Tcp, Udp};

#[test]
fn a_socket_with_a_path() {
    let event_loop = Loop::new().unwrap();
    let (log, folder) = (Log::default(), Folder::new());
    let path = folder.file("socket");
    let server = Pipe::new(&event_loop).unwrap();
    server.bind(&path).unwrap();
    let told = log.clone();
    server
        .listen(1, move |server, status| {
            status.unwrap();
            let connection = server.accept().unwrap();
            let told = told.clone();
            connection
                .read_start(move |connection, read| match read {
                    Ok(bytes) => told.add(String::from_utf8_lossy(bytes)),
                    Err(error) => {
                        told.add(error.name());
                        connection.close();
                    }
                })
                .unwrap();
            connection.detach();
            server.close();
        })
        .unwrap();
    let client = Pipe::new(&event_loop).unwrap();
    let connected = client.clone();
    client
        .connect(&path, move |status| {
            status.unwrap();
            let written = connected.clone();
            connected.write("by path", move |_| written.close()).unwrap();
        })
        .unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["by path", "EOF"]);
    assert!(!path.exists());
}

#[test]
fn there_is_nobody() {
    let event_loop = Loop::new().unwrap();
    let (log, folder) = (Log::default(), Folder::new());
    let client = Pipe::new(&event_loop).unwrap();
    let told = log.clone();
    client.connect(folder.file("nothing"), move |status| told.add(status.unwrap_err().name())).unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["ENOENT"]);
    let long = folder.file(&"x".repeat(200));
    assert_eq!(client.connect(&long, |_| ()), Err(Error::ENAMETOOLONG));
    assert_eq!(Pipe::new(&event_loop).unwrap().bind(&long), Err(Error::ENAMETOOLONG));
}

#[test]
fn an_end_that_was_opened_elsewhere() {
    let event_loop = Loop::new().unwrap();
    let log = Log::default();
    let (mut here, there) = UnixStream::pair().unwrap();
    let pipe = Pipe::new(&event_loop).unwrap();
    pipe.open(there).unwrap();
    // It has one already, and the other is closed by whoever had it.
    let (_, second) = UnixStream::pair().unwrap();
    assert_eq!(pipe.open(second), Err(Error::EBUSY));
    // What cannot be waited for is refused, and so is what is another kind's.
    let file = std::fs::File::open("/proc/self/status").unwrap();
    assert_eq!(Pipe::new(&event_loop).unwrap().open(file.try_clone().unwrap()), Err(Error::EINVAL));
    assert_eq!(Tcp::new(&event_loop).unwrap().open(file), Err(Error::EINVAL));
    let (_, socket) = UnixStream::pair().unwrap();
    assert_eq!(Udp::new(&event_loop).unwrap().open(socket), Err(Error::EINVAL));
    here.write_all(b"hello").unwrap();
    let told = log.clone();
    pipe.read_start(move |pipe, bytes| {
        told.add(String::from_utf8_lossy(bytes.unwrap()));
        pipe.close();
    })
    .unwrap();
    event_loop.run(RunMode::Default);
    log.expect(&["hello"]);
}
