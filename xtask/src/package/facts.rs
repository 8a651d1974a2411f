//! What packages say of the library and of the machine that it is built for.

use std::path::Path;
use std::process::Command;

use super::command::{output, read};

pub struct Facts {
    /// The library's, which is libuv's.
    pub version: String,
    /// The date of the sources, in seconds since 1970: whatever is made of them has this one.
    pub epoch: u64,
    /// The compiler's name for this machine.
    pub triple: String,
    pub rustc: String,
}

impl Facts {
    pub fn of(sources: &Path) -> Result<Facts, String> {
        let about = output(Command::new("rustc").arg("-vV").current_dir(sources))?;
        let line = |name: &str| about.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        Ok(Facts {
            version: version(&read(&sources.join("Cargo.toml"))?).ok_or("Cargo.toml has no version")?,
            epoch: epoch(sources)?,
            triple: line("host: ").ok_or("rustc does not say for which machine it builds")?,
            rustc: line("release: ").ok_or("rustc does not say its version")?,
        })
    }
}

/// The first one in Cargo.toml is that of the workspace.
fn version(manifest: &str) -> Option<String> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = \""))?;
    line.strip_suffix('"').map(str::to_owned)
}

/// `SOURCE_DATE_EPOCH` if it is set, else that of the last commit; files of a source tarball have kept it.
fn epoch(sources: &Path) -> Result<u64, String> {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    let commit = || {
        let mut git = Command::new("git");
        let git = git.args(["log", "-1", "--format=%ct"]).current_dir(sources);
        sources.join(".git").exists().then(|| output(git).ok()).flatten()
    };
    if let Some(text) = given.or_else(commit) {
        return text.trim().parse().map_err(|_| format!("no date: {text}"));
    }
    let changed = std::fs::metadata(sources.join("Cargo.toml")).and_then(|file| file.modified());
    let since = changed.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since.map(|since| since.as_secs()).ok_or_else(|| "Cargo.toml has no date".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_workspace() {
        let manifest =
            "[workspace.package]\nversion = \"1.53.0\"\n[dependencies]\nmio = { version = \"1\" }\n";
        assert_eq!(version(manifest).as_deref(), Some("1.53.0"));
        assert_eq!(version("[package]\n"), None);
    }
}
