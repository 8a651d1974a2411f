//! A server of examples/, running.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts it and reads the port from its first line.
    pub fn start(mut command: Command) -> Result<Server, String> {
        let name = format!("{}", command.get_program().to_string_lossy());
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{name}: {e}"))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            let _ = BufReader::new(output).read_line(&mut line);
        }
        match line.trim().rsplit(' ').next().and_then(|port| port.parse().ok()) {
            Some(port) => Ok(Server { child, address: SocketAddr::from(([127, 0, 0, 1], port)) }),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                Err(format!("{name} did not say where it listens"))
            }
        }
    }

    /// Asks it to end; it must do so with exit status 0, which it does if nothing was left open.
    pub fn stop(mut self) -> Result<(), String> {
        // A process id is a pid_t, which std gives as an unsigned number.
        let pid = self.child.id() as libc::pid_t;
        // SAFETY: no memory is passed, and the number is still the child's, which is not waited for yet.
        if unsafe { libc::kill(pid, libc::SIGTERM) } != 0 {
            let _ = self.child.kill();
        }
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("the server ended with {status}")),
            Err(e) => Err(format!("the server: {e}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    #[ignore = "what the other test starts and ends"]
    fn sleep() {
        std::thread::sleep(Duration::from_secs(30));
    }

    #[test]
    fn a_server_is_asked_to_end_by_the_signal_for_it() {
        let child = Command::new(std::env::current_exe().expect("this program has a path"))
            .args(["--exact", "demo::program::tests::sleep", "--ignored"])
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        let server = Server { child, address: SocketAddr::from(([127, 0, 0, 1], 1)) };
        let ending = server.stop().expect_err("it does not handle the signal");
        assert!(ending.contains("SIGTERM"), "{ending}");
    }
}
