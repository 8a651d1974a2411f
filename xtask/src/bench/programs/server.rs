//! A server that is measured.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::super::libraries::Libraries;
use super::packages::Packages;
use crate::root;

const PATIENCE: Duration = Duration::from_secs(20);
const NAMES: usize = 1000;

pub struct Server {
    child: Child,
    pub port: u16,
    /// What to ask a name server.
    pub queries: PathBuf,
}

impl Server {
    /// Starts it and waits until it says `listening PORT`.
    pub fn start(command: &mut Command) -> Result<Server, String> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut server =
            Server { child: child.map_err(|e| format!("{name}: {e}"))?, port: 0, queries: PathBuf::new() };
        let output = server.child.stdout.take().ok_or("no output")?;
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = BufReader::new(output).read_line(&mut line);
            let _ = sender.send(line);
        });
        let line = receiver.recv_timeout(PATIENCE).map_err(|_| format!("{name} says nothing"))?;
        server.port = port(&line).ok_or_else(|| format!("{name} does not say where it listens"))?;
        Ok(server)
    }

    /// Processor time of its threads.
    pub fn cpu_ns(&self) -> Result<f64, String> {
        let folder = format!("/proc/{}/task", self.child.id());
        let threads = fs::read_dir(&folder).map_err(|e| format!("{folder}: {e}"))?;
        let times = threads.flatten().filter_map(|thread| {
            let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<f64>().ok()
        });
        Ok(times.sum())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A process id is a pid_t, which std gives as an unsigned number.
        let pid = self.child.id() as libc::pid_t;
        // SAFETY: no memory is passed, and the number is still the child's, which is not waited for yet.
        unsafe { libc::kill(pid, libc::SIGTERM) };
        let end = Instant::now() + Duration::from_secs(3);
        while Instant::now() < end {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn port(line: &str) -> Option<u16> {
    line.trim().strip_prefix("listening ")?.parse().ok()
}

/// BIND's server, with a zone of ours.
pub fn named(packages: &Packages, libraries: &Libraries, subject: &str) -> Result<Server, String> {
    let folder = c_tests::target_folder().join("bench/programs/named");
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    let folder = folder.canonicalize().map_err(failed)?;
    let ours = root().join("bench/programs");
    let port = free_port()?;
    let settings = fs::read_to_string(ours.join("named.conf")).map_err(failed)?;
    let settings =
        settings.replace("@FOLDER@", &folder.to_string_lossy()).replace("@PORT@", &port.to_string());
    fs::write(folder.join("named.conf"), settings).map_err(failed)?;
    fs::copy(ours.join("zone"), folder.join("zone")).map_err(failed)?;
    let queries: String = (1..=NAMES).map(|number| format!("host{number}.bench.example A\n")).collect();
    fs::write(folder.join("queries"), queries).map_err(failed)?;
    let mut command = packages.subject(libraries, subject, &packages.file("usr/sbin/named")?);
    let child = command
        .args(["-g", "-c"])
        .arg(folder.join("named.conf"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("named: {e}"))?;
    let server = Server { child, port, queries: folder.join("queries") };
    let begin = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if begin.elapsed() > PATIENCE {
            return Err("named does not listen".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(server)
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| e.to_string())?;
    listener.local_addr().map(|address| address.port()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_its_port_and_is_ended() {
        let mut command = Command::new("sh");
        let server =
            Server::start(command.args(["-c", "echo listening 42; exec sleep 60"])).expect("it speaks");
        assert_eq!(server.port, 42);
        assert!(server.cpu_ns().is_ok());
        let pid = server.child.id();
        drop(server);
        assert!(!PathBuf::from(format!("/proc/{pid}")).exists());
        assert!(Server::start(Command::new("sh").args(["-c", "echo what"])).is_err());
    }
}
