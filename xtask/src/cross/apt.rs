//! Packages of Debian, by name, unpacked into a folder of ours: nothing is installed, and the machine's own lists
//! stay as they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where packages are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    /// In what this machine is set up for.
    Own,
    /// In Debian 13, for what Debian 12 lacks: libraries for other processors, a new emulator.
    Newer,
    /// In Debian 11, for its C library.
    Older,
}

impl Suite {
    /// Its name in Debian's archive.
    fn name(self) -> Option<&'static str> {
        match self {
            Suite::Own => None,
            Suite::Newer => Some("trixie"),
            Suite::Older => Some("bullseye"),
        }
    }
}

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

pub struct Apt<'a> {
    /// All of ours is in it.
    pub folder: &'a Path,
    pub suite: Suite,
    /// None for this machine's.
    pub architecture: Option<&'static str>,
}

impl Apt<'_> {
    /// Unpacks packages into `root/`, but for those that were before.
    pub fn unpack(&self, packages: &[impl AsRef<str>]) -> Result<(), String> {
        for package in packages {
            let package = package.as_ref();
            let mark = self.folder.join("unpacked").join(self.full_name(package));
            if mark.exists() {
                continue;
            }
            let file = self.download(package)?;
            output_of(Command::new("dpkg-deb").arg("-x").arg(&file).arg(self.folder.join("root")))?;
            create_folder(&self.folder.join("unpacked"))?;
            write(&mark, file.file_name().unwrap_or_default().as_encoded_bytes())?;
            fs::remove_file(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        }
        Ok(())
    }

    /// A package and all that it needs, and they need, as far as `wanted` goes. Some names have versions in them.
    pub fn with_needs(&self, package: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>, String> {
        let mut found = vec![package.to_owned()];
        let mut next = 0;
        while let Some(package) = found.get(next).cloned() {
            let needs = self.needs(&package)?;
            let names = needs.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
            let new: Vec<_> =
                names.filter(|name| wanted(name) && !found.iter().any(|other| other == name)).collect();
            found.extend(new.into_iter().map(str::to_owned));
            next += 1;
        }
        Ok(found)
    }

    /// The version of a package that begins so, if there is one.
    pub fn version(&self, package: &str, beginning: &str) -> Result<String, String> {
        self.update()?;
        let text = output_of(self.command("apt-cache")?.args(["madison", package]))?;
        let mut versions = text.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
        let version = versions.find(|version| version.starts_with(beginning));
        version.map(str::to_owned).ok_or_else(|| format!("apt has no {package} {beginning}"))
    }

    /// What apt says of it. Asked once: later it may know other versions than those that were unpacked.
    fn needs(&self, package: &str) -> Result<String, String> {
        let note = self.folder.join("unpacked").join(format!("{}.needs", self.full_name(package)));
        if let Ok(text) = fs::read_to_string(&note) {
            return Ok(text);
        }
        self.update()?;
        let text = output_of(self.command("apt-cache")?.args(["depends", "--important", package]))?;
        create_folder(&self.folder.join("unpacked"))?;
        write(&note, text.as_bytes())?;
        Ok(text)
    }

    fn full_name(&self, package: &str) -> String {
        format!("{package}_{}", self.architecture.unwrap_or("own"))
    }

    fn download(&self, package: &str) -> Result<PathBuf, String> {
        self.update()?;
        let folder = self.state().join("download");
        let _ = fs::remove_dir_all(&folder);
        create_folder(&folder)?;
        println!("# fetching {}", self.full_name(package));
        output_of(self.command("apt-get")?.args(["download", package]).current_dir(&folder))?;
        let mut files = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?.flatten();
        files.next().map(|file| file.path()).ok_or_else(|| format!("apt has not fetched {package}"))
    }

    /// The lists of a suite for a processor.
    fn state(&self) -> PathBuf {
        let suite = self.suite.name().unwrap_or("own");
        self.folder.join("apt").join(format!("{suite}-{}", self.architecture.unwrap_or("own")))
    }

    /// Fetches the lists, once.
    fn update(&self) -> Result<(), String> {
        let mark = self.state().join("updated");
        if mark.exists() {
            return Ok(());
        }
        for folder in ["lists/partial", "cache/archives/partial"] {
            create_folder(&self.state().join(folder))?;
        }
        write(&self.state().join("status"), b"")?;
        if let Some(suite) = self.suite.name() {
            let line = format!("deb [signed-by={KEYRING}] {} {suite} main\n", mirror()?);
            write(&self.state().join("sources.list"), line.as_bytes())?;
        }
        output_of(self.command("apt-get")?.arg("update"))?;
        write(&mark, b"")
    }

    fn command(&self, program: &str) -> Result<Command, String> {
        let mut command = Command::new(program);
        let state = std::path::absolute(self.state()).map_err(|e| e.to_string())?;
        let mut set = |name: &str, value: String| _ = command.args(["-o", &format!("{name}={value}")]);
        set("Dir::State::lists", format!("{}/lists", state.display()));
        set("Dir::State::status", format!("{}/status", state.display()));
        set("Dir::Cache", format!("{}/cache", state.display()));
        set("APT::Sandbox::User", "root".into());
        set("Acquire::Languages", "none".into());
        if self.suite != Suite::Own {
            set("Dir::Etc::SourceList", format!("{}/sources.list", state.display()));
            set("Dir::Etc::SourceParts", "/dev/null".into());
            set("Dir::Etc::PreferencesParts", "/dev/null".into());
        }
        if let Some(architecture) = self.architecture {
            set("APT::Architecture", architecture.into());
            set("APT::Architectures", architecture.into());
        }
        Ok(command)
    }
}

/// Where this machine gets Debian's main archive from.
pub fn mirror() -> Result<String, String> {
    let places = output_of(Command::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)"]))?;
    let main = places.lines().find(|place| place.trim_end_matches('/').ends_with("/debian"));
    main.map(str::to_owned).ok_or_else(|| "apt is not set up for Debian's archive".into())
}

/// Runs a program to its end and returns what it wrote.
pub fn output_of(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("{name}: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

pub fn create_folder(path: &Path) -> Result<(), String> {
    fs::create_dir_all(path).map_err(|e| format!("{}: {e}", path.display()))
}

pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}
