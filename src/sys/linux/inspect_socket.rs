//! The socket at which a process lets its own user look into it: `DIR/libuv-PID.sock`, closed to everybody else.
//! Nothing here waits, takes memory, or holds on to a descriptor that the program has closed meanwhile.

use std::ffi::CStr;
use std::mem::size_of;
use std::os::fd::{AsRawFd, RawFd};

use libc::{c_int, pid_t, socklen_t};

use crate::sys::c_text::{CText, PathText};
use crate::sys::errno::{Errno, UvResult, check};
use crate::sys::ours::{Ours, is_same};
use crate::sys::refusal::{At, Refusal};
use crate::sys::socket::{MAX_UNIX_PATH, unix_address};
use crate::sys::{fd, identity, setting, socket, wide};

/// How many names are tried: another copy of the library may have the first, or a process of another
/// container which shares the folder and has the same number.
const MAX_NAMES: u32 = 16;

/// Connections that wait to be taken.
const BACKLOG: c_int = 64;

/// The folder for the value of the variable: `1` stands for the user's own.
fn folder(value: &CStr) -> Result<(Ours, PathText), Refusal> {
    if value != c"1" {
        return named_folder(value);
    }
    setting::with(c"XDG_RUNTIME_DIR", |folder| match folder {
        Some(folder) if folder.to_bytes().starts_with(b"/") => named_folder(folder),
        _ => temporary_folder(),
    })
}

fn named_folder(name: &CStr) -> Result<(Ours, PathText), Refusal> {
    const OPENING: &str = "cannot open its directory";
    let text = CText::joined(&[name.to_bytes()]).at(OPENING)?;
    let opened = fd::open(name, libc::O_PATH | libc::O_DIRECTORY).and_then(Ours::new).at(OPENING)?;
    Ok((opened, text))
}

/// A folder of the user's below `/tmp`, which is made if it is not there.
fn temporary_folder() -> Result<(Ours, PathText), Refusal> {
    const MAKING: &str = "cannot have a directory of its own in /tmp";
    let user = identity::effective_user();
    let text = CText::of(format_args!("/tmp/libuv-{user}")).at(MAKING)?;
    // SAFETY: a C string for the length of the call.
    match check(unsafe { libc::mkdir(text.get().as_ptr(), 0o700) }) {
        Ok(_) | Err(Errno::EEXIST) => {}
        Err(why) => return Err(why).at(MAKING),
    }
    let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_NOFOLLOW;
    let opened = fd::open(text.get(), flags).and_then(Ours::new).at(MAKING)?;
    if opened.file.st_uid != user {
        return Err(Errno::EPERM).at("the directory in /tmp belongs to somebody else");
    }
    if opened.file.st_mode & 0o777 != 0o700 {
        fd::set_mode(opened.fd, 0o700).at(MAKING)?;
    }
    Ok((opened, text))
}

/// The name of the socket; the first has no number but the process'.
fn name(process: pid_t, attempt: u32) -> UvResult<CText<64>> {
    match attempt {
        0 => CText::of(format_args!("libuv-{process}.sock")),
        _ => CText::of(format_args!("libuv-{process}.{attempt}.sock")),
    }
}

/// What has that name in the folder.
fn find(folder: RawFd, name: &CStr) -> UvResult<wide::stat> {
    fd::stat_at(folder, name, libc::AT_SYMLINK_NOFOLLOW)
}

fn remove(folder: RawFd, name: &CStr) -> UvResult {
    // SAFETY: a C string for the length of the call.
    check(unsafe { libc::unlinkat(folder, name.as_ptr(), 0) }).map(drop)
}

/// Makes an address of the path, and has it used. A path that is longer than addresses hold (107 bytes) is
/// reached by way of the open folder.
fn with_address(
    folder: (RawFd, &CStr),
    name: &CStr,
    used: &dyn Fn(socket::UnixAddress) -> UvResult,
) -> UvResult {
    let (fd, path) = (folder.0, folder.1.to_bytes());
    // One byte less than an address holds, for the NUL.
    if let Ok(whole) = CText::<MAX_UNIX_PATH>::joined(&[path, b"/", name.to_bytes()]) {
        return used(unix_address(whole.get().to_bytes()));
    }
    let text = CText::<MAX_UNIX_PATH>::of(format_args!("/proc/self/fd/{fd}/"))?;
    let whole = CText::<MAX_UNIX_PATH>::joined(&[text.get().to_bytes(), name.to_bytes()])?;
    // Without /proc there is no such folder.
    used(unix_address(whole.get().to_bytes()))
        .map_err(|why| if why == Errno::ENOENT { Errno::ENAMETOOLONG } else { why })
}

/// Whether nobody answers at a socket any more: its process has gone without removing it.
fn is_abandoned(folder: (RawFd, &CStr), name: &CStr) -> bool {
    let Ok(found) = find(folder.0, name) else { return false };
    if found.st_mode & libc::S_IFMT != libc::S_IFSOCK {
        return false;
    }
    let connected = socket::owned_socket(libc::AF_UNIX, libc::SOCK_STREAM)
        .and_then(|socket| with_address(folder, name, &|address| address.get().connect(socket.as_raw_fd())));
    connected == Err(Errno::ECONNREFUSED)
}

/// The socket that listens.
pub(crate) struct Listener {
    socket: Ours,
    folder: Ours,
    /// Where that is.
    path: PathText,
    name: CText<64>,
    /// What has the name in the folder as long as nobody else takes it.
    file: wide::stat,
    process: pid_t,
}

impl Listener {
    /// Listens in the folder that the value of the variable stands for.
    pub(crate) fn open(value: &CStr) -> Result<Listener, Refusal> {
        let (folder, path) = folder(value)?;
        let process = identity::process();
        let socket = socket::owned_socket(libc::AF_UNIX, libc::SOCK_STREAM).at("no socket")?;
        let socket = Ours::new(socket).at("no socket")?;
        // Linux gives the file of a socket the permissions that the socket has.
        fd::set_mode(socket.fd, 0o600).at("no socket")?;
        let name = bind(&socket, (folder.fd, path.get()), process).at("cannot bind its socket")?;
        let mut listener = Listener { file: socket.file, socket, folder, path, name, process };
        listener.listen().at("cannot listen")?;
        Ok(listener)
    }

    fn listen(&mut self) -> UvResult {
        self.file = find(self.folder.fd, self.name.get())?;
        if self.file.st_mode & 0o777 != 0o600 {
            // A creation mask that forbids us our own, or another kernel.
            // SAFETY: a C string for the length of the call.
            check(unsafe { libc::fchmodat(self.folder.fd, self.name.get().as_ptr(), 0o600, 0) })?;
        }
        socket::listen(self.socket.fd, BACKLOG)
    }

    /// What to wait for; `UV_EBADF` once the program has closed it.
    pub(crate) fn descriptor(&self) -> UvResult<RawFd> {
        self.socket.get()
    }

    /// The next connection that waits, if it is the same user's, or the superuser's. `UV_EBADF` if the
    /// program has closed our socket, other errors if the system has no room at present.
    pub(crate) fn accept(&self) -> UvResult<Option<Ours>> {
        let connection = match socket::accept(self.socket.get()?) {
            Ok(connection) => connection,
            Err(Errno::EAGAIN | Errno::ECONNABORTED) => return Ok(None),
            Err(error) => return Err(error),
        };
        let user = peer(connection.as_raw_fd())?;
        if user != 0 && user != identity::effective_user() {
            return Ok(None);
        }
        Ours::new(connection).map(Some)
    }
}

/// Gives the socket a name in the folder, which is returned.
fn bind(socket: &Ours, folder: (RawFd, &CStr), process: pid_t) -> UvResult<CText<64>> {
    let attempt = |name: &CStr| with_address(folder, name, &|address| address.get().bind(socket.fd));
    for number in 0..MAX_NAMES {
        let name = name(process, number)?;
        let mut result = attempt(name.get());
        if result == Err(Errno::EADDRINUSE) && is_abandoned(folder, name.get()) {
            remove(folder.0, name.get())?;
            result = attempt(name.get());
        }
        match result {
            Ok(()) => return Ok(name),
            Err(Errno::EADDRINUSE) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Errno::EADDRINUSE)
}

/// The user who connected.
fn peer(connection: RawFd) -> UvResult<libc::uid_t> {
    let mut peer = libc::ucred { pid: 0, uid: libc::uid_t::MAX, gid: libc::gid_t::MAX };
    let mut len = size_of::<libc::ucred>() as socklen_t;
    let (level, option) = (libc::SOL_SOCKET, libc::SO_PEERCRED);
    // SAFETY: room for the structure, and its size.
    check(unsafe { libc::getsockopt(connection, level, option, (&raw mut peer).cast(), &raw mut len) })?;
    Ok(peer.uid)
}

/// The name goes with the socket, unless somebody else has taken it, or this is the child of a fork.
impl Drop for Listener {
    fn drop(&mut self) {
        if identity::process() != self.process {
            return;
        }
        let remove_from = |folder: RawFd| {
            if find(folder, self.name.get()).is_ok_and(|found| is_same(&found, &self.file)) {
                let _ = remove(folder, self.name.get()); // what cannot be removed stays
            }
        };
        match self.folder.get() {
            Ok(folder) => remove_from(folder),
            // The program has closed it.
            Err(_) => {
                let anew = fd::open(self.path.get(), libc::O_PATH | libc::O_DIRECTORY);
                let _ = anew.map(|folder| remove_from(folder.as_raw_fd()));
            }
        }
        if let Ok(socket) = self.socket.get() {
            let _ = socket::shutdown(socket, libc::SHUT_RDWR); // a child may have the socket still
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::ours::OUT_OF_THE_WAY;
    use crate::sys::waits::Waits;
    use std::ffi::CString;
    use std::fs;
    use std::io::{Read, Write};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::path::{Path, PathBuf};

    /// A folder that goes with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("uv-inspect-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn value(&self) -> CString {
            CString::new(self.0.as_os_str().as_bytes()).unwrap()
        }

        fn socket(&self) -> PathBuf {
            self.0.join(format!("libuv-{}.sock", std::process::id()))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn connection(listener: &Listener) -> Ours {
        let mut waits = Waits::<2>::new();
        let place = waits.add(listener.descriptor().unwrap(), libc::POLLIN);
        waits.wait(10_000).unwrap();
        assert_eq!(waits.ready(place), libc::POLLIN);
        listener.accept().unwrap().expect("a connection of our own")
    }

    fn converse(listener: &Listener, path: &Path) {
        let mut client = UnixStream::connect(path).unwrap();
        let ours = connection(listener);
        let mut room = [0; 8];
        assert_eq!(ours.read(&mut room), Err(Errno::EAGAIN));
        client.write_all(b"json\n").unwrap();
        assert_eq!(ours.read(&mut room), Ok(5));
        assert_eq!(ours.send(b"{}"), Ok(2));
        ours.finish();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, "{}");
        drop(client);
        assert_eq!(ours.read(&mut room), Ok(0));
    }

    #[test]
    fn a_socket_is_ours_alone_and_goes() {
        let folder = Folder::new("plain");
        let listener = Listener::open(&folder.value()).unwrap();
        let found = fs::symlink_metadata(folder.socket()).unwrap();
        assert!(found.file_type().is_socket());
        assert_eq!(found.permissions().mode() & 0o777, 0o600);
        assert!(listener.accept().unwrap().is_none());
        assert!(listener.descriptor().unwrap() >= OUT_OF_THE_WAY);
        converse(&listener, &folder.socket());
        drop(listener);
        assert!(!folder.socket().exists());
    }

    #[test]
    fn what_a_dead_process_left_is_replaced() {
        let folder = Folder::new("stale");
        drop(UnixListener::bind(folder.socket()).unwrap());
        let listener = Listener::open(&folder.value()).unwrap();
        converse(&listener, &folder.socket());
    }

    #[test]
    fn what_lives_or_is_no_socket_is_left_alone() {
        let folder = Folder::new("taken");
        let first = Listener::open(&folder.value()).unwrap();
        fs::write(folder.0.join(format!("libuv-{}.1.sock", std::process::id())), "text").unwrap();
        let second = Listener::open(&folder.value()).unwrap();
        let other = folder.0.join(format!("libuv-{}.2.sock", std::process::id()));
        converse(&second, &other);
        drop(second);
        assert!(!other.exists());
        assert!(first.accept().unwrap().is_some()); // the question whether anybody listens
        converse(&first, &folder.socket());
        // Another's file of that name is not removed.
        fs::remove_file(folder.socket()).unwrap();
        fs::write(folder.socket(), "text").unwrap();
        drop(first);
        assert!(folder.socket().exists());
    }

    #[test]
    fn long_paths_are_reached_by_way_of_the_folder() {
        let folder = Folder::new("long");
        let mut deep = folder.0.clone();
        for _ in 0..4 {
            deep.push("x".repeat(200));
        }
        fs::create_dir_all(&deep).unwrap();
        let listener = Listener::open(&CString::new(deep.as_os_str().as_bytes()).unwrap()).unwrap();
        let path = deep.join(format!("libuv-{}.sock", std::process::id()));
        assert!(fs::symlink_metadata(&path).unwrap().file_type().is_socket());
        let opened = fs::File::open(&deep).unwrap();
        let short = format!("/proc/self/fd/{}/libuv-{}.sock", opened.as_raw_fd(), std::process::id());
        converse(&listener, Path::new(&short));
        drop(listener);
        assert!(!path.exists());
    }

    #[test]
    fn refusals_say_where() {
        let refusal = |value: &CStr| Listener::open(value).err().unwrap();
        let opening = "cannot open its directory";
        assert_eq!(refusal(c"/nonexistent/folder"), Refusal { what: opening, why: Errno::ENOENT });
        assert_eq!(refusal(c"/dev/null"), Refusal { what: opening, why: Errno::ENOTDIR });
        assert_eq!(refusal(c""), Refusal { what: opening, why: Errno::ENOENT });
        let long = CString::new("x/".repeat(4000)).unwrap();
        assert_eq!(refusal(&long), Refusal { what: opening, why: Errno::ENAMETOOLONG });
        assert_eq!(refusal(c"/proc/self").what, "cannot bind its socket");
    }

    #[test]
    fn a_descriptor_that_the_program_closed_is_nobodys() {
        let folder = Folder::new("closed");
        let listener = Listener::open(&folder.value()).unwrap();
        let number = listener.descriptor().unwrap();
        let other = fs::File::open("/dev/null").unwrap();
        fd::dup_onto(other.as_raw_fd(), number).unwrap(); // closes ours
        assert_eq!(listener.descriptor(), Err(Errno::EBADF));
        assert_eq!(listener.accept().err(), Some(Errno::EBADF));
        drop(listener);
        assert!(fd::stat(number).is_ok()); // the program's
        fd::close(number);
        assert!(!folder.socket().exists());
    }

    #[test]
    fn the_folder_in_tmp_is_ours_alone() {
        let (folder, text) = temporary_folder().unwrap();
        let found = fs::metadata(text.get().to_str().unwrap()).unwrap();
        assert_eq!((found.permissions().mode() & 0o777, found.uid()), (0o700, folder.file.st_uid));
    }
}
