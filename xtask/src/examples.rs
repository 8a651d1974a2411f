//! `cargo xtask examples`: builds the programs of examples/, runs them, and holds what they print against what is
//! written beside them.

pub mod transcript;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{reference, root, sources};
use transcript::Run;

const USAGE: &str = "\
usage: cargo xtask examples [--against libuv | --against FOLDER] [NAME ...]

  --against libuv    build and run them on libuv 1.53, too, which is built for it
  --against FOLDER   ... on another libuv, installed there (include/ and lib/)
  NAME               only these examples";

/// Servers, and what is about speed: `cargo xtask demo` drives them.
const DRIVEN: [&str; 4] = ["batch", "echo_server", "inspect", "prime_server"];

/// A program that is not done by then never will be.
const LIMIT_SECONDS: &str = "60";

/// A library to build against, and to run on.
struct Library {
    name: &'static str,
    include: PathBuf,
    /// Holds `libuv.so.1`.
    folder: PathBuf,
    is_ours: bool,
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (against, names) = match arguments {
        ["--against", against, names @ ..] => (Some(*against), names),
        names => (None, names),
    };
    if names.iter().any(|name| name.starts_with('-')) {
        return Err(USAGE.into());
    }
    let mut libraries = vec![own()?];
    libraries.extend(against.map(other).transpose()?);
    let mut complaints = Vec::new();
    for library in &libraries {
        complaints.extend(try_library(library, names)?);
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n\n")) }
}

/// This library, in a folder of its own under the name that programs load.
fn own() -> Result<Library, String> {
    let built = c_tests::own_library(c_tests::Linkage::Shared).map_err(|e| format!("building: {e}"))?;
    let folder = c_tests::target_folder().join("examples/ours");
    let shared = folder.join("libuv.so.1");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(built.folder.join("libuv.so"), &shared))
        .map_err(|error| format!("{}: {error}", shared.display()))?;
    Ok(Library { name: "this library", include: root().join("include"), folder, is_ours: true })
}

fn other(against: &str) -> Result<Library, String> {
    let folder = if against == "libuv" { reference::build()?.folder } else { PathBuf::from(against) };
    let folder = folder.canonicalize().map_err(|error| format!("{against}: {error}"))?;
    let (include, folder) = (folder.join("include"), folder.join("lib"));
    Ok(Library { name: "the other libuv", include, folder, is_ours: false })
}

/// Builds and runs the examples; what went wrong is returned.
fn try_library(library: &Library, names: &[&str]) -> Result<Vec<String>, String> {
    let mut complaints = Vec::new();
    let mut counts = [0; 3];
    let [built, ran, left_out] = &mut counts;
    for file in sources::c_files(&root().join("examples"))? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !names.is_empty() && !names.contains(&name.as_str()) {
            continue;
        }
        // Its header is one that others do not install.
        if name == "inspect" && !library.is_ours {
            *left_out += 1;
            continue;
        }
        let program = compile(&name, library)?;
        *built += 1;
        if DRIVEN.contains(&name.as_str()) {
            continue;
        }
        let path = file.with_extension("expected");
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        for run in transcript::read(&text, &name)? {
            if run.is_only_here && !library.is_ours || run.descriptors > most_descriptors() {
                *left_out += 1;
                continue;
            }
            *ran += 1;
            complaints.extend(
                attempt(&program, &run, library)
                    .err()
                    .map(|complaint| format!("{} on {}: {complaint}", run.command, library.name)),
            );
        }
    }
    println!("{}: {built} examples built, {ran} runs, {left_out} not for here", library.name);
    Ok(complaints)
}

/// Compiles an example as strictly as a program's own build may.
fn compile(name: &str, library: &Library) -> Result<PathBuf, String> {
    let folder =
        c_tests::target_folder().join("examples").join(if library.is_ours { "ours" } else { "other" });
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let program = folder.join(name);
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    // One that is running cannot be written over.
    let _ = fs::remove_file(&program);
    let status = Command::new(&cc)
        .args(["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(&library.include)
        .arg("-o")
        .arg(&program)
        .arg(root().join("examples").join(format!("{name}.c")))
        .arg(library.folder.join("libuv.so.1"))
        .args(["-pthread", "-ldl"])
        .status()
        .map_err(|error| format!("{cc}: {error}"))?;
    if status.success() { Ok(program) } else { Err(format!("{cc} does not build examples/{name}.c")) }
}

/// Runs a program as the transcript says; what differs is the error.
fn attempt(program: &Path, run: &Run, library: &Library) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", program.display());
    let printed = program.with_extension("printed");
    let file = fs::File::create(&printed).map_err(told)?;
    let mut command = Command::new("timeout");
    command.arg(LIMIT_SECONDS).arg(program).args(&run.arguments);
    command.env("LD_LIBRARY_PATH", &library.folder).env_remove("UV_THREADPOOL_SIZE");
    command.envs(run.variables.iter().map(|(name, value)| (name, value)));
    if run.has_errors {
        command.stderr(file.try_clone().map_err(told)?);
    }
    let status = command.stdout(file).status().map_err(told)?;
    let text = fs::read_to_string(&printed).map_err(told)?;
    if !status.success() {
        return Err(format!("it ended with {status}, and printed:\n{text}"));
    }
    run.compare(&text)
}

/// How many descriptors a program can ask for.
fn most_descriptors() -> u64 {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is writable, and the resource is one that there is.
    match unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) } {
        0 => limit.rlim_max,
        _ => 0,
    }
}
