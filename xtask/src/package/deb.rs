//! Debian packages that take the place of the distribution's: the same names, a later version.
//!
//! Debian 13 calls the library libuv1t64, which the package says it is, too.

mod symbols;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::exports;

use super::build::Built;
use super::command::{copy, fresh_folder, output, read, write};
use super::facts::Facts;
use super::metadata::Metadata;
use super::stage::{self, Places};
use super::{licences, sbom, tree};

/// After Debian's own package of the same libuv, before its next one.
const REVISION: &str = "-1+rs1";
/// Who to write to, unless `DEBFULLNAME` and `DEBEMAIL` say so.
const MAINTAINER: &str = "libuv in Rust <root@localhost>";

pub fn version(facts: &Facts) -> String {
    format!("{}{REVISION}", facts.version)
}

fn maintainer() -> String {
    match (std::env::var("DEBFULLNAME"), std::env::var("DEBEMAIL")) {
        (Ok(name), Ok(address)) => format!("{name} <{address}>"),
        _ => MAINTAINER.into(),
    }
}

pub fn make(
    sources: &Path,
    facts: &Facts,
    metadata: &Metadata,
    built: &Built,
    into: &Path,
) -> Result<Vec<PathBuf>, String> {
    let one_line = |command: &mut Command| output(command).map(|text| text.trim().to_owned());
    let architecture = one_line(Command::new("dpkg").arg("--print-architecture"))?;
    let multiarch = one_line(Command::new("gcc").arg("-print-multiarch"))?;
    let lib = format!("lib/{multiarch}");
    let places = Places { lib: &lib, prefix: "/usr" };
    let known = read(&sources.join("packaging/debian/libuv1.symbols"))?;
    symbols::check(&known, &built.shared)?;

    let packages = Packages { sources, facts, metadata, architecture, into };
    let library = packages.make("libuv1", |root| {
        stage::shared(&root.join("usr"), &places, built)?;
        let control = root.join("DEBIAN");
        write(&control.join("symbols"), known.as_bytes())?;
        write(&control.join("shlibs"), format!("libuv 1 libuv1 (>= {})\n", facts.version).as_bytes())?;
        write(&control.join("triggers"), b"activate-noawait ldconfig\n")?;
        exports::newest_glibc_of(&built.shared)
    })?;
    let development = packages.make("libuv1-dev", |root| {
        let usr = root.join("usr");
        stage::development(&usr, sources, &places, built, facts)?;
        // What Debian 12's package calls it.
        stage::link("libuv.a", &usr.join(&lib).join("libuv_a.a"))?;
        Ok(String::new())
    })?;
    Ok(vec![library, development])
}

/// What the packages have in common.
struct Packages<'a> {
    sources: &'a Path,
    facts: &'a Facts,
    metadata: &'a Metadata,
    architecture: String,
    into: &'a Path,
}

impl Packages<'_> {
    /// Makes a package; `fill` puts into its root what it has of its own, and says which glibc that needs.
    fn make(&self, name: &str, fill: impl Fn(&Path) -> Result<String, String>) -> Result<PathBuf, String> {
        let root = self.into.join(format!("stage-{name}"));
        fresh_folder(&root)?;
        let glibc = fill(&root)?;
        self.documents(&root.join("usr/share/doc").join(name))?;
        let files: Vec<PathBuf> =
            tree::files(&root)?.into_iter().filter(|file| !file.starts_with("DEBIAN")).collect();
        let template = read(&self.sources.join("packaging/debian").join(format!("{name}.control.in")))?;
        let version = version(self.facts);
        let control = [
            ("VERSION", version.as_str()),
            ("ARCHITECTURE", &self.architecture),
            ("MAINTAINER", &maintainer()),
            ("SIZE", &size(&root, &files)?.to_string()),
            ("GLIBC", &glibc),
        ]
        .iter()
        .fold(template, |text, (name, value)| text.replace(&format!("@{name}@"), value));
        write(&root.join("DEBIAN/control"), control.as_bytes())?;
        let regular = files.iter().filter(|file| !root.join(file).is_symlink());
        let sums = output(Command::new("md5sum").args(regular).current_dir(&root))?;
        write(&root.join("DEBIAN/md5sums"), sums.as_bytes())?;
        // Whatever mask the user has.
        output(Command::new("chmod").args(["-R", "u=rwX,go=rX"]).arg(&root))?;
        let file = self.into.join(format!("{name}_{version}_{}.deb", self.architecture));
        output(
            Command::new("dpkg-deb")
                .args(["--root-owner-group", "-Zxz", "--threads-max=1", "--build"])
                .args([&root, &file])
                .env("SOURCE_DATE_EPOCH", self.facts.epoch.to_string()),
        )?;
        fs::remove_dir_all(&root).map_err(|e| format!("{}: {e}", root.display()))?;
        Ok(file)
    }

    /// What Debian's policy asks of each package.
    fn documents(&self, folder: &Path) -> Result<(), String> {
        let texts = licences::text(self.sources, self.metadata, self.facts)?;
        write(&folder.join("copyright"), texts.as_bytes())?;
        let bill = sbom::text(self.metadata, self.facts, Some(&self.facts.rustc))?;
        write(&folder.join("libuv.cdx.json"), bill.as_bytes())?;
        let changes = folder.join("changelog");
        copy(&self.sources.join("CHANGELOG.md"), &changes)?;
        write(&folder.join("changelog.Debian"), self.changelog()?.as_bytes())?;
        output(Command::new("gzip").args(["-9n"]).args([&changes, &folder.join("changelog.Debian")]))
            .map(drop)
    }

    fn changelog(&self) -> Result<String, String> {
        let date = format!("@{}", self.facts.epoch);
        let date = output(Command::new("date").args(["-u", "-R", "-d", &date]).env("LC_ALL", "C"))?;
        let version = version(self.facts);
        Ok(format!(
            "libuv1 ({version}) unstable; urgency=medium\n\n  * libuv {} in Rust.\n\n -- {}  {date}",
            self.facts.version,
            maintainer()
        ))
    }
}

/// In KiB, as installed.
fn size(root: &Path, files: &[PathBuf]) -> Result<u64, String> {
    let of = |file: &PathBuf| {
        let path = root.join(file);
        let about = fs::symlink_metadata(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(about.len().div_ceil(1024))
    };
    files.iter().map(of).sum()
}
