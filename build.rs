//! Gives the shared object the name that programs built against libuv ask for, and what it needs of the
//! compiler's run time.

use std::path::Path;
use std::process::Command;

/// What the standard library asks of the unwinder.
const UNWINDER: &str = "src/sys/linux/unwinder.c";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={UNWINDER}");
    let of_target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if !matches!(of_target("OS").as_str(), "macos" | "ios" | "windows") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libuv.so.1");
    }
    let linux = of_target("OS") == "linux" && matches!(of_target("ENV").as_str(), "gnu" | "musl");
    if let (true, Some(folder)) = (linux, std::env::var_os("OUT_DIR")) {
        // Without it, such as where no compiler is for the target, the shared library needs libgcc_s.so.1.
        // With musl programs may be linked with another libc's compiler, whose libgcc_s.so.1 is of no use.
        let rest = if of_target("ENV") == "gnu" { "AS_NEEDED(libgcc_s.so.1)" } else { "-lgcc_eh" };
        if link_without_libgcc(Path::new(&folder), rest).is_some() {
            println!("cargo:rustc-cdylib-link-arg=-L{}", Path::new(&folder).display());
        }
    }
    // A debug build keeps the standard library's own messages, and their backtraces.
    let known = matches!(of_target("ARCH").as_str(), "x86_64" | "aarch64");
    if of_target("OS") == "linux" && known && std::env::var("PROFILE").as_deref() == Ok("release") {
        // Where the names are not found, the shared library has the standard library's end of a panic.
        let _ = end_panics_ourselves();
    }
}

/// Sends panics, and allocations that cannot be refused, to `src/sys/linux/panicked.rs`. The two functions that the
/// compiler's libraries call for them have names that depend on the compiler's version.
fn end_panics_ourselves() -> Option<()> {
    let rustc = std::env::var_os("RUSTC")?;
    let mut libraries = Command::new(rustc);
    libraries.args(["--print", "target-libdir", "--target", &std::env::var("TARGET").ok()?]);
    let folder = String::from_utf8(libraries.output().ok()?.stdout).ok()?;
    let folder = Path::new(folder.trim());
    let panic = name_of_symbol(folder, "libcore-", "rust_begin_unwind")?;
    let out_of_memory = name_of_symbol(folder, "liballoc-", "__rust_alloc_error_handler")?;
    println!("cargo:rustc-cfg=uv_own_panic");
    for (variable, name) in [("UV_PANIC", panic), ("UV_OUT_OF_MEMORY", out_of_memory)] {
        println!("cargo:rustc-env={variable}={name}");
        println!("cargo:rustc-cdylib-link-arg=-Wl,--wrap={name}");
    }
    Some(())
}

/// The whole name of the symbol that ends in `ending`, from the tables of names of a library.
fn name_of_symbol(folder: &Path, library: &str, ending: &str) -> Option<String> {
    let mut entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let rlib = entries.find(|entry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| name.starts_with(library) && name.ends_with(".rlib"))
    })?;
    let bytes = std::fs::read(rlib.path()).ok()?;
    let names = bytes.split(|&byte| byte == 0).filter(|name| name.ends_with(ending.as_bytes()));
    let mut names = names.filter_map(|name| std::str::from_utf8(name).ok());
    let of_symbol = |name: &&str| *name == ending || name.starts_with("_R") || name.starts_with("_ZN");
    names.find(of_symbol).map(str::to_string)
}

/// The standard library asks for libgcc_s: it is found in this folder first, where it means our own unwinder,
/// and `rest`, the one of the compiler, only if that lacks something. (An object beside it would come too late for
/// linkers that decide in order, and an archive may be met twice.)
fn link_without_libgcc(folder: &Path, rest: &str) -> Option<()> {
    let mut build = cc::Build::new();
    build.cargo_warnings(false).pic(true);
    let object = folder.join("unwinder.o");
    // The linker may not be one that reads another compiler's intermediate code.
    let mut compiler = build.try_get_compiler().ok()?.to_command();
    compiler.args(["-fno-lto", "-c", UNWINDER, "-o"]).arg(&object);
    compiler.status().ok().filter(|status| status.success())?;
    // What cargo is told of it would link it into the static library, too, where the program's unwinder is right.
    build.cargo_metadata(false).out_dir(folder).object(&object).try_compile("uv_unwinder").ok()?;
    let script = format!("INPUT(-luv_unwinder {rest} -lgcc)\n");
    std::fs::write(folder.join("libgcc_s.so"), script).ok()
}
