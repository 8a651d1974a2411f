//! Where programs run: Debian's packages, unpacked into a folder of ours and laid over the machine's `/usr` and `/etc`
//! for the job's processes alone, which have process numbers and a network (a loopback) of their own as well.
//!
//! Ours is laid over the distribution's libuv by its name, `libuv.so.1`: no variable is set, so that programs which
//! change `LD_LIBRARY_PATH` or clear the environment run on it, too.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use c_tests::Linkage;

use super::scripts;
use super::table::Program;
use crate::cross::apt::{Apt, Suite, create_folder};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Distribution,
    Ours,
}

/// The distribution's libuv, and what the jobs use beside the programs.
const COMMON: [&str; 4] = ["libuv1", "iproute2", "curl", "python3"];

/// Files that a package makes of others when it is installed, which here it is not.
const CONFIGURED: [(&str, &str); 1] = [("root/usr/lib/R/etc/Renviron.ucf", "root/etc/R/Renviron")];

/// Run by a shell that is alone with its mounts. The job is the first process of its numbers, so that whatever it
/// has started ends with it.
const SETUP: &str = "\
mount -t overlay programs -o lowerdir=\"$LAYERS:/usr\" /usr
mount -t overlay programs -o lowerdir=\"$ETC:/etc\" /etc
ip link set lo up
exec timeout -k 5 120 sh -eu \"$JOB\"";

pub struct Ground {
    folder: PathBuf,
    /// Laid over all else for ours.
    ours: PathBuf,
}

pub struct Run {
    pub output: String,
    pub seconds: f64,
    /// Whether a library that knows UV_TRACE was used, if it was asked for.
    pub traced: bool,
}

impl Ground {
    pub fn prepare() -> Result<Ground, String> {
        let folder = c_tests::target_folder().join("programs");
        create_folder(&folder.join("root/etc"))?;
        let folder = folder.canonicalize().map_err(|e| format!("{}: {e}", folder.display()))?;
        // As on the machine: what a package has in /lib goes where the layer over /usr takes it from.
        for name in ["bin", "sbin", "lib", "lib64"] {
            create_folder(&folder.join("root/usr").join(name))?;
            let link = folder.join("root").join(name);
            if link.symlink_metadata().is_err() {
                symlink(format!("usr/{name}"), &link).map_err(|e| format!("{}: {e}", link.display()))?;
            }
        }
        let ground = Ground { ours: folder.join("ours"), folder };
        ground.unpack(&COMMON)?;
        let own = c_tests::own_library(Linkage::Shared).map_err(|e| format!("building: {e}"))?;
        let place = ground.ours.join(ground.place()?);
        create_folder(place.parent().unwrap_or(&place))?;
        // Not written over: a program that runs with it would see it change.
        let _ = fs::remove_file(&place);
        fs::copy(own.folder.join("libuv.so"), &place).map_err(|e| format!("{}: {e}", place.display()))?;
        Ok(ground)
    }

    /// Unpacks what a program needs, and says its version.
    pub fn fetch(&self, program: &Program) -> Result<String, String> {
        self.unpack(program.packages)?;
        for (from, to) in CONFIGURED.iter().map(|(from, to)| (self.folder.join(from), self.folder.join(to))) {
            if from.exists() && !to.exists() {
                fs::copy(&from, &to).map_err(|e| format!("{}: {e}", to.display()))?;
            }
        }
        let version = self.apt().unpacked_version(program.packages[0]);
        version.ok_or_else(|| format!("{} was not unpacked", program.packages[0]))
    }

    /// Runs a program's job to its end; an error if it fails.
    pub fn run(&self, program: &Program, subject: Subject, trace: bool) -> Result<Run, String> {
        let work = self.folder.join("work");
        let _ = fs::remove_dir_all(&work);
        create_folder(&work)?;
        let traces = self.folder.join("traces");
        let _ = fs::remove_dir_all(&traces);
        create_folder(&traces)?;
        let root = self.folder.join("root");
        let mut layers = root.join("usr").display().to_string();
        if subject == Subject::Ours {
            layers = format!("{}:{layers}", self.ours.display());
        }
        let mut command = Command::new("unshare");
        command.args(["-m", "-n", "-p", "-f", "--kill-child", "--mount-proc", "sh", "-euc", SETUP]);
        command.current_dir(&work).env_clear();
        command.env("LAYERS", layers).env("ETC", root.join("etc"));
        command.env("JOB", scripts().join(format!("{}.sh", program.name))).env("SCRIPTS", scripts());
        command.env("PATH", "/usr/bin:/usr/sbin:/bin:/sbin").env("HOME", &work).env("TMPDIR", &work);
        command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC").env("PYTHONDONTWRITEBYTECODE", "1");
        if trace {
            command.env("UV_TRACE", traces.join("trace"));
        }
        let begin = Instant::now();
        let output = command.output().map_err(|e| format!("unshare: {e}"))?;
        let seconds = begin.elapsed().as_secs_f64();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            let who = if subject == Subject::Ours { "ours" } else { "the distribution's" };
            return Err(format!("on {who}: {}\n{text}\n{errors}", output.status));
        }
        let traced =
            fs::read_dir(&traces).map_err(|e| format!("{}: {e}", traces.display()))?.next().is_some();
        Ok(Run { output: text, seconds, traced })
    }

    fn apt(&self) -> Apt<'_> {
        Apt { folder: &self.folder, suite: Suite::Own, architecture: None }
    }

    /// What is asked for is noted, so that nothing is planned anew.
    fn unpack(&self, packages: &[&str]) -> Result<(), String> {
        if packages.iter().all(|package| self.apt().unpacked_version(package).is_some()) {
            return Ok(());
        }
        let mut all = self.apt().with_missing_needs(packages)?;
        // Those that are asked for come last: if they are there, so is what they need.
        all.retain(|package| !packages.contains(&package.as_str()));
        self.apt().unpack(&all)?;
        self.apt().unpack(packages)
    }

    /// Where the distribution has its libuv, from `/usr`.
    fn place(&self) -> Result<PathBuf, String> {
        let libraries = self.folder.join("root/usr/lib");
        let entries = fs::read_dir(&libraries).map_err(|e| format!("{}: {e}", libraries.display()))?;
        let mut files =
            entries.flatten().map(|entry| Path::new("lib").join(entry.file_name()).join("libuv.so.1"));
        let there = files.find(|file| self.folder.join("root/usr").join(file).symlink_metadata().is_ok());
        there.ok_or_else(|| format!("{}: no libuv.so.1 is in it", libraries.display()))
    }
}
