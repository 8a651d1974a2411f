//! `cargo xtask exports`: what the shared library shows to programs, and what it asks of their system.

use std::path::{Path, PathBuf};
use std::process::Command;

use c_tests::Linkage;

const USAGE: &str = "\
usage: cargo xtask exports [LIBRARY]

  LIBRARY   a libuv.so (default: this one, which is built)";

/// The newest glibc that is needed: that of Debian 12, Ubuntu 22.04 and RHEL 9 is as new or newer. Where the library
/// is built against an older one, it needs no more than that.
const NEWEST_GLIBC: [u32; 2] = [2, 34];

/// The shared objects that are there wherever a program is: the C library, in as many pieces as it has, and its loader.
/// Not libm: nothing in the library is worth another file to load.
const ALWAYS_THERE: [&str; 5] = ["libc.so", "libpthread.so", "libdl.so", "ld-linux", "ld64.so"];

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let path = match arguments {
        [] => c_tests::own_library(Linkage::Shared).map_err(|e| e.to_string())?.folder.join("libuv.so"),
        [path] if !path.starts_with('-') => PathBuf::from(path),
        _ => return Err(USAGE.into()),
    };
    check_own(&path)
}

/// Holds a library to what is promised of ours.
pub fn check_own(path: &Path) -> Result<(), String> {
    check(path, NEWEST_GLIBC)
}

/// Says which glibc the library needs, and fails if that is newer than promised, or if something else is wrong.
pub fn check(path: &Path, promised: [u32; 2]) -> Result<(), String> {
    let symbols = objdump("-T", path)?;
    if let Some([major, minor]) = newest_glibc(&symbols) {
        println!("{}: glibc {major}.{minor}", path.display());
    }
    let complaints = complaints(&symbols, &objdump("-p", path)?, promised);
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

/// The newest version of glibc that a library asks for.
pub fn glibc_of(library: &Path) -> Result<Option<[u32; 2]>, String> {
    Ok(newest_glibc(&objdump("-T", library)?))
}

/// The same, which must be known, as a text.
pub fn newest_glibc_of(path: &Path) -> Result<String, String> {
    glibc_of(path)?
        .map(|[major, minor]| format!("{major}.{minor}"))
        .ok_or_else(|| format!("{} does not say which glibc it needs", path.display()))
}

fn objdump(what: &str, path: &Path) -> Result<String, String> {
    let output = Command::new("objdump").arg(what).arg(path).output().map_err(|e| format!("objdump: {e}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("objdump: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The newest version of glibc that a symbol is asked of.
fn newest_glibc(symbols: &str) -> Option<[u32; 2]> {
    let versions = symbols.split("GLIBC_").skip(1).filter_map(|rest| {
        let version = rest.split(|c: char| c != '.' && !c.is_ascii_digit()).next()?;
        let mut numbers = version.split('.').map_while(|number| number.parse().ok());
        Some([numbers.next()?, numbers.next()?])
    });
    versions.max()
}

/// What is wrong, from what `objdump` says of the symbols and of the library itself.
fn complaints(symbols: &str, headers: &str, promised: [u32; 2]) -> Vec<String> {
    let defined = symbols.lines().filter_map(|line| {
        // Address, kind (a local symbol is an "l"), and what else there is.
        let (_, rest) = line.split_once(' ').filter(|(address, _)| address.len() >= 8)?;
        let is_defined = rest.starts_with(['g', 'u', 'w']) || rest.starts_with(" w");
        (is_defined && !rest.contains("*UND*")).then(|| rest.split_whitespace().last())?
    });
    let foreign =
        defined.filter(|name| !name.starts_with("uv_")).map(|name| format!("exported beside uv_*: {name}"));
    let needed = headers.lines().filter_map(|line| line.trim().strip_prefix("NEEDED"));
    let strange = needed
        .map(str::trim)
        .filter(|name| !ALWAYS_THERE.iter().any(|known| name.starts_with(known)))
        .map(|name| format!("needs another library: {name}"));
    let mut complaints: Vec<String> = foreign.chain(strange).collect();
    match newest_glibc(symbols) {
        Some([major, minor]) if [major, minor] > promised => {
            let [_, promised] = promised;
            complaints
                .push(format!("needs glibc {major}.{minor}; docs/systems.md promises {major}.{promised}"));
        }
        _ => {}
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYMBOLS: &str = "\
0000000000000000      DF *UND*\t0000000000000000 (GLIBC_2.2.5) read
0000000000000000  w   DF *UND*\t0000000000000000 (GLIBC_2.34) pthread_create
0000000000056610 g    DF .text\t0000000000000073  Base        uv_run
";
    const HEADERS: &str = "  NEEDED               libc.so.6\n  NEEDED               ld-linux-x86-64.so.2\n";

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(newest_glibc("(GLIBC_2.9) a\n(GLIBC_2.34) b\n(GLIBC_2.2.5) c"), Some([2, 34]));
        assert_eq!(newest_glibc("00 g DF .text 00 Base uv_run"), None);
    }

    #[test]
    fn what_programs_do_not_have_is_complained_of() {
        assert_eq!(complaints(SYMBOLS, HEADERS, [2, 34]), Vec::<String>::new());
        let wrong = complaints(
            &SYMBOLS.replace("2.34", "2.38").replace("uv_run", "run"),
            &HEADERS.replace("libc.so.6", "libm.so.6"),
            [2, 34],
        );
        let expected = [
            "exported beside uv_*: run",
            "needs another library: libm.so.6",
            "needs glibc 2.38; docs/systems.md promises 2.34",
        ];
        assert_eq!(wrong, expected);
    }
}
