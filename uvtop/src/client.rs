//! Asks a process at its socket: one line there, one answer back.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

use crate::args::Topic;

/// More than the library ever sends, but for timelines.
const MOST: u64 = 256 << 20;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody listens there any more.
    Gone,
    /// It listens but does not answer in time: it may be stopped.
    Silent,
    /// Something else: its text.
    Other(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Gone => out.write_str("nobody listens there"),
            Trouble::Silent => out.write_str("it does not answer; is it stopped?"),
            Trouble::Other(text) => out.write_str(text),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Trouble::Silent,
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::NotFound => Trouble::Gone,
            _ => Trouble::Other(error.to_string()),
        }
    }
}

impl Topic {
    fn word(self) -> &'static str {
        match self {
            Topic::Json => "json",
            Topic::Metrics => "metrics",
            Topic::Handles => "handles",
            Topic::Trace => "trace",
        }
    }
}

/// The whole answer, if it comes in time.
pub fn ask(socket: &Path, topic: Topic, patience: Duration) -> Result<Vec<u8>, Trouble> {
    let end = Instant::now() + patience;
    let mut stream = open(socket)?;
    stream.set_write_timeout(Some(patience))?;
    stream.write_all(format!("{}\n", topic.word()).as_bytes())?;
    let mut answer = Vec::new();
    let mut piece = [0; 1 << 14];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Trouble::Silent);
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut piece) {
            Ok(0) if answer.is_empty() => return Err(Trouble::Gone),
            Ok(0) => return Ok(answer),
            Ok(len) => answer.extend_from_slice(piece.get(..len).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        if answer.len() as u64 > MOST {
            return Err(Trouble::Other("its answer does not end".into()));
        }
    }
}

/// Connects without waiting: where a stopped process' queue is full, a usual `connect` would wait for ever.
fn open(path: &Path) -> io::Result<UnixStream> {
    let socket = socket_with(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
        None,
    )?;
    match SocketAddrUnix::new(path) {
        Ok(address) => connect(&socket, &address)?,
        // Addresses hold 107 bytes. A longer path is reached by way of its open folder.
        Err(Errno::NAMETOOLONG) => {
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(Errno::NAMETOOLONG.into());
            };
            let folder = File::open(folder)?;
            let path = Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name);
            connect(&socket, &SocketAddrUnix::new(&path)?)?;
        }
        Err(error) => return Err(error.into()),
    }
    let stream = UnixStream::from(socket);
    stream.set_nonblocking(false)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;
    use std::thread;

    /// A folder that is there for the length of a test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("uvtop-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0); // or it stays
        }
    }

    fn serve_once(listener: UnixListener, answer: &'static [u8]) -> thread::JoinHandle<Vec<u8>> {
        thread::spawn(move || {
            let (mut connection, _) = listener.accept().unwrap();
            let mut request = [0; 64];
            let len = connection.read(&mut request).unwrap();
            connection.write_all(answer).unwrap();
            request[..len].to_vec()
        })
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_line_is_asked_and_all_of_the_answer_is_read() {
        let folder = Folder::new("ask");
        let path = folder.0.join("libuv-1.sock");
        let server = serve_once(UnixListener::bind(&path).unwrap(), b"{}\n");
        assert_eq!(ask(&path, Topic::Handles, LONG), Ok(b"{}\n".to_vec()));
        assert_eq!(server.join().unwrap(), b"handles\n");
    }

    #[test]
    fn a_path_longer_than_addresses_hold() {
        let folder = Folder::new(&"long".repeat(40));
        let path = folder.0.join("libuv-1.sock");
        let short = Folder::new("short");
        let bound = short.0.join("s");
        let server = serve_once(UnixListener::bind(&bound).unwrap(), b"{}");
        std::fs::rename(&bound, &path).unwrap();
        assert_eq!(ask(&path, Topic::Json, LONG), Ok(b"{}".to_vec()));
        server.join().unwrap();
    }

    #[test]
    fn who_is_gone_and_who_is_silent() {
        let folder = Folder::new("gone");
        let path = folder.0.join("libuv-1.sock");
        assert_eq!(ask(&path, Topic::Json, LONG), Err(Trouble::Gone));
        let listener = UnixListener::bind(&path).unwrap();
        assert_eq!(ask(&path, Topic::Json, Duration::from_millis(20)), Err(Trouble::Silent));
        drop(listener);
        assert_eq!(ask(&path, Topic::Json, LONG), Err(Trouble::Gone), "the file is left");
    }
}
