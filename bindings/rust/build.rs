//! Finds libuv: in the folder `UV_LIB_DIR`, or where pkg-config says, or where this repository builds its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The first version with everything that is called here.
const NEEDED: &str = "libuv >= 1.27";

fn main() {
    // A relative path is from here.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    println!("cargo:rerun-if-changed=build.rs");
    for variable in ["UV_LIB_DIR", "PKG_CONFIG_PATH"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    let is_static = env::var_os("CARGO_FEATURE_STATIC").is_some();
    let named = env::var_os("UV_LIB_DIR").map(|folder| here.join(folder));
    let found = named.or_else(|| if is_static { None } else { installed() });
    let folder = match found {
        Some(folder) => folder,
        None if is_static => here.join("../../target/dist/lib"),
        None => here.join("../../target/release"),
    };
    let linked = if is_static { link_statically(&folder) } else { link(&folder) };
    if let Err(message) = linked {
        let hint = if is_static { "cargo xtask dist" } else { "cargo build --release" };
        eprintln!("{message}");
        eprintln!("set UV_LIB_DIR to the folder of libuv, or run `{hint}` at the top of the repository");
        std::process::exit(1);
    }
}

/// The folder of the system's libuv, if pkg-config knows one.
fn installed() -> Option<PathBuf> {
    let asked = Command::new("pkg-config").args(["--variable=libdir", NEEDED]).output().ok()?;
    let folder = String::from_utf8(asked.stdout).ok()?;
    (asked.status.success() && !folder.trim().is_empty()).then(|| folder.trim().into())
}

/// Links the shared library. Cargo's own commands find it at run time, too: they look in `OUT_DIR`, which gets links
/// to it under the names that the linker and the loader ask for.
fn link(folder: &Path) -> Result<(), String> {
    let names = ["libuv.so", "libuv.so.1"];
    let library = names.iter().map(|name| folder.join(name)).find(|path| path.exists());
    let library = library.ok_or_else(|| format!("there is no libuv.so in {}", folder.display()))?;
    let library = library.canonicalize().map_err(|e| format!("{}: {e}", library.display()))?;
    println!("cargo:rerun-if-changed={}", library.display());
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    for name in names {
        let name = out.join(name);
        if fs::read_link(&name).is_ok() {
            fs::remove_file(&name).map_err(|e| format!("{}: {e}", name.display()))?;
        }
        std::os::unix::fs::symlink(&library, &name).map_err(|e| format!("{}: {e}", name.display()))?;
    }
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rustc-link-lib=dylib=uv");
    // Tests and examples of this package that are started without cargo; LD_LIBRARY_PATH comes before it.
    println!("cargo:rustc-link-arg=-Wl,--enable-new-dtags,-rpath,{}", out.display());
    Ok(())
}

fn link_statically(folder: &Path) -> Result<(), String> {
    let library = folder.join("libuv.a");
    if !library.exists() {
        return Err(format!("there is no libuv.a in {}", folder.display()));
    }
    println!("cargo:rerun-if-changed={}", library.display());
    println!("cargo:rustc-link-search=native={}", folder.display());
    println!("cargo:rustc-link-lib=static=uv");
    for name in ["pthread", "dl", "rt", "m"] {
        println!("cargo:rustc-link-lib=dylib={name}");
    }
    Ok(())
}
