//! The torture program, built against a library, and one that runs.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::case::Case;
use crate::root;
use crate::sources::c_files;

pub struct Program {
    path: PathBuf,
    folder: PathBuf,
}

impl Program {
    /// Builds it in `folder`, with the library beside it under the name it is asked for.
    pub fn build(folder: &Path, library: &Path, include: &Path) -> Result<Program, String> {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        let shared = folder.join("libuv.so.1");
        fs::copy(library, &shared).map_err(|e| format!("{}: {e}", library.display()))?;
        let path = folder.join("torture");
        let sources = root().join("c-tests/torture");
        let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let mut rpath = std::ffi::OsString::from("-Wl,-rpath,");
        rpath.push(folder);
        let output = Command::new(&cc)
            .args(["-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-Wno-format-truncation"])
            // A call from the library has to look like one; our malloc is not the compiler's.
            .args(["-fno-optimize-sibling-calls", "-fno-builtin-malloc", "-rdynamic", "-pthread", "-I"])
            .arg(include)
            .arg("-o")
            .arg(&path)
            .args(c_files(&sources)?)
            .args(c_files(&sources.join("scenarios"))?)
            .arg(&shared)
            .arg(rpath)
            .arg("-ldl")
            .output()
            .map_err(|e| format!("{cc}: {e}"))?;
        if !output.status.success() {
            return Err(format!("{cc}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(Program { path, folder: folder.to_path_buf() })
    }

    pub fn scenarios(&self) -> Result<Vec<String>, String> {
        let output = self.command().arg("--list").output().map_err(|e| e.to_string())?;
        Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
    }

    /// Starts it, to be asked for cases.
    pub fn start(&self) -> Result<Server, String> {
        let mut child = self
            .command()
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{}: {e}", self.path.display()))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes".into());
        };
        Ok(Server { child, input, output: BufReader::new(output) })
    }

    /// How one case is run by hand, such as under a debugger.
    pub fn by_hand(&self, case: &Case) -> String {
        format!("{} --debug {}", self.path.display(), case.words().join(" "))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        for name in ["UV_THREADPOOL_SIZE", "UV_USE_IO_URING"] {
            command.env_remove(name);
        }
        command
    }
}

/// The program at work. It ends with its input.
pub struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// How a case went.
pub enum Verdict {
    Passed,
    /// The place was not reached: threads and the kernel do not take turns in the same way every time.
    NotReached,
    Failed {
        kind: String,
        text: String,
    },
}

impl Server {
    /// How often the scenario makes each call.
    pub fn count(&mut self, scenario: &str) -> Result<Vec<(String, usize)>, String> {
        let answer = self.ask(&format!("{scenario} count"))?;
        let pairs = answer.split_whitespace().map(|pair| {
            let (name, count) = pair.split_once('=')?;
            Some((name.to_owned(), count.parse().ok()?))
        });
        pairs.collect::<Option<_>>().ok_or_else(|| format!("{scenario} fails by itself"))
    }

    pub fn try_case(&mut self, case: &Case) -> Result<Verdict, String> {
        let answer = self.ask(&case.words().join(" "))?;
        let mut words = answer.splitn(4, ' ');
        let refused = words.next().unwrap_or_default();
        match words.next() {
            Some("passed") if refused == "0" => Ok(Verdict::NotReached),
            Some("passed") => Ok(Verdict::Passed),
            Some("failed") => Ok(Verdict::Failed {
                kind: words.next().unwrap_or_default().to_owned(),
                text: words.next().unwrap_or_default().to_owned(),
            }),
            _ => Err(format!("{case}: the program answers {answer:?}")),
        }
    }

    fn ask(&mut self, line: &str) -> Result<String, String> {
        let mut answer = String::new();
        writeln!(self.input, "{line}").map_err(|e| format!("{line}: {e}"))?;
        self.output.read_line(&mut answer).map_err(|e| format!("{line}: {e}"))?;
        if answer.is_empty() {
            return Err(format!("{line}: the torture program has ended"));
        }
        Ok(answer.trim_end().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
