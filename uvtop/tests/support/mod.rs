//! C programs that run on this workspace's library.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use c_tests::{Linkage, own_library, target_folder};

/// Builds the library if need be, and a program of `tests/programs/` on it. Returns the program.
pub fn build(name: &str) -> io::Result<PathBuf> {
    let library = own_library(Linkage::Shared)?;
    let out = target_folder().join("uvtop");
    fs::create_dir_all(&out)?;
    // Programs look for the library by the name that it has when it is installed.
    let link = out.join("libuv.so.1");
    let _ = fs::remove_file(&link); // it may not be there
    std::os::unix::fs::symlink(library.folder.canonicalize()?.join("libuv.so"), &link)?;
    let program = out.join(name);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(name).with_extension("c");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let status = Command::new(compiler)
        .args(["-O1", "-g", "-Wall", "-Wextra", "-Werror"])
        .arg(source)
        .arg("-I")
        .arg(&library.include)
        .arg(&link)
        .arg(format!("-Wl,-rpath,{}", out.canonicalize()?.display()))
        .arg("-o")
        .arg(&program)
        .status()?;
    if status.success() { Ok(program) } else { Err(io::Error::other(format!("{name}.c does not build"))) }
}

/// A program that runs, and ends with this.
pub struct Running(Child);

impl Running {
    /// Starts it with `UV_INSPECT` set to a folder, and waits until it says that it runs.
    pub fn start(program: &Path, arguments: &[&str], folder: &Path) -> io::Result<Running> {
        let mut child = Command::new(program)
            .args(arguments)
            .env("UV_INSPECT", folder)
            // After this time a callback blocks its loop.
            .env("UV_WATCHDOG", "20:/dev/null")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let running = Running(child);
        BufReader::new(output).read_line(&mut line)?;
        if line == "it runs\n" { Ok(running) } else { Err(io::Error::other(format!("it says {line:?}"))) }
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill(); // or it has ended already
        let _ = self.0.wait();
    }
}
