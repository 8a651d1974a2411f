//! Programs for another processor, run as if they were this one's: by the kernel, through an emulator, in name
//! spaces of their own, so that the machine stays as it is.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::apt::{create_folder, write};

/// Has a network of its own, in which this machine is all there is, and names for it.
const SETUP: &str = "\
echo ready
read -r go
set -e
mount -t proc proc /proc
ip link set lo up
mount --bind \"$1/hosts\" /etc/hosts
mount -t binfmt_misc binfmt_misc \"$1/formats\"
cat \"$1/rule\" > \"$1/formats/register\"
shift
exec \"$@\" < /dev/null
";

const HOSTS: &[u8] = b"127.0.0.1 localhost\n::1 localhost\n";

/// As many users and groups as programs may want to be.
const ALL_IDS: &str = "0 0 65536";

/// Runs a program where those that `rule` describes are emulated, and gives what it wrote.
pub fn run(
    folder: &Path,
    rule: &str,
    program: &Path,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Result<String, String> {
    let folder = folder.join("emulated");
    create_folder(&folder.join("formats"))?;
    write(&folder.join("hosts"), HOSTS)?;
    write(&folder.join("rule"), rule.as_bytes())?;
    let failed = |what: &str, error: std::io::Error| format!("{what}: {error}");
    let mut child = Command::new("unshare")
        .args(["--user", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", SETUP, "sh"])
        .arg(&folder)
        .arg(program)
        .args(arguments)
        .envs(environment.iter().copied())
        .env_remove("LD_LIBRARY_PATH")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| failed("unshare (of util-linux)", e))?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("no pipes to the name space".into());
    };
    let mut output = BufReader::new(output);
    let mut line = String::new();
    output.read_line(&mut line).map_err(|e| failed("the name space", e))?;
    // Only now is it there, and only from outside can it be told who is who in it.
    for map in ["uid_map", "gid_map"] {
        let path = format!("/proc/{}/{map}", child.id());
        fs::write(&path, ALL_IDS).map_err(|e| failed(&format!("{path} (this needs root)"), e))?;
    }
    input.write_all(b"go\n").map_err(|e| failed("the name space", e))?;
    let mut text = String::new();
    output.read_to_string(&mut text).map_err(|e| failed("the tests", e))?;
    let status = child.wait().map_err(|e| failed("unshare", e))?;
    if text.is_empty() && !status.success() {
        return Err(format!("the name space: {status}; binfmt_misc in one needs Linux 6.7"));
    }
    Ok(text)
}
