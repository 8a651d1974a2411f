//! Gives the shared object the name that programs built against libuv ask for, and what it needs of the
//! compiler's run time.

use std::path::Path;

/// What the standard library asks of the unwinder.
const UNWINDER: &str = "src/sys/unwinder.c";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={UNWINDER}");
    let of_target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if !matches!(of_target("OS").as_str(), "macos" | "ios" | "windows") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libuv.so.1");
    }
    let gnu = of_target("OS") == "linux" && of_target("ENV") == "gnu";
    if let (true, Some(folder)) = (gnu, std::env::var_os("OUT_DIR")) {
        // Without it, such as where no compiler is for the target, the shared library needs libgcc_s.so.1.
        if link_without_libgcc(Path::new(&folder)).is_some() {
            println!("cargo:rustc-cdylib-link-arg=-L{}", Path::new(&folder).display());
        }
    }
}

/// The standard library asks for libgcc_s: it is found in this folder first, where it means our own unwinder,
/// and the one of the compiler only if that lacks something. (An object beside it would come too late for
/// linkers that decide in order, and an archive may be met twice.)
fn link_without_libgcc(folder: &Path) -> Option<()> {
    let mut build = cc::Build::new();
    build.cargo_warnings(false).pic(true);
    let object = folder.join("unwinder.o");
    // The linker may not be one that reads another compiler's intermediate code.
    let mut compiler = build.try_get_compiler().ok()?.to_command();
    compiler.args(["-fno-lto", "-c", UNWINDER, "-o"]).arg(&object);
    compiler.status().ok().filter(|status| status.success())?;
    // What cargo is told of it would link it into the static library, too, where the program's unwinder is right.
    build.cargo_metadata(false).out_dir(folder).object(&object).try_compile("uv_unwinder").ok()?;
    let script = "INPUT(-luv_unwinder AS_NEEDED(libgcc_s.so.1) -lgcc)\n";
    std::fs::write(folder.join("libgcc_s.so"), script).ok()
}
