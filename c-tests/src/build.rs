//! Compiles `uv-tests` from the runner and all tests, against one library.

use crate::{target_folder, workspace};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;
use std::{fs, io, thread};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Linkage {
    Shared,
    Static,
}

/// A libuv to test.
#[derive(Clone, Debug)]
pub struct Library {
    /// The folder with `uv.h`.
    pub include: PathBuf,
    /// The folder with `libuv.so` and `libuv.a`.
    pub folder: PathBuf,
    pub linkage: Linkage,
    /// The triple it was built for, if that is not this machine's own.
    pub target: Option<String>,
}

impl Library {
    /// Differs for libraries that programs must be linked to one by one.
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.folder, self.linkage).hash(&mut hasher);
        hasher.finish()
    }

    fn file(&self) -> PathBuf {
        self.folder.join(match self.linkage {
            Linkage::Static => "libuv.a",
            Linkage::Shared if cfg!(target_os = "macos") => "libuv.dylib",
            Linkage::Shared => "libuv.so",
        })
    }
}

/// Another compiler than the usual one, and flags for every file and for linking.
pub struct Instrumentation<'a> {
    pub compiler: &'a str,
    pub flags: &'a [&'a str],
}

/// Brings `uv-tests` up to date and returns its path.
pub fn build(library: &Library) -> io::Result<PathBuf> {
    build_instrumented(library, None)
}

/// As [`build`], with a compiler that adds checks.
pub fn build_instrumented(library: &Library, with: Option<&Instrumentation<'_>>) -> io::Result<PathBuf> {
    let compiler = Compiler::find(library, with)?;
    let objects = target_folder().join(format!("c-tests/{:016x}", compiler.fingerprint()));
    let out = objects.join(format!("{:016x}", library.fingerprint()));
    fs::create_dir_all(&out)?;
    let objects = compile_all(&compiler, &objects)?;
    let program = out.join("uv-tests");
    link(&compiler, library, &objects, &program)?;
    Ok(program)
}

/// The C compiler with the flags for every file.
struct Compiler {
    program: PathBuf,
    flags: Vec<OsString>,
}

impl Compiler {
    fn find(library: &Library, with: Option<&Instrumentation<'_>>) -> io::Result<Self> {
        let host = host_triple();
        let mut build = cc::Build::new();
        if let Some(with) = with {
            build.compiler(with.compiler);
            with.flags.iter().for_each(|flag| _ = build.flag(flag));
        }
        let tool = build
            .cargo_metadata(false)
            .opt_level(1)
            .debug(true)
            .host(&host)
            .target(library.target.as_ref().unwrap_or(&host))
            .try_get_compiler()
            .map_err(io::Error::other)?;
        let mut flags: Vec<OsString> = tool.args().to_vec();
        flags.extend(
            ["-std=gnu11", "-Wall", "-Wextra", "-Wno-format-truncation", "-Werror", "-pthread"]
                .map(OsString::from),
        );
        // As libuv itself is compiled: on 32-bit systems the length of uv_fs_t depends on it.
        flags.push("-D_FILE_OFFSET_BITS=64".into());
        flags.push("-I".into());
        flags.push(workspace().join("c-tests/runner").into());
        flags.push("-I".into());
        flags.push(library.include.clone().into());
        // Another libuv has no uv/ext.h.
        flags.push("-idirafter".into());
        flags.push(workspace().join("include").into());
        Ok(Self { program: tool.path().to_path_buf(), flags })
    }

    /// Differs for builds that cannot share their objects.
    fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.program, &self.flags).hash(&mut hasher);
        hasher.finish()
    }
}

/// The triple this program was built for, in the form the `cc` crate wants.
pub(crate) fn host_triple() -> String {
    let arch = std::env::consts::ARCH;
    match std::env::consts::OS {
        "macos" => format!("{arch}-apple-darwin"),
        "linux" if cfg!(target_env = "musl") => format!("{arch}-unknown-linux-musl"),
        os => format!("{arch}-unknown-{os}-gnu"),
    }
}

/// Compiles everything and returns the objects, or what the compiler said.
fn compile_all(compiler: &Compiler, out: &Path) -> io::Result<Vec<PathBuf>> {
    let root = workspace().join("c-tests");
    let mut sources = Vec::new();
    collect_sources(&root.join("runner"), &mut sources)?;
    collect_sources(&root.join("tests"), &mut sources)?;
    let next = AtomicUsize::new(0);
    let compile_some = || {
        let mut objects = Vec::new();
        let mut errors = String::new();
        while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            let name = source.strip_prefix(&root).unwrap_or(source);
            let flat = name.to_string_lossy().replace(['/', '\\'], "-");
            let object = out.join(flat).with_extension("o");
            if let Err(error) = compile(compiler, source, &object) {
                errors.push_str(&error.to_string());
            }
            objects.push(object);
        }
        (objects, errors)
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut objects = Vec::new();
    let mut errors = String::new();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(compile_some)).collect();
        for thread in threads {
            match thread.join() {
                Ok((some, wrong)) => {
                    objects.extend(some);
                    errors.push_str(&wrong);
                }
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    if errors.is_empty() { Ok(objects) } else { Err(io::Error::other(errors)) }
}

/// All C files below a folder, in a fixed order.
fn collect_sources(folder: &Path, sources: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect_sources(&path, sources)?;
        } else if path.extension().is_some_and(|ext| ext == "c") {
            sources.push(path);
        }
    }
    Ok(())
}

/// Compiles one file unless its object is newer than all it was made from.
fn compile(compiler: &Compiler, source: &Path, object: &Path) -> io::Result<()> {
    if is_fresh(object) {
        return Ok(());
    }
    let output = Command::new(&compiler.program)
        .args(&compiler.flags)
        .args(["-MMD", "-c", "-o"])
        .arg(object)
        .arg(source)
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    // What an earlier version of the file compiled to is of no use any more.
    let _ = fs::remove_file(object);
    Err(io::Error::other(String::from_utf8_lossy(&output.stderr)))
}

/// Compares an object with the files that its dependency file names.
fn is_fresh(object: &Path) -> bool {
    let Ok(dependencies) = fs::read_to_string(object.with_extension("d")) else {
        return false;
    };
    let Some(built) = modified(object) else {
        return false;
    };
    dependencies
        .split_whitespace()
        .skip(1)
        .filter(|word| *word != "\\")
        .all(|file| modified(Path::new(file)).is_some_and(|time| time < built))
}

pub(crate) fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}

fn link(compiler: &Compiler, library: &Library, objects: &[PathBuf], path: &Path) -> io::Result<()> {
    let inputs: BTreeSet<_> = objects.iter().cloned().chain([library.file()]).collect();
    // The list itself counts: a file that was taken away is a change too.
    let list: String = inputs.iter().map(|path| format!("{}\n", path.display())).collect();
    let list_file = path.with_extension("inputs");
    let built = modified(path);
    if fs::read_to_string(&list_file).is_ok_and(|old| old == list)
        && inputs.iter().all(|input| modified(input) < built)
    {
        return Ok(());
    }
    let mut command = Command::new(&compiler.program);
    // The flags say which machine to link for.
    command.args(&compiler.flags).args(objects).arg("-o").arg(path).arg("-pthread");
    match library.linkage {
        Linkage::Static => {
            command.arg(library.file());
        }
        Linkage::Shared => {
            let mut rpath = OsString::from("-Wl,-rpath,");
            rpath.push(provide_soname(library, path)?);
            command.arg("-L").arg(&library.folder).arg("-luv").arg(rpath);
        }
    }
    command.args(["-ldl", "-lrt", "-lm"]);
    let output = command.output()?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("cannot link: {message}")));
    }
    fs::write(list_file, list)
}

/// The folder where the program finds the library under its soname: cargo
/// builds `libuv.so`, but programs ask for `libuv.so.1`.
fn provide_soname(library: &Library, program: &Path) -> io::Result<PathBuf> {
    let soname = "libuv.so.1";
    if cfg!(target_os = "macos") || library.folder.join(soname).exists() {
        return Ok(library.folder.clone());
    }
    let folder = program.with_extension("lib");
    fs::create_dir_all(&folder)?;
    let link = folder.join(soname);
    if link.symlink_metadata().is_err() {
        #[cfg(unix)]
        std::os::unix::fs::symlink(library.file(), link)?;
    }
    Ok(folder)
}
