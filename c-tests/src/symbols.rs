//! Which `uv_*` functions a library exports and an object file needs.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::Command;

/// The number of functions that libuv 1.53 exports on Linux.
pub(crate) const COMPLETE: usize = 319;

/// The `uv_*` functions that a library (`.so` or `.a`) defines.
pub(crate) fn exported(library: &Path) -> io::Result<BTreeSet<String>> {
    symbols(library, |section| section != "UND")
}

/// The `uv_*` functions that an object file leaves to the library.
pub(crate) fn needed(object: &Path) -> io::Result<BTreeSet<String>> {
    symbols(object, |section| section == "UND")
}

/// Global symbols by where they are defined. `readelf` and not `nm`, as that
/// is misled by the bitcode that rustc leaves in archives.
fn symbols(file: &Path, wanted: impl Fn(&str) -> bool) -> io::Result<BTreeSet<String>> {
    let output = Command::new("readelf").arg("-sW").arg(file).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut names = BTreeSet::new();
    for line in text.lines() {
        // Number, value, size, type, binding, visibility, section, name.
        let columns: Vec<_> = line.split_whitespace().collect();
        if let [_, _, _, _, "GLOBAL", _, section, name] = columns[..]
            && name.starts_with("uv_")
            && wanted(section)
        {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}
