//! Debian's packages of the programs, unpacked into a folder of ours, and how to start what is in them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::libraries::Libraries;
use crate::cross::apt::{Apt, Suite};

/// Each with what it needs, as far as it is a library or a part of the program.
const PROGRAMS: [&str; 7] = ["nodejs", "wrk", "bind9", "dnsperf", "lua5.4", "lua-luv", "python3-uvloop"];
const CMAKE: [&str; 2] = ["cmake", "cmake-data"];

/// What the machine has, or what takes the place of a library.
const LEFT_OUT: [&str; 5] = ["libc6", "libgcc-s1", "libstdc++6", "libuv1", "libsystemd0"];

const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";
/// Node's own scripts, which it looks for at this place alone.
const NODE_SCRIPTS: &str = "/usr/share/nodejs/undici";

pub struct Packages {
    root: PathBuf,
}

impl Packages {
    /// What cannot be had is told, and its rows fail.
    pub fn fetch(folder: &Path) -> Result<Packages, String> {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let folder = folder.canonicalize().map_err(|e| format!("{}: {e}", folder.display()))?;
        let apt = Apt { folder: &folder, suite: Suite::Own, architecture: None };
        let is_part = |name: &str| {
            (name.starts_with("lib") || name.starts_with("node-") || name == "bind9-libs")
                && !LEFT_OUT.contains(&name)
        };
        for program in PROGRAMS.into_iter().chain(CMAKE) {
            let fetched = match program {
                // Another Debian than this machine's own may be set up for it.
                "nodejs" => node(&apt, is_part),
                _ => apt.with_needs(program, is_part).and_then(|all| apt.unpack(&all)),
            };
            if let Err(message) = fetched {
                println!("# {program} cannot be had: {message}");
            }
        }
        Ok(Packages { root: folder.join("root") })
    }

    pub fn file(&self, path: &str) -> Result<PathBuf, String> {
        let file = self.root.join(path);
        if file.exists() { Ok(file) } else { Err(format!("there is no {}", file.display())) }
    }

    /// A program that does not use the library.
    pub fn command(&self, path: &str) -> Result<Command, String> {
        let mut command = Command::new("timeout");
        command.arg("60").arg(self.file(path)?).env("LD_LIBRARY_PATH", self.root.join(LIBRARIES));
        Ok(command)
    }

    /// A program with the subject's library.
    pub fn subject(&self, libraries: &Libraries, subject: &str, program: &Path) -> Command {
        let mut command = Command::new(program);
        let folder = libraries.of(subject).folder.display();
        command.env("LD_LIBRARY_PATH", format!("{folder}:{}", self.root.join(LIBRARIES).display()));
        command
    }

    pub fn node(&self, libraries: &Libraries, subject: &str) -> Result<Command, String> {
        let program = self.file("usr/bin/node")?;
        if Path::new(NODE_SCRIPTS).exists() {
            return Ok(self.subject(libraries, subject, &program));
        }
        // Laid over the machine's folder, for this process alone.
        let mut command = self.subject(libraries, subject, Path::new("unshare"));
        let mount = "mount -t overlay bench -o lowerdir=\"$0\":/usr/share /usr/share && exec \"$@\"";
        command.args(["-m", "sh", "-c", mount]).arg(self.root.join("usr/share")).arg(program);
        Ok(command)
    }

    /// Debian's Python, for which its uvloop was built.
    pub fn python(&self, libraries: &Libraries, subject: &str) -> Result<Command, String> {
        let modules = self.file("usr/lib/python3/dist-packages")?;
        self.file("usr/lib/python3/dist-packages/uvloop")?;
        let mut command = self.subject(libraries, subject, Path::new("/usr/bin/python3"));
        command.env("PYTHONPATH", modules).env("PYTHONDONTWRITEBYTECODE", "1");
        Ok(command)
    }

    pub fn lua(&self, libraries: &Libraries, subject: &str) -> Result<Command, String> {
        let module = self.file(&format!("{LIBRARIES}/lua/5.4/luv.so"))?;
        let mut command = self.subject(libraries, subject, &self.file("usr/bin/lua5.4")?);
        command.env("LUA_CPATH", module.with_file_name("?.so"));
        Ok(command)
    }

    pub fn cmake(&self, libraries: &Libraries, subject: &str) -> Result<Command, String> {
        Ok(self.subject(libraries, subject, &self.file("usr/bin/cmake")?))
    }
}

/// Debian's Node, which uses the system's libuv: others have one built in.
fn node(apt: &Apt<'_>, is_part: impl Fn(&str) -> bool) -> Result<(), String> {
    apt.unpack(&apt.with_needs("libnode108", is_part)?)?;
    apt.unpack(&["nodejs"])
}
