//! Gives the shared object the name that programs built against libuv ask for, and what it needs of the
//! compiler's run time.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let of_target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if !matches!(of_target("OS").as_str(), "macos" | "ios" | "windows") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libuv.so.1");
    }
    if of_target("OS") == "linux" && of_target("ENV") == "gnu" {
        println!("cargo:rerun-if-env-changed=RUSTC_LINKER");
        if let (Some(folder), true) = (std::env::var_os("OUT_DIR"), has_static_unwinder(&of_target("ARCH"))) {
            link_unwinder_statically(Path::new(&folder));
        }
    }
}

/// The standard library asks for libgcc_s.so.1, to print backtraces. libuv does not need that library, and
/// a program takes time to start with it: what is asked for is found in this folder first, where it
/// means the static one.
fn link_unwinder_statically(folder: &Path) {
    let script = "/* The compiler's run time, whole and static. */\nINPUT(-lgcc_eh -lgcc)\n";
    if std::fs::write(folder.join("libgcc_s.so"), script).is_ok() {
        println!("cargo:rustc-cdylib-link-arg=-L{}", folder.display());
    }
}

/// Whether the compiler that links has the static one.
fn has_static_unwinder(arch: &str) -> bool {
    let same = std::env::var_os("TARGET") == std::env::var_os("HOST") || arch == "x86";
    let linker = match std::env::var_os("RUSTC_LINKER") {
        Some(linker) => linker,
        None if same => "cc".into(),
        None => return false,
    };
    let mut command = Command::new(linker);
    command.args((arch == "x86").then_some("-m32")).arg("-print-file-name=libgcc_eh.a");
    let Ok(output) = command.output() else { return false };
    // Only a path if it is there.
    let path = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    path.is_absolute() && path.is_file()
}
