//! The files of an installation, put where a tarball or a package has them.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::build::Built;
use super::command::{copy, create_folder, read, write};
use super::facts::Facts;
use super::tree;

/// Where the parts of an installation lie below its folder.
pub struct Places<'a> {
    /// `lib`, or what a distribution has for a library of one processor.
    pub lib: &'a str,
    /// What the pkg-config files give as the prefix: one of theirs, where the whole can be moved.
    pub prefix: &'a str,
}

/// What the static library needs of the system, and programs with it.
const SYSTEM: &str = "-lpthread -ldl -lrt -lm";

/// What programs need to run.
pub fn shared(root: &Path, places: &Places<'_>, built: &Built) -> Result<(), String> {
    let lib = root.join(places.lib);
    place(&built.shared, &lib.join("libuv.so.1.0.0"))?;
    link("libuv.so.1.0.0", &lib.join("libuv.so.1"))
}

/// What programs need to be built.
pub fn development(
    root: &Path,
    sources: &Path,
    places: &Places<'_>,
    built: &Built,
    facts: &Facts,
) -> Result<(), String> {
    let lib = root.join(places.lib);
    for headers in ["include", "bindings/cpp/include"] {
        let headers = sources.join(headers);
        for name in tree::files(&headers)? {
            place(&headers.join(&name), &root.join("include").join(&name))?;
        }
    }
    link("libuv.so.1", &lib.join("libuv.so"))?;
    place(&built.fixed, &lib.join("libuv.a"))?;
    for name in ["libuv.pc", "libuv-static.pc"] {
        let template = read(&sources.join("cmake").join(format!("{name}.in")))?;
        write(&lib.join("pkgconfig").join(name), pkg_config(&template, places, facts).as_bytes())?;
    }
    for name in ["libuvConfig.cmake", "libuvConfigVersion.cmake"] {
        place(&sources.join("packaging/cmake").join(name), &lib.join("cmake/libuv").join(name))?;
    }
    Ok(())
}

/// Copies a file as installed ones are: to be read by all, and written by root.
pub fn place(from: &Path, to: &Path) -> Result<(), String> {
    copy(from, to)?;
    let mode = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(to, mode).map_err(|e| format!("{}: {e}", to.display()))
}

pub fn link(to: &str, at: &Path) -> Result<(), String> {
    if let Some(folder) = at.parent() {
        create_folder(folder)?;
    }
    symlink(to, at).map_err(|e| format!("{}: {e}", at.display()))
}

fn pkg_config(template: &str, places: &Places<'_>, facts: &Facts) -> String {
    let lib = format!("${{prefix}}/{}", places.lib);
    [
        ("PC_PREFIX", places.prefix),
        ("PC_LIBDIR", &lib),
        ("PC_INCLUDEDIR", "${prefix}/include"),
        ("PROJECT_VERSION", &facts.version),
        ("LIBS", SYSTEM),
    ]
    .iter()
    .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("@{name}@"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> String {
        read(&crate::root().join(name)).expect("it is part of the project")
    }

    #[test]
    fn nothing_is_left_open_in_pkg_config_files() {
        let facts = Facts::of(crate::root()).expect("the project has a version");
        let places = Places { lib: "lib/x86_64-linux-gnu", prefix: "/usr" };
        for name in ["cmake/libuv.pc.in", "cmake/libuv-static.pc.in"] {
            let text = pkg_config(&file(name), &places, &facts);
            assert!(text.starts_with("prefix=/usr\n") && !text.contains('@'), "{text}");
            assert!(text.contains("libdir=${prefix}/lib/x86_64-linux-gnu\n"), "{text}");
        }
    }

    #[test]
    fn the_cmake_package_is_of_this_version() {
        let facts = Facts::of(crate::root()).expect("the project has a version");
        let line = format!("set(PACKAGE_VERSION {})\n", facts.version);
        assert!(file("packaging/cmake/libuvConfigVersion.cmake").contains(&line), "not {line}");
    }
}
