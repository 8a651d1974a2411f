//! Programs in C and C++ find, build against and run with the library in the ways that libuv offers: installed by
//! CMake, as a part of a CMake project, and the tests through ctest.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository")
}

/// A fresh folder of this test run.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("consumers").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder for test files is writable");
    folder
}

/// Whether the tools are there; says so if not, and the test counts as skipped.
fn have(tools: &[&str]) -> bool {
    let missing = tools.iter().find(|tool| Command::new(tool).arg("--version").output().is_err());
    if let Some(tool) = missing {
        eprintln!("skipped: {tool} is not installed");
    }
    missing.is_none()
}

/// Runs a command to its end and returns what it printed.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{text}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

fn configure(source: &Path, build: &Path, options: &[&OsStr]) {
    run(Command::new("cmake").arg("-S").arg(source).arg("-B").arg(build).args(options));
}

fn option(name: &str, value: &Path) -> std::ffi::OsString {
    let mut text = std::ffi::OsString::from(format!("-D{name}="));
    text.push(value);
    text
}

/// The options for a build of the library that reuses what cargo has built for the other tests.
fn library_options() -> [std::ffi::OsString; 3] {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder");
    [
        "-DCMAKE_BUILD_TYPE=Debug".into(),
        "-DLIBUV_BUILD_TESTS=OFF".into(),
        option("LIBUV_CARGO_TARGET_DIR", target),
    ]
}

/// The library, built and installed in a folder of its own.
fn installed(name: &str) -> PathBuf {
    let build = fresh(&format!("{name}-build"));
    let prefix = fresh(name);
    let mut options = library_options().to_vec();
    options.push(option("CMAKE_INSTALL_PREFIX", &prefix));
    options.push("-DCMAKE_INSTALL_LIBDIR=lib".into());
    configure(root(), &build, &options.iter().map(AsRef::as_ref).collect::<Vec<_>>());
    run(Command::new("cmake").arg("--build").arg(&build).args(["--target", "install"]));
    prefix
}

fn build_and_test(build: &Path) {
    run(Command::new("cmake").arg("--build").arg(build));
    let report = run(Command::new("ctest").arg("--output-on-failure").current_dir(build));
    assert!(report.contains("100% tests passed, 0 tests failed out of 7"), "{report}");
}

#[test]
fn an_installation_is_found_in_every_way() {
    if !have(&["cmake", "pkg-config", "cc", "c++"]) {
        return;
    }
    let prefix = installed("every-way");
    let report = run(Command::new("sh").arg(root().join("packaging/check-install.sh")).arg(&prefix));
    assert!(report.ends_with("ok      CMake, where libraries are static ones\n"), "{report}");
}

#[test]
fn add_subdirectory() {
    if !have(&["cmake"]) {
        return;
    }
    let build = fresh("add-subdirectory");
    let mut options = library_options().to_vec();
    options.push(option("LIBUV_SOURCE", root()));
    let options: Vec<&OsStr> = options.iter().map(AsRef::as_ref).collect();
    configure(&root().join("packaging/check"), &build, &options);
    build_and_test(&build);
}

#[test]
fn installed_files_are_those_of_libuv_and_ours() {
    if !have(&["cmake"]) {
        return;
    }
    let prefix = installed("files");
    for file in [
        "include/uv.h",
        "include/uv.hpp",
        "include/uv/errno.h",
        "include/uv/ext.h",
        "include/uv/linux.h",
        "include/uv/threadpool.h",
        "include/uv/unix.h",
        "include/uv/version.h",
        "lib/libuv.a",
        "lib/libuv.so.1.0.0",
        "lib/pkgconfig/libuv.pc",
        "lib/pkgconfig/libuv-static.pc",
        "lib/cmake/libuv/libuvConfig.cmake",
        "lib/cmake/libuv/libuvConfigVersion.cmake",
    ] {
        assert!(prefix.join(file).is_file(), "{file} is missing");
    }
    let link = |name: &str| std::fs::read_link(prefix.join("lib").join(name)).expect("it is a link");
    assert_eq!(link("libuv.so"), Path::new("libuv.so.1"));
    assert_eq!(link("libuv.so.1"), Path::new("libuv.so.1.0.0"));
}

/// The whole suite through ctest takes as long as `cargo test -p c-tests`: here are those on timers, on
/// the shared and on the static library.
#[test]
fn ctest_runs_the_c_tests() {
    if !have(&["cmake", "ctest"]) {
        return;
    }
    // The folder stays, so that the next time only what has changed is compiled.
    let build = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ctest");
    let _ = std::fs::remove_file(build.join("CMakeCache.txt"));
    let [kind, _, target] = library_options();
    configure(root(), &build, &[kind.as_ref(), "-DLIBUV_BUILD_TESTS=ON".as_ref(), target.as_ref()]);
    run(Command::new("cmake").arg("--build").arg(&build).args(["--parallel", "2"]));
    let ctest = |arguments: &[&str]| run(Command::new("ctest").args(arguments).current_dir(&build));
    let known = ctest(&["--show-only"]);
    for (library, program) in [("uv", "uv-tests"), ("uv_a", "uv-tests-static")] {
        for test in run(Command::new(build.join("c-tests").join(program)).arg("--list")).lines() {
            assert!(known.contains(&format!(": {library}/{test}\n")), "ctest does not know {library}/{test}");
        }
    }
    let report = ctest(&["--output-on-failure", "--parallel", "4", "--tests-regex", "/timer"]);
    assert!(report.contains("100% tests passed"), "{report}");
}
