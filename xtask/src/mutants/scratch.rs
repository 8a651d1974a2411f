//! The copy of the library that is broken, built and tested.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use c_tests::{Library, Linkage};

use super::Mutant;
use crate::root;

/// Enough to know who notices, few enough not to wait for many tests that hang.
const MAX_FAILURES: &str = "4";
const JOBS: &str = "8";

/// A test that hangs has half of its usual time.
const TIME_SCALE: &str = "0.5";

/// As a release, but quick to build: what debug builds check by themselves is not a test's merit.
const PROFILE: [&str; 6] = [
    "--config",
    "profile.dev.debug-assertions=false",
    "--config",
    "profile.dev.overflow-checks=false",
    "--config",
    "profile.dev.debug=false",
];

pub(super) struct Scratch {
    source: PathBuf,
    target: PathBuf,
    /// Where the test program looks for `libuv.so.1`.
    library: PathBuf,
    program: PathBuf,
    /// Tests that fail without a mutant too, on this machine.
    failing: BTreeSet<String>,
}

impl Scratch {
    /// Brings the copy up to date, builds the tests and runs them all once.
    pub(super) fn prepare() -> Result<Scratch, String> {
        let folder = c_tests::target_folder().join("mutants");
        let mut scratch = Scratch {
            source: folder.join("source"),
            target: folder.join("target"),
            library: folder.join("library"),
            program: PathBuf::new(),
            failing: BTreeSet::new(),
        };
        copy_tree(&root().join("src"), &scratch.source.join("src"))?;
        for file in ["build.rs", "Cargo.lock"] {
            copy(&root().join(file), &scratch.source.join(file))?;
        }
        let manifest = read(&root().join("Cargo.toml"))?;
        update(&scratch.source.join("Cargo.toml"), &without_members(&manifest))?;
        scratch.build()?;
        // To link with; the program is not linked again for each mutant.
        copy(&scratch.library.join("libuv.so.1"), &scratch.library.join("libuv.so"))?;
        let library = Library {
            include: root().join("include"),
            folder: scratch.library.clone(),
            linkage: Linkage::Shared,
            target: None,
        };
        scratch.program = c_tests::build(&library).map_err(|error| error.to_string())?;
        scratch.failing = scratch.run_c_tests(&[], "1000")?.into_iter().collect();
        for test in &scratch.failing {
            println!("# fails in any case, and does not count: {test}");
        }
        Ok(scratch)
    }

    /// Breaks the library, and says which tests notice.
    pub(super) fn try_mutant(&self, mutant: &Mutant) -> Result<Vec<String>, String> {
        let path = self.source.join("src").join(mutant.file);
        let original = read(&path)?;
        if original.matches(mutant.original).count() != 1 {
            return Err(format!("{}: the place of \"{}\" has changed", mutant.file, mutant.breaks));
        }
        update(&path, &original.replacen(mutant.original, mutant.replacement, 1))?;
        let outcome = self.ask_tests(mutant, original.contains("#[cfg(test)]"));
        update(&path, &original)?;
        outcome
    }

    fn ask_tests(&self, mutant: &Mutant, has_unit_tests: bool) -> Result<Vec<String>, String> {
        self.build()?;
        let mut noticed = self.run_c_tests(mutant.tests, MAX_FAILURES)?;
        if noticed.is_empty() && has_unit_tests {
            noticed = self.run_unit_tests(mutant.file)?;
        }
        if noticed.is_empty() {
            noticed = self.run_c_tests(&[], MAX_FAILURES)?;
        }
        noticed.sort();
        Ok(noticed)
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args([command, "--quiet", "--offline", "--lib"])
            .args(PROFILE)
            .arg("--target-dir")
            .arg(&self.target)
            .current_dir(&self.source)
            .env("RUSTFLAGS", "--cap-lints=allow");
        cargo
    }

    /// Builds the shared library and puts it into its place.
    fn build(&self) -> Result<(), String> {
        let output = output(self.cargo("rustc").args(["--crate-type", "cdylib"]))?;
        if !output.status.success() {
            return Err(format!("does not build:\n{}", String::from_utf8_lossy(&output.stderr)));
        }
        copy(&self.target.join("debug/libuv.so"), &self.library.join("libuv.so.1"))
    }

    /// The C tests of these globs (none: all) that fail.
    fn run_c_tests(&self, globs: &[&str], max_failures: &str) -> Result<Vec<String>, String> {
        let mut command = Command::new(&self.program);
        command.args(globs).args(["-j", JOBS, "--max-failures", max_failures]);
        command.env("UV_TESTS_TIME_SCALE", TIME_SCALE);
        for test in &self.failing {
            command.args(["--exclude", test]);
        }
        let output = output(&mut command)?;
        if output.status.code() == Some(2) {
            return Err(format!("no test is called {globs:?}"));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let name = |line: &str| line.strip_prefix("not ok ")?.split(' ').nth(2).map(str::to_owned);
        Ok(text.lines().filter_map(name).collect())
    }

    /// The unit tests of the file's module that fail.
    fn run_unit_tests(&self, file: &str) -> Result<Vec<String>, String> {
        let module = file.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        let output = output(self.cargo("test").args(["--", &format!("{module}::tests::")]))?;
        if output.status.success() {
            return Ok(Vec::new());
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let name = |line: &str| Some(format!("unit: {}", line.strip_prefix("---- ")?.split(' ').next()?));
        let names: Vec<_> = text.lines().filter_map(name).collect();
        // A crash ends them all, without a name.
        Ok(if names.is_empty() { vec![format!("unit: {module}")] } else { names })
    }
}

/// The workspace's manifest with the library alone.
fn without_members(manifest: &str) -> String {
    let line = |line: &str| match line.split_once('=') {
        Some((key, _)) if key.trim() == "members" => "members = []\n".to_owned(),
        Some((key, _)) if key.trim() == "default-members" => String::new(),
        _ => format!("{line}\n"),
    };
    manifest.lines().map(line).collect()
}

fn output(command: &mut Command) -> Result<Output, String> {
    command.output().map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Writes a file unless it is the same already, so that cargo sees only real changes.
fn update(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        fs::write(path, text)
    };
    write().map_err(|e| format!("{}: {e}", path.display()))
}

/// Copies a file to a new one with this name: programs that run keep the old one.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let copy = || {
        fs::create_dir_all(to.parent().unwrap_or(to))?;
        let new = to.with_extension("new");
        fs::copy(from, &new)?;
        fs::rename(new, to)
    };
    copy().map_err(|e| format!("{}: {e}", from.display()))
}

/// Makes `to` the same as `from`: text files and folders.
fn copy_tree(from: &Path, to: &Path) -> Result<(), String> {
    let entries = |folder: &Path| -> Result<BTreeSet<_>, String> {
        let read = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(read.flatten().map(|entry| entry.file_name()).collect())
    };
    let names = entries(from)?;
    for name in entries(to).unwrap_or_default().difference(&names) {
        let old = to.join(name);
        let _ = if old.is_dir() { fs::remove_dir_all(old) } else { fs::remove_file(old) };
    }
    for name in names {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy_tree(&from, &to)?;
        } else {
            update(&to, &read(&from)?)?;
        }
    }
    Ok(())
}
