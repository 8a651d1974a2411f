//! How the release libraries link: what they need, what they show, and beside what they can stand.

use std::path::{Path, PathBuf};
use std::process::Command;

use c_tests::Linkage;

/// Where the sources of the programs are.
fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/linking").join(name)
}

/// A path for a file of this test run.
fn output(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("linking");
    std::fs::create_dir_all(&folder).expect("the folder for test files is writable");
    folder.join(name)
}

fn library(linkage: Linkage) -> PathBuf {
    let library = c_tests::own_library(linkage).expect("the library builds");
    library.folder.join(if linkage == Linkage::Static { "libuv.a" } else { "libuv.so" })
}

/// Runs a command to its end and returns what it printed.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{text}\n{errors}", output.status);
    text
}

/// The shared libraries that a program or library asks for.
fn needed(file: &Path) -> Vec<String> {
    run(Command::new("readelf").args(["-d", "-W"]).arg(file))
        .lines()
        .filter(|line| line.contains("(NEEDED)"))
        .filter_map(|line| Some(line.split_once('[')?.1.trim_end_matches(']').to_string()))
        .collect()
}

/// Compiles and links ticks.c; the arguments are what stands behind it.
#[track_caller]
fn link(name: &str, arguments: &[&str]) -> PathBuf {
    compile("cc", "ticks.c", name, arguments)
}

/// Compiles and links one of the programs.
#[track_caller]
fn compile(compiler: &str, file: &str, name: &str, arguments: &[&str]) -> PathBuf {
    let program = output(name);
    run(Command::new(compiler)
        .args(["-O2", "-I"])
        .arg(c_tests::workspace().join("include"))
        .arg("-o")
        .arg(&program)
        .arg(source(file))
        .args(arguments)
        .args(["-pthread", "-ldl", "-lrt", "-lm"]));
    program
}

#[track_caller]
fn check_runs(program: &Path) {
    assert_eq!(run(&mut Command::new(program)), "42\n");
}

#[test]
fn the_shared_library_needs_the_c_library_alone() {
    let needed = needed(&library(Linkage::Shared));
    let foreign: Vec<_> =
        needed.iter().filter(|name| !(name.starts_with("libc.") || name.starts_with("ld-"))).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

/// The names of the places that tracers find, with how many arguments each has, from the notes of the file.
fn probes(file: &Path) -> Vec<(String, usize)> {
    let notes = run(Command::new("readelf").args(["-n", "-W"]).arg(file));
    let after = |line: &str, word: &str| line.trim().strip_prefix(word).map(str::trim).map(str::to_owned);
    let names = notes.lines().filter_map(|line| after(line, "Name:"));
    let arguments = notes.lines().filter_map(|line| after(line, "Arguments:"));
    let mut probes: Vec<_> =
        names.zip(arguments).map(|(name, text)| (name, text.split_whitespace().count())).collect();
    probes.sort();
    probes.dedup();
    probes
}

#[cfg(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
#[test]
fn the_shared_library_has_places_for_tracers_in_code() {
    let file = library(Linkage::Shared);
    let expected = [
        ("callback__begin", 2),
        ("callback__end", 2),
        ("iteration", 2),
        ("work__begin", 1),
        ("work__done", 1),
        ("work__queued", 1),
    ];
    assert_eq!(probes(&file), expected.map(|(name, arguments)| (name.to_owned(), arguments)));
    let notes = run(Command::new("readelf").args(["-n", "-W"]).arg(&file));
    let place = notes.lines().find_map(|line| line.trim().strip_prefix("Location: ")?.split(',').next());
    let place = place.and_then(|place| u64::from_str_radix(place.strip_prefix("0x")?, 16).ok());
    let place = place.expect("a probe has a location");
    let limits = [format!("--start-address={place}"), format!("--stop-address={}", place + 4)];
    let code = run(Command::new("objdump").arg("-d").args(limits).arg(&file));
    assert!(code.lines().any(|line| line.trim_end().ends_with("nop")), "{code}");
}

#[test]
fn the_shared_library_shows_uv_alone() {
    let symbols = run(Command::new("nm").args(["-D", "--defined-only"]).arg(library(Linkage::Shared)));
    let shown: Vec<&str> = symbols.lines().filter_map(|line| line.split_whitespace().last()).collect();
    assert!(shown.len() > 300, "{shown:?}");
    assert!(shown.iter().all(|name| name.starts_with("uv_")), "{shown:?}");
}

#[test]
fn exceptions_in_cxx_are_the_programs_own_beside_either_library() {
    if Command::new("c++").arg("--version").output().is_err() {
        eprintln!("skipped: c++ is not installed");
        return;
    }
    let library = library(Linkage::Static);
    let fixed = compile("c++", "exceptions.cc", "exceptions-static", &[library.to_str().expect("text")]);
    check_runs(&fixed);
    let folder = c_tests::own_library(Linkage::Shared).expect("the library builds").folder;
    let folder = folder.to_str().expect("the path is text");
    let path = format!("-Wl,-rpath,{folder}");
    check_runs(&compile("c++", "exceptions.cc", "exceptions-shared", &["-L", folder, &path, "-luv"]));
}

#[test]
fn the_static_library_is_one_object_that_shows_uv_alone() {
    let library = library(Linkage::Static);
    assert_eq!(run(Command::new("ar").arg("t").arg(&library)).lines().count(), 1);
    let symbols = run(Command::new("readelf").args(["-s", "-W"]).arg(&library));
    let shown: Vec<&str> = symbols
        .lines()
        .filter_map(|line| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            [_, _, _, _, "GLOBAL" | "WEAK", _, place, name, ..] if *place != "UND" => Some(*name),
            _ => None,
        })
        .collect();
    assert!(shown.len() > 300, "{shown:?}");
    assert!(shown.iter().all(|name| name.starts_with("uv_")), "{shown:?}");
}

#[test]
fn a_static_program_needs_libgcc_alone_and_is_small() {
    let library = library(Linkage::Static);
    let library = library.to_str().expect("the path is text");
    let program = link("libgcc", &["-nodefaultlibs", library, "-lc", "-lgcc"]);
    check_runs(&program);
    assert!(!needed(&program).iter().any(|name| name.starts_with("libgcc")), "{:?}", needed(&program));
    run(Command::new("strip").arg(&program));
    let size = std::fs::metadata(&program).expect("it is there").len();
    assert!(size < 700_000, "{size} bytes");
    check_runs(&link("static", &["-static", library]));
}

#[test]
fn a_second_static_library_in_rust_may_come_before_or_after() {
    let first = library(Linkage::Static);
    let second = output("libsecond.a");
    run(Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition", "2024", "--crate-type", "staticlib", "-O", "-o"])
        .arg(&second)
        .arg(source("second.rs")));
    let (first, second) = (first.to_str().expect("text"), second.to_str().expect("text"));
    for (name, libraries) in [("before", [first, second]), ("after", [second, first])] {
        check_runs(&link(name, &["-DSECOND", libraries[0], libraries[1]]));
        // And if the linker leaves out what it can.
        check_runs(&link(name, &["-DSECOND", "-Wl,--gc-sections", libraries[0], libraries[1]]));
    }
}
