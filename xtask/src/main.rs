//! The project's own commands: `cargo xtask <name>`.

mod bench;
mod bindings;
mod c_tests;
mod coverage;
mod cross;
mod demo;
mod differential;
mod dist;
mod examples;
mod exports;
mod follow;
mod fuzz;
mod generated;
mod guide;
mod headers;
mod layers;
mod layouts;
mod lock;
mod manual;
mod models;
mod mutants;
mod old_kernel;
mod oldest_rust;
mod outcome;
mod package;
mod profiles;
mod programs;
mod reference;
mod sanitize;
mod soak;
mod sources;
mod torture;
mod unsafe_code;
mod valgrind;
mod wheel;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

commands:
  bench [options] [filter ...]
                      run the benchmarks on this library and on libuv; see bench/README.md
  bindings [--check]  write bindings/ from src/; with --check only compare, and fail if it is stale
  coverage [--check]  bring c-tests/COVERAGE.tsv up to date, or compare and fail if it is stale
  cross [TARGET ...] [--list | --build-only | --dist | --excluded | --control] [-- runner arguments]
                      the C tests on other processors, in an emulator, with musl, and with an old glibc
  demo                build the library and the examples, and show them at work
  differential [seeds] [--family NAME ...] [--seed N]
                      play random scripts on this library and on libuv, and compare the traces
  dist [--target TRIPLE] [FOLDER]
                      put headers and release libraries into a folder (target/dist), for C programs
  examples [--against libuv | --against FOLDER] [NAME ...]
                      build and run the programs of examples/, and hold what they print against what they ought to
  exports [LIBRARY]   check that the shared library shows uv_* alone, and needs nothing but an old glibc
  follow VERSION | FOLDER
                      what another libuv has that this one has not, and the other way, by name: docs/follow.md
  fuzz [TARGET ...] [--minutes N | --runs N] [--write | --repeat FILE | --check]
                      play random inputs on the targets of fuzz/, guided by what they reach
  manual [--check]    write the reference and the man pages from src/api/; with --check only see that nothing lacks
  guide [--check]     build the guide; with --check only see that what it refers to is there
  mutants [--list | --only N[-M]] [--write]
                      break the library in small ways and see which tests notice
  headers [--check]   write include/ from src/; with --check only compare, and fail if it is stale
  layers [--check | --list]
                      show which folder of src/ uses which; fail on an arrow against the layers or a circle
  layouts [TARGET ...] [--check]
                      ask each target's C compiler for the sizes and offsets in src/abi/layout/
  lock                check that no crate of Cargo.lock needs a newer Rust than we promise
  old-kernel [--kernel FILE] [runner arguments]
                      the C tests on Debian 11's kernel, in an emulator
  oldest-rust         build the library with the oldest Rust that we promise, Debian 12's
  package [WHAT ... | twice | check [PREFIX] | try [SUITE]] [--into FOLDER]
                      tarballs, Debian packages and a bill of materials; check them; docs/packages.md
  profiles [--list | --ci | --excluded] [NAME ...] [-- runner arguments]
                      the C tests under old kernels, sandboxes, few descriptors, forced configurations
  programs [--list] [--write] [--rounds N] [NAME ...]
                      run programs of Debian's on its libuv and on this library, compare and time them; docs/programs.md
  models [MODEL ... | --plants [N] | --check]
                      check the lock-free parts and the pool in all orders of threads, within bounds
  soak MINUTES [--against DIR] [--leak WHAT]
                      everything at once for a long time: counts, bytes, memory and descriptors
  sanitize address|thread [runner arguments]
                      the library and the C tests with a sanitizer
  torture [options] [filter ...]
                      make every call of the library fail in turn, in scenarios; see docs/testing.md
  unsafe [--check | --write]
                      count what the compiler does not check in src/; with --check fail if it has grown
  valgrind [rust | cpp | python ...] [--against FOLDER]
                      the tests of the bindings under valgrind
  wheel [FOLDER]      put the Python package with the library in it into a folder (target/wheel), for pip
  c-tests [options] [runner arguments]
                      build and run the C tests; see c-tests/README.md";

/// The top of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["bench", rest @ ..] => bench::run(rest),
        ["bindings", rest @ ..] => bindings::run(rest),
        ["c-tests", rest @ ..] => c_tests::run(rest),
        ["coverage", rest @ ..] => coverage::run(rest),
        ["cross", rest @ ..] => cross::run(rest),
        ["demo", rest @ ..] => demo::run(rest),
        ["differential", rest @ ..] => differential::run(rest),
        ["dist", rest @ ..] => dist::run(rest),
        ["examples", rest @ ..] => examples::run(rest),
        ["exports", rest @ ..] => exports::run(rest),
        ["follow", rest @ ..] => follow::run(rest),
        ["fuzz", rest @ ..] => fuzz::run(rest),
        ["guide", rest @ ..] => guide::run(rest),
        ["headers", rest @ ..] => headers::run(rest),
        ["layers", rest @ ..] => layers::run(rest),
        ["layouts", rest @ ..] => layouts::run(rest),
        ["lock", rest @ ..] => lock::run(rest),
        ["manual", rest @ ..] => manual::run(rest),
        ["models", rest @ ..] => models::run(rest),
        ["mutants", rest @ ..] => mutants::run(rest),
        ["old-kernel", rest @ ..] => old_kernel::run(rest),
        ["oldest-rust", rest @ ..] => oldest_rust::run(rest),
        ["package", rest @ ..] => package::run(rest),
        ["profiles", rest @ ..] => profiles::run(rest),
        ["programs", rest @ ..] => programs::run(rest),
        ["soak", rest @ ..] => soak::run(rest),
        ["sanitize", rest @ ..] => sanitize::run(rest),
        ["torture", rest @ ..] => torture::run(rest),
        ["unsafe", rest @ ..] => unsafe_code::run(rest),
        ["valgrind", rest @ ..] => valgrind::run(rest),
        ["wheel", rest @ ..] => wheel::run(rest),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
