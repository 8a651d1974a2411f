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
        let name = format!("{}", command.get_program().display());
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
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("the server ended with {status}")),
            Err(e) => Err(format!("the server: {e}")),
        }
    }
}
