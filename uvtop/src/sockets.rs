//! Where processes listen: `DIR/libuv-PID.sock`, or `DIR/libuv-PID.N.sock` where the first name was taken.

use std::collections::BTreeSet;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

/// A socket that looks like a process' own. Somebody may listen there, or no more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Socket {
    pub pid: u32,
    pub path: PathBuf,
}

/// The folders that the library chooses from for `UV_INSPECT=1`. A process may have been started in another
/// session than this one, so it is looked for in all of them.
pub fn usual_folders() -> Vec<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    let own = PathBuf::from(format!("/tmp/libuv-{}", geteuid().as_raw()));
    // Anybody may make a folder of that name.
    let own = own.symlink_metadata().is_ok_and(|found| found.is_dir() && is_ours(found.uid())).then_some(own);
    runtime.into_iter().chain(own).collect()
}

/// The superuser sees everybody's.
fn is_ours(user: u32) -> bool {
    geteuid().is_root() || user == geteuid().as_raw()
}

/// The sockets in these folders, ordered by process.
pub fn find(folders: &[PathBuf]) -> Vec<Socket> {
    let found = folders.iter().flat_map(|folder| in_folder(folder)).collect::<BTreeSet<_>>();
    found.into_iter().collect()
}

fn in_folder(folder: &Path) -> Vec<Socket> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let sockets = entries.flatten().filter_map(|entry| {
        let pid = pid_of(entry.file_name().to_str()?)?;
        let file = entry.metadata().ok()?;
        (file.file_type().is_socket() && is_ours(file.uid())).then(|| Socket { pid, path: entry.path() })
    });
    sockets.collect()
}

fn pid_of(name: &str) -> Option<u32> {
    let middle = name.strip_prefix("libuv-")?.strip_suffix(".sock")?;
    let (pid, attempt) = middle.split_once('.').unwrap_or((middle, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(attempt) && is_number(pid) { pid.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(pid_of("libuv-4711.sock"), Some(4711));
        assert_eq!(pid_of("libuv-4711.15.sock"), Some(4711));
        for other in
            ["libuv-.sock", "libuv-12.sock2", "libuv-1..sock", "libuv-+1.sock", "uv-1.sock", "libuv-1"]
        {
            assert_eq!(pid_of(other), None, "{other}");
        }
    }

    #[test]
    fn only_sockets_are_found() {
        let folder = std::env::temp_dir().join(format!("uvtop-find-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = |name: &str| folder.join(name);
        let _later = std::os::unix::net::UnixListener::bind(path("libuv-20.sock")).unwrap();
        let _sooner = std::os::unix::net::UnixListener::bind(path("libuv-3.1.sock")).unwrap();
        std::fs::write(path("libuv-4.sock"), "no socket").unwrap();
        let found = find(&[folder.clone(), folder.join("is not there")]);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found.iter().map(|socket| socket.pid).collect::<Vec<_>>(), [3, 20]);
    }
}
