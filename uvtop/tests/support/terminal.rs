//! A terminal in which `uvtop` runs: a pseudo-terminal, and what a user would see on it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Termios, Winsize, tcgetattr, tcsetwinsize};

/// Nothing takes so long, unless it does not come at all.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Terminal {
    master: File,
    child: Child,
    screen: vt100::Parser,
    /// What has been written to it; closed when nobody has it open any more.
    written: Receiver<Vec<u8>>,
    /// Who reads lets go of the terminal after what comes next.
    is_left: Arc<AtomicBool>,
    /// How it was before.
    modes: String,
}

fn winsize((columns, rows): (u16, u16)) -> Winsize {
    Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 }
}

/// What raw mode changes.
fn modes(terminal: &File) -> String {
    let Termios { input_modes, output_modes, control_modes, local_modes, .. } = tcgetattr(terminal).unwrap();
    format!("{input_modes:?} {output_modes:?} {control_modes:?} {local_modes:?}")
}

impl Terminal {
    /// Starts `uvtop` in a session of its own, with these variables besides usual ones.
    pub fn start(size: (u16, u16), arguments: &[&Path], variables: &[(&str, &str)]) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(rustix::fs::OFlags::NOCTTY.bits() as i32)
            .open(Path::new(std::ffi::OsStr::from_bytes(name.as_bytes())))
            .unwrap();
        tcsetwinsize(&slave, winsize(size)).unwrap();
        let master = File::from(master);
        let modes = modes(&master);
        let child = Command::new("setsid")
            .arg("--ctty")
            .arg(env!("CARGO_BIN_EXE_uvtop"))
            .args(arguments)
            .env_remove("NO_COLOR")
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .envs(variables.iter().copied())
            .stdin(Stdio::from(slave.try_clone().unwrap()))
            .stdout(Stdio::from(slave.try_clone().unwrap()))
            .stderr(Stdio::from(slave))
            .spawn()
            .unwrap();
        let (sender, written) = channel();
        let mut reader = master.try_clone().unwrap();
        let is_left = Arc::new(AtomicBool::new(false));
        let leaves = Arc::clone(&is_left);
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(len @ 1..) = reader.read(&mut piece) {
                if leaves.load(Relaxed) || sender.send(piece[..len].to_vec()).is_err() {
                    break;
                }
            }
        });
        Terminal { master, child, screen: vt100::Parser::new(size.1, size.0, 0), written, is_left, modes }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.screen.screen()
    }

    /// Waits until the screen is like that.
    #[track_caller]
    pub fn wait(&mut self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(self.screen.screen()) {
            match self.written.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(why) => panic!("{why}, but no {what}:\n{}", self.screen.screen().contents()),
            }
        }
    }

    /// Waits for a text.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    pub fn press(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).unwrap();
    }

    pub fn resize(&mut self, size: (u16, u16)) {
        self.screen.set_size(size.1, size.0);
        tcsetwinsize(&self.master, winsize(size)).unwrap();
    }

    /// Waits for the end, and checks that the terminal is as it was.
    #[track_caller]
    pub fn end(mut self) -> (ExitStatus, vt100::Parser) {
        let end = Instant::now() + PATIENCE;
        while let Ok(bytes) = self.written.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.screen.process(&bytes);
        }
        assert!(Instant::now() < end, "it does not end:\n{}", self.screen.screen().contents());
        let status = self.child.wait().unwrap();
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor(), "the screen is not given back");
        assert_eq!(modes(&self.master), self.modes);
        (status, self.screen)
    }

    /// Takes the terminal away, as a connection that breaks does, and waits for the end.
    pub fn hang_up(self) -> ExitStatus {
        let Terminal { master, mut child, is_left, .. } = self;
        is_left.store(true, Relaxed);
        drop(master);
        let (sender, ended) = channel();
        thread::spawn(move || sender.send(child.wait()));
        ended.recv_timeout(PATIENCE).unwrap().unwrap()
    }
}
