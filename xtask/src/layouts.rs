//! `cargo xtask layouts`: the sizes and offsets that `src/abi/layout/` asserts, asked of each target's C compiler, with
//! libuv's own header.

mod question;
mod table;

use std::fs;
use std::path::PathBuf;

use crate::cross::targets;
use crate::cross::tools::Tools;
use crate::{reference, root};
use table::Table;

const USAGE: &str = "\
usage: cargo xtask layouts [TARGET ...] [--check]

  TARGET    as for cargo xtask cross, or host (default: all)
  --check   only compare, and fail where a table is not what the compiler says";

/// The machine that this runs on: x86_64 with glibc.
const HOST: &str = "host";

/// Which file has the layout of which targets, and what it begins with. The first one also says which types and
/// fields are of interest.
const FILES: [(&str, &[&str], &str); 4] = [
    ("glibc_64", &[HOST, "s390x", "riscv64", "ppc64le"], "64 bits, with glibc: all but aarch64."),
    ("glibc_aarch64", &["aarch64"], "64-bit Arm, with glibc."),
    (
        "glibc_arm",
        &["armv7"],
        "32-bit Arm, with glibc, compiled with `_FILE_OFFSET_BITS=64`, as libuv itself is.",
    ),
    ("musl_64", &["musl"], "64-bit x86, with musl."),
];

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let names: Vec<&str> = arguments.iter().copied().filter(|argument| *argument != "--check").collect();
    if names.iter().any(|name| name.starts_with('-')) {
        return Err(USAGE.into());
    }
    let only_check = names.len() != arguments.len();
    let subject = Table::read(&path(FILES[0].0))?;
    let include = reference::headers()?;
    let mut is_stale = Vec::new();
    for (file, owners, what) in FILES {
        for owner in owners.iter().filter(|owner| names.is_empty() || names.contains(owner)) {
            let answer = question::ask(&compiler(owner)?, &include, &subject)?;
            let text = answer.text(what);
            let path = path(file);
            if fs::read_to_string(&path).is_ok_and(|old| old == text) {
                println!("{owner}: {file}");
            } else if only_check || *owner != owners[0] {
                is_stale.push(format!("{owner}: {} is otherwise", path.display()));
            } else {
                fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))?;
                println!("{owner}: {file}, written");
            }
        }
    }
    if is_stale.is_empty() { Ok(()) } else { Err(is_stale.join("\n")) }
}

fn path(file: &str) -> PathBuf {
    root().join("src/abi/layout").join(file).with_extension("rs")
}

fn compiler(owner: &str) -> Result<PathBuf, String> {
    if owner == HOST {
        return Ok("cc".into());
    }
    let target = targets::named(&[owner])?;
    Tools::new()?.c_compiler(target[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_and_written_alike() {
        for (file, _, what) in FILES {
            let text = fs::read_to_string(path(file)).expect("it is there");
            assert_eq!(Table::read(&path(file)).expect("it is one").text(what), text, "{file}");
        }
    }
}
