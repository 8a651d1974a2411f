//! A Debian in a folder: made by debootstrap, with programs, and kept as an archive for the next time.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cross::apt::mirror;
use crate::package::command::{fresh_folder, output, run, write};

/// What Debian calls the library.
pub const NAMES: [&str; 2] = ["libuv1", "libuv1t64"];

pub struct Debian {
    pub folder: PathBuf,
}

/// The library that is installed.
#[derive(Debug, PartialEq)]
pub struct Library {
    pub package: String,
    pub version: String,
    sum: String,
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, sha256 {}", self.package, self.version, self.sum)
    }
}

impl Debian {
    /// Nothing was done in it but to install programs.
    pub fn fresh(suite: &str, work: &Path, programs: &[&str]) -> Result<Debian, String> {
        let debian = Debian { folder: work.join(suite) };
        let archive = work.join(format!("{suite}.tar"));
        fresh_folder(&debian.folder)?;
        if !archive.exists() {
            let mut bootstrap = Command::new("debootstrap");
            bootstrap.args(["--variant=minbase", suite]).arg(&debian.folder).arg(mirror()?);
            output(&mut bootstrap)?;
            write(&debian.folder.join("etc/hosts"), b"127.0.0.1 localhost\n")?;
            debian.apt("update", &[])?;
            let names: Vec<String> = programs.iter().map(|name| (*name).to_owned()).collect();
            debian.apt("install", &names)?;
            debian.apt("clean", &[])?;
            // Under another name until it is whole.
            let part = work.join(format!("{suite}.part"));
            output(tar("--create", &part, &debian.folder).arg("."))?;
            return match std::fs::rename(&part, &archive) {
                Ok(()) => Ok(debian),
                Err(error) => Err(format!("{}: {error}", archive.display())),
            };
        }
        output(&mut tar("--extract", &archive, &debian.folder))?;
        Ok(debian)
    }

    /// Runs a program in it.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        run(self.command(program).args(arguments))
    }

    /// Runs apt without questions; it may take an older version, but nothing away.
    pub fn apt(&self, what: &str, packages: &[String]) -> Result<(), String> {
        let mut apt = self.command("apt-get");
        apt.args(["--assume-yes", "--quiet=2", "--no-install-recommends", "--allow-downgrades"]);
        output(apt.arg(what).args(packages)).map(drop)
    }

    /// Which package the loader's libuv comes from.
    pub fn library(&self) -> Result<Library, String> {
        let file =
            self.ask("sh", &["-c", "readlink -f $(ldconfig -p | awk '/libuv.so.1 / { print $NF }')"])?;
        let package = self.ask("dpkg-query", &["--search", &file])?;
        let package = package.split(':').next().unwrap_or_default().to_owned();
        let version = self.ask("dpkg-query", &["--show", "--showformat=${Version}", &package])?;
        let sum = self.ask("sha256sum", &[&file])?;
        let sum = sum.split_whitespace().next().unwrap_or_default().to_owned();
        Ok(Library { package, version, sum })
    }

    /// All installed packages but the library and what is for building with it, with their versions.
    pub fn others(&self) -> Result<Vec<String>, String> {
        let all = self.ask("dpkg-query", &["--show", "--showformat=${Package} ${Version} ${Status}\n"])?;
        let ours = |line: &&str| !line.starts_with("libuv1");
        Ok(all.lines().filter(ours).map(str::to_owned).collect())
    }

    /// The part of a package's version that is libuv's own.
    pub fn upstream_version(&self, version: &str) -> String {
        version.split('-').next().unwrap_or_default().to_owned()
    }

    /// Fails if apt or dpkg have complaints.
    pub fn healthy(&self, package: &str) -> Result<(), String> {
        self.apt("check", &[])?;
        let complaints = self.ask("dpkg", &["--audit"])? + &self.ask("dpkg", &["--verify", package])?;
        if complaints.is_empty() { Ok(()) } else { Err(complaints) }
    }

    fn ask(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        output(self.command(program).args(arguments)).map(|text| text.trim().to_owned())
    }

    /// In name spaces of its own, which take what is mounted with them when the program ends.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--pid", "--fork", "--kill-child"]);
        command.arg(format!("--mount-proc={}/proc", self.folder.display()));
        command.arg("chroot").arg(&self.folder).arg(program);
        command.env_clear().envs([
            ("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            ("HOME", "/root"),
            ("LC_ALL", "C.UTF-8"),
            ("DEBIAN_FRONTEND", "noninteractive"),
        ]);
        command
    }
}

fn tar(what: &str, archive: &Path, folder: &Path) -> Command {
    let mut tar = Command::new("tar");
    tar.args([what, "--numeric-owner", "--file"]).arg(archive).arg("--directory").arg(folder);
    tar
}
