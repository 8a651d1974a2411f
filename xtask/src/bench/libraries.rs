//! The libraries that are compared, and programs of ours built for each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::options::Options;
use crate::{reference, root};

/// Subjects of a measurement, as the books name them.
pub const OURS: &str = "ours";
pub const LIBUV: &str = "libuv";
/// Ours, with `UV_ADAPTIVE_WAIT=0`.
pub const ASLEEP: &str = "ours_asleep";

/// A folder with `libuv.so.1` in it, for programs to be run with, and the headers that belong to it.
pub struct Library {
    pub folder: PathBuf,
    pub include: PathBuf,
}

pub struct Libraries {
    ours: Library,
    libuv: Library,
}

impl Libraries {
    pub fn build(options: &Options) -> Result<Libraries, String> {
        let reference = reference::build()?;
        let folder = c_tests::target_folder().join("bench");
        let ours = match &options.library {
            Some(file) => file.clone(),
            None => {
                let own =
                    c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
                own.folder.join("libuv.so")
            }
        };
        Ok(Libraries {
            ours: Library::copy(&ours, folder.join("ours"), root().join("include"))?,
            libuv: Library::copy(
                &reference.library().join("libuv.so.1"),
                folder.join("libuv"),
                reference.folder.join("include"),
            )?,
        })
    }

    pub fn of(&self, subject: &str) -> &Library {
        if subject == LIBUV { &self.libuv } else { &self.ours }
    }

    /// Compiles a program for both, with the same flags: its place in the library's folder is `name`.
    pub fn compile(&self, name: &str, sources: &[PathBuf], flags: &[&str]) -> Result<(), String> {
        [&self.ours, &self.libuv].into_iter().try_for_each(|library| library.compile(name, sources, flags))
    }

    /// A command that runs a program with the subject's library, and is ended after so many seconds.
    pub fn command(&self, subject: &str, program: impl AsRef<Path>, seconds: usize) -> Command {
        let mut command = Command::new("timeout");
        command.args(["-k", "5", &seconds.to_string()]).arg(program.as_ref());
        self.environment(subject, &mut command);
        command
    }

    pub fn environment(&self, subject: &str, command: &mut Command) {
        command.env("LD_LIBRARY_PATH", &self.of(subject).folder);
        if subject == ASLEEP {
            command.env("UV_ADAPTIVE_WAIT", "0");
        }
    }
}

impl Library {
    fn copy(library: &Path, folder: PathBuf, include: PathBuf) -> Result<Library, String> {
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let folder = folder.canonicalize().map_err(|e| format!("{}: {e}", folder.display()))?;
        let shared = folder.join("libuv.so.1");
        // Not written over: a program that runs with it would see it change.
        let _ = fs::remove_file(&shared);
        fs::copy(library, &shared).map_err(|e| format!("{}: {e}", library.display()))?;
        Ok(Library { folder, include })
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn compile(&self, name: &str, sources: &[PathBuf], flags: &[&str]) -> Result<(), String> {
        let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let output = Command::new(&cc)
            .args(["-std=gnu11", "-O2"])
            .args(flags)
            .arg("-I")
            .arg(&self.include)
            .arg("-o")
            .arg(self.program(name))
            .args(sources)
            .arg(self.folder.join("libuv.so.1"))
            .args(["-pthread", "-ldl", "-lm"])
            .output()
            .map_err(|e| format!("{cc}: {e}"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("{cc}: {name}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// The C files of a folder.
pub fn c_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "c"));
    files.sort();
    Ok(files)
}

/// Runs a command to its end; both of its outputs.
pub fn output_of(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    if output.status.success() { Ok(text) } else { Err(format!("{}\n{text}", output.status)) }
}

/// Seconds of processor time of all children that have ended, and of theirs.
pub fn children_cpu() -> f64 {
    // SAFETY: all bytes zero is an rusage, which has numbers alone.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: usage is there to be written for as long as the call lasts.
    unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage) };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// The number after `name=` in a text.
pub fn value(text: &str, name: &str) -> Result<f64, String> {
    text.split_whitespace()
        .find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
        .ok_or_else(|| format!("no {name} in: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_whole_name() {
        assert_eq!(value("pause_cpu_ns=3 cpu_ns=4", "cpu_ns"), Ok(4.0));
        assert!(value("pause_cpu_ns=3", "cpu_ns").is_err());
    }
}
