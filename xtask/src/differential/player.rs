//! A family's player, linked to one of the libraries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::root;

/// A library to play on: where its shared object and its headers are, and where players go.
pub struct Side {
    pub folder: PathBuf,
    pub library: PathBuf,
    pub include: PathBuf,
}

pub struct Player {
    program: PathBuf,
    folder: PathBuf,
}

/// What became of one script.
#[derive(PartialEq)]
pub struct Played {
    pub trace: String,
    /// Whether the player came to its end.
    pub ended: bool,
}

/// Where the families' files are.
fn sources() -> PathBuf {
    root().join("c-tests/differential")
}

/// The names of all families: each is a file beside the frame, `play.c`.
pub fn families() -> Result<Vec<String>, String> {
    let folder = sources();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.strip_suffix(".c")?.to_string()))
        .filter(|name| name != "play")
        .collect();
    names.sort();
    Ok(names)
}

impl Side {
    /// Copies the library to where its players look for it. Those of another run may be at work.
    pub fn new(folder: PathBuf, library: &Path, include: PathBuf) -> Result<Side, String> {
        fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let shared = folder.join("libuv.so.1");
        let fresh = folder.join(format!("libuv.so.{}", std::process::id()));
        fs::copy(library, &fresh)
            .and_then(|_| fs::rename(&fresh, &shared))
            .map_err(|e| format!("{}: {e}", library.display()))?;
        Ok(Side { folder, library: shared, include })
    }

    pub fn player(&self, family: &str) -> Result<Player, String> {
        let program = self.folder.join(family);
        let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let output = Command::new(&cc)
            .args(["-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-I"])
            .arg(&self.include)
            .arg("-o")
            .arg(&program)
            .arg(sources().join("play.c"))
            .arg(sources().join(format!("{family}.c")))
            .arg(&self.library)
            .args(["-ldl", "-pthread"])
            .output()
            .map_err(|e| format!("{cc}: {e}"))?;
        if !output.status.success() {
            return Err(format!("{cc}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(Player { program, folder: self.folder.clone() })
    }
}

impl Player {
    /// The trace, with the exit status for a last line. The player gets a fresh working directory,
    /// outside of `target/`, so that all paths are short enough for sockets.
    pub fn play(&self, seed: u64) -> Result<Played, String> {
        let family = self.program.file_name().unwrap_or_default().to_string_lossy();
        let side = self.folder.file_name().unwrap_or_default().to_string_lossy();
        let place = std::env::temp_dir().join(format!("uv-{side}-{family}-{seed}-{}", std::process::id()));
        fs::create_dir_all(&place).map_err(|e| format!("{}: {e}", place.display()))?;
        let mut command = Command::new(&self.program);
        command.arg(seed.to_string()).current_dir(&place).env("LD_LIBRARY_PATH", &self.folder);
        if family == "loop" {
            // Time is virtual there: it does not pass while the library looks for a notification.
            command.env("UV_ADAPTIVE_WAIT", "0");
        }
        let output = command.output();
        let _ = fs::remove_dir_all(&place);
        let output = output.map_err(|e| format!("{}: {e}", self.program.display()))?;
        let trace = format!(
            "{}{}{}\n",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
            output.status
        );
        Ok(Played { trace, ended: output.status.success() })
    }
}
