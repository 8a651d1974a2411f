//! `cargo xtask sanitize address|thread`: the library and the C tests, built with a sanitizer, and run.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use c_tests::{Instrumentation, Variant};

use crate::root;

const USAGE: &str = "\
usage: cargo xtask sanitize address|thread [--build-only] [runner arguments]

  address   memory that is used after its end or beyond it, twice freed, or leaked
  thread    memory that threads use at the same time with no order between them

  It needs clang of release 15 or later (CLANG names it, or the newest is found) with its run-time libraries: Debian
  has them as clang-16, libclang-rt-16-dev and llvm-16.";

/// What differs between the sanitizers.
struct Sanitizer {
    name: &'static str,
    rustflags: &'static str,
    cflags: &'static [&'static str],
    /// The variable with its settings, and these.
    settings: (&'static str, &'static str),
    /// How much longer things take.
    time_scale: &'static str,
    /// Tests that cannot be run under it, and why.
    excluded: &'static [(&'static str, &'static str)],
}

/// The precompiled standard library is not instrumented: the compiler is to mix the two.
const ADDRESS: Sanitizer = Sanitizer {
    name: "address",
    rustflags: "-Zsanitizer=address -Cunsafe-allow-abi-mismatch=sanitizer -Cforce-frame-pointers=yes",
    cflags: &["-Wno-unknown-warning-option", "-fsanitize=address", "-fno-omit-frame-pointer"],
    settings: ("ASAN_OPTIONS", "detect_leaks=1:detect_stack_use_after_return=0"),
    time_scale: "4",
    excluded: &[
        ("fork_during_first_*", "the child waits for a lock of the sanitizer's that another thread has held"),
        ("spawn_where_there_can_be_no_more_processes", "LeakSanitizer needs one more"),
        (
            "pipe_is_read_to_its_end_without_a_right_to_descriptors",
            "its filter forbids what LeakSanitizer calls",
        ),
        ("threadpool_without_threads_refuses_requests", "its filter forbids LeakSanitizer's thread"),
        ("inspect_is_off_with_rights_of_another", "LeakSanitizer may not look into such a process"),
        ("inspect_without_descriptors", "LeakSanitizer needs some"),
    ],
};

const THREAD: Sanitizer = Sanitizer {
    name: "thread",
    rustflags: "-Zsanitizer=thread -Cunsafe-allow-abi-mismatch=sanitizer -Cforce-frame-pointers=yes \
                --cfg uv_thread_sanitizer",
    cflags: &["-Wno-unknown-warning-option", "-fsanitize=thread", "-fno-omit-frame-pointer"],
    settings: ("TSAN_OPTIONS", "halt_on_error=1:die_after_fork=0:report_thread_leaks=0"),
    time_scale: "8",
    excluded: &[
        ("backend_timeout_asked_elsewhere_disturbs_no_timer", "asks from another thread, without any order"),
        (
            "barrier_serial_thread",
            "the last thread destroys the barrier, which the sanitizer takes for a race",
        ),
        ("own_allocator_gets_everything_back", "parking_lot's table of waiting threads stays"),
        ("oom_fs_async", "the same table"),
        ("oom_fs_async_pool", "the same table"),
        ("oom_pool", "the same table"),
        ("oom_closing_fs_poll", "the same table"),
        ("oom_watching_files", "the same table"),
        ("oom_fs_poll_is_told", "the same table"),
        (
            "inspect_child_of_a_fork_has_its_own",
            "a child has the same table, with its parent's workers in it",
        ),
        ("fork_threadpool_queue_work_simple", "the same, where a worker of the parent's slept at the fork"),
        ("inspect_descriptors_that_the_program_closes", "closes, on purpose, what another thread uses"),
        ("inspect_socket_of_a_program_that_closes_everything_goes", "the same"),
        ("inspect_lets_pipes_of_the_program_end", "the same"),
        ("getaddrinfo_concurrent", "a suppressed report leaves the symbolizer's pipes open"),
        ("spawn_without_descriptors", "`fork` needs a pipe to learn of errors, where `clone` shares memory"),
        ("spawn_first_with*_descriptor*", "the same pipe"),
        ("thread_detach", "the sanitizer has a thread of its own, which the test waits for"),
        ("threadpool_multiple_event_loops", "a suppressed report leaves the symbolizer's pipes open"),
        (
            "watchdog_tells_*_that_computes",
            "the sanitizer keeps signals back from a thread that makes no calls",
        ),
        ("watchdog_tells_*_with_a_small_one", "the same"),
        ("watchdog_tells_of_sixteen_frames_at_most", "the same"),
        ("fork_*while_others_send", "the test stops its thread by a plain flag, which a child has too"),
        ("fork_*_with_a_sender_inside", "the same"),
        ("fork_with_a_sender_inside", "the same"),
        (
            "fork_during_first_*",
            "the same, and the sanitizer's locks are held by threads that the child lacks",
        ),
    ],
};

/// A release that says where it is.
const BUILD: [&str; 8] = [
    "--config",
    "profile.release.lto=false",
    "--config",
    "profile.release.codegen-units=16",
    "--config",
    "profile.release.opt-level=1",
    "--config",
    "profile.release.debug=1",
];

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let (sanitizer, rest) = match arguments {
        ["address", rest @ ..] => (&ADDRESS, rest),
        ["thread", rest @ ..] => (&THREAD, rest),
        _ => return Err(USAGE.into()),
    };
    let clang = clang()?;
    let name = format!("sanitize-{}", sanitizer.name);
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let library = c_tests::own_library_variant(&Variant {
        name: &name,
        rustflags: sanitizer.rustflags,
        arguments: &BUILD,
        // The flags are the compiler's unstable ones.
        environment: &[("RUSTC_BOOTSTRAP", "1")],
        // Build scripts are for the machine as it is.
        target: Some(&target),
    })
    .map_err(|e| e.to_string())?;
    let with = Instrumentation { compiler: &clang, flags: sanitizer.cflags };
    let program = c_tests::build_instrumented(&library, Some(&with)).map_err(|e| e.to_string())?;
    if rest.first() == Some(&"--build-only") {
        println!("{}", program.display());
        return Ok(());
    }
    let (variable, settings) = sanitizer.settings;
    let mut command = Command::new(&program);
    command.args(rest).env("UV_TESTS_TIME_SCALE", sanitizer.time_scale).env_remove("LD_LIBRARY_PATH");
    for (test, reason) in sanitizer.excluded {
        println!("# left out: {test}: {reason}");
        command.args(["--exclude", test]);
    }
    let mut settings = settings.to_owned();
    let known = suppressions(sanitizer.name);
    if fs::exists(&known).unwrap_or(false) {
        settings.push_str(&format!(":suppressions={}", known.display()));
    }
    command.env(variable, &settings);
    let leaks = suppressions("leak");
    command.env("LSAN_OPTIONS", format!("print_suppressions=0:suppressions={}", leaks.display()));
    if let Some(symbolizer) = symbolizer(&clang) {
        command.env(variable, format!("{settings}:external_symbolizer_path={symbolizer}"));
    }
    let status = command.status().map_err(|e| format!("{}: {e}", program.display()))?;
    if status.success() { Ok(()) } else { Err(format!("the tests: {status}")) }
}

/// Known artefacts, with their reasons.
fn suppressions(name: &str) -> PathBuf {
    root().join(format!("c-tests/sanitizers/{name}.txt"))
}

fn clang() -> Result<String, String> {
    if let Ok(clang) = std::env::var("CLANG") {
        return Ok(clang);
    }
    // Last the one without a number, which may be older.
    let names = (15..=21).rev().map(|release| format!("clang-{release}"));
    let mut found = names.chain(["clang".to_owned()]).filter(|name| {
        Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
    });
    found.next().ok_or_else(|| format!("there is no clang\n{USAGE}"))
}

/// The program that names what is at an address, of the same release.
fn symbolizer(clang: &str) -> Option<String> {
    let output = Command::new(clang).arg("-print-prog-name=llvm-symbolizer").output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    fs::exists(&path).is_ok_and(|is_there| is_there).then_some(path)
}
