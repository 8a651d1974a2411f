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
        let names = packages.iter().map(|package| package.as_ref());
        let missing: Vec<&str> = names.filter(|name| !self.mark(name).exists()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let root = self.folder.join("root");
        create_folder(&root)?;
        create_folder(&self.folder.join("unpacked"))?;
        let folder = self.download(&missing)?;
        for entry in fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            // Links that lead to folders stay, as where /lib is /usr/lib.
            let unpack = "dpkg-deb --fsys-tarfile \"$0\" | tar -x --keep-directory-symlink -C \"$1\"";
            let mut command = Command::new("sh");
            output_of(command.args(["-c", unpack]).arg(entry.path()).arg(&root))?;
            let package = name.split('_').next().unwrap_or_default();
            // Some are asked for with their versions.
            let is_it = |asked: &&&str| asked.split('=').next() == Some(package);
            write(&self.mark(missing.iter().find(is_it).copied().unwrap_or(package)), name.as_bytes())?;
        }
        fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        match missing.iter().find(|name| !self.mark(name).exists()) {
            Some(name) => Err(format!("apt has not fetched {name}")),
            None => Ok(()),
        }
    }

    /// The version of a package that was unpacked, as Debian writes it.
    pub fn unpacked_version(&self, package: &str) -> Option<String> {
        let file = fs::read_to_string(self.mark(package)).ok()?;
        Some(file.split('_').nth(1)?.replace("%3a", ":"))
    }

    /// The packages, and what they need and the machine does not have.
    pub fn with_missing_needs(&self, packages: &[&str]) -> Result<Vec<String>, String> {
        self.update()?;
        let mut simulated = self.command("apt-get")?;
        let plan = output_of(simulated.args(["-s", "install", "--no-install-recommends"]).args(packages))?;
        let installed =
            output_of(Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Abbrev}${Package}\\n"]))?;
        let installed: Vec<&str> = installed.lines().filter_map(|line| line.strip_prefix("ii ")).collect();
        let needed = plan.lines().filter_map(|line| line.strip_prefix("Inst ")?.split(' ').next());
        let new = needed.filter(|name| packages.contains(name) || !installed.contains(name));
        Ok(new.map(str::to_owned).collect())
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

    /// What says that a package was unpacked: the name of its file.
    fn mark(&self, package: &str) -> PathBuf {
        self.folder.join("unpacked").join(self.full_name(package))
    }

    fn download(&self, packages: &[&str]) -> Result<PathBuf, String> {
        self.update()?;
        let folder = self.state().join("download");
        let _ = fs::remove_dir_all(&folder);
        create_folder(&folder)?;
        println!("# fetching {}", packages.join(" "));
        output_of(self.command("apt-get")?.arg("download").args(packages).current_dir(&folder))?;
        Ok(folder)
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
