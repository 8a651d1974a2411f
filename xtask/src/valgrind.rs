//! `cargo xtask valgrind`: the tests of the bindings under valgrind. (Those in C: `cargo xtask c-tests --valgrind`.)

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use c_tests::target_folder;

use crate::package::command::{cargo, fresh_folder, output, read, run as run_command};
use crate::{dist, root};

const USAGE: &str = "\
usage: cargo xtask valgrind [rust | cpp | python ...] [--against FOLDER]

  runs the tests and examples of the bindings under valgrind, on this library or on the libuv in FOLDER/include and
  FOLDER/lib; any error and any leak fails, but for those of the language's own that its valgrind.supp names";

type Tests = fn(&Subject) -> Result<(), String>;

const BINDINGS: [(&str, Tests); 3] = [("rust", rust), ("cpp", cpp), ("python", python)];

const VALGRIND: [&str; 6] = [
    "valgrind",
    "--quiet",
    // A child that finds no program to become has not lost what its parent has.
    "--child-silent-after-fork=yes",
    "--error-exitcode=99",
    "--leak-check=full",
    "--errors-for-leak-kinds=definite,indirect,possible",
];

/// Programs of the system that the tests in Python start: no business of ours.
const OTHERS: [&str; 7] = ["cat", "cc", "sed", "sh", "sleep", "tr", "true"];

/// A library, and where what is built against it goes.
struct Subject {
    include_and_lib: PathBuf,
    work: PathBuf,
}

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let mut against = None;
    let mut chosen = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--against" => against = Some(rest.next().ok_or(USAGE)?),
            name if BINDINGS.iter().any(|(binding, _)| *binding == name) => chosen.push(name),
            _ => return Err(USAGE.into()),
        }
    }
    let subject = match against {
        Some(folder) => Subject {
            include_and_lib: fs::canonicalize(folder).map_err(|error| format!("{folder}: {error}"))?,
            work: target_folder().join("valgrind/other"),
        },
        None => {
            dist::run(&[])?;
            Subject {
                include_and_lib: target_folder().join("dist"),
                work: target_folder().join("valgrind/ours"),
            }
        }
    };
    for (name, tests) in BINDINGS.iter().filter(|(name, _)| chosen.is_empty() || chosen.contains(name)) {
        println!("# {name}");
        tests(&subject).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

fn rust(subject: &Subject) -> Result<(), String> {
    let binding = root().join("bindings/rust");
    let mut words: Vec<String> = VALGRIND.map(str::to_owned).into();
    words.push(suppressions(&binding));
    // Without the programs in comments, which are compiled one by one and are short.
    run_command(
        cargo()
            .args(["test", "--quiet", "--tests", "--manifest-path"])
            .arg(binding.join("Cargo.toml"))
            .arg("--config")
            .arg(format!("target.'cfg(all())'.runner = {words:?}"))
            .env("UV_LIB_DIR", subject.include_and_lib.join("lib"))
            .env("UV_UNDER_VALGRIND", "1")
            .env("RUST_TEST_THREADS", "1"),
    )
}

fn cpp(subject: &Subject) -> Result<(), String> {
    let build = subject.work.join("cpp");
    // A test that counts allocations has operators of its own, which are to stay.
    let valgrind = [&VALGRIND[..], &["--soname-synonyms=somalloc=nouserintercepts"]].concat().join(";");
    output(
        Command::new("cmake")
            .arg("-S")
            .arg(root().join("bindings/cpp"))
            .arg("-B")
            .arg(&build)
            .arg(format!("-DUVPP_LIBUV={}", subject.include_and_lib.display()))
            .arg(format!("-DCMAKE_CROSSCOMPILING_EMULATOR={valgrind}"))
            .args(["-DUVPP_STANDARDS=17", "-DCMAKE_BUILD_TYPE=RelWithDebInfo"]),
    )?;
    output(Command::new("cmake").arg("--build").arg(&build).arg("--parallel"))?;
    run_command(Command::new("ctest").arg("--test-dir").arg(&build).args([
        "--exclude-regex",
        "refused",
        "--output-on-failure",
    ]))
}

fn python(subject: &Subject) -> Result<(), String> {
    let binding = root().join("bindings/python");
    let logs = subject.work.join("python");
    fresh_folder(&logs)?;
    // The program itself: a script that stands for it would be all that valgrind sees.
    let python = output(Command::new("python3").args(["-c", "import sys; print(sys.executable)"]))?;
    let outcome = run_command(
        Command::new(VALGRIND[0])
            .args(&VALGRIND[1..])
            .arg(suppressions(&binding))
            // The tests start examples, too.
            .arg("--trace-children=yes")
            .arg(format!("--trace-children-skip=*/bin/{}", OTHERS.join(",*/bin/")))
            // What a program prints is compared.
            .arg(format!("--log-file={}/%p", logs.display()))
            .arg(python.trim())
            .args(["-B", "-m", "unittest", "discover", "--start-directory"])
            .arg(binding.join("tests"))
            .env("PYTHONMALLOC", "malloc")
            .env("PYTHONPATH", &binding)
            .env("UV_LIBRARY", subject.include_and_lib.join("lib/libuv.so.1")),
    );
    outcome.and(quiet(&logs))
}

/// Fails if valgrind has errors to tell of in one of its logs.
fn quiet(logs: &Path) -> Result<(), String> {
    let mut complaints = Vec::new();
    for entry in fs::read_dir(logs).map_err(|error| format!("{}: {error}", logs.display()))?.flatten() {
        let log = read(&entry.path())?;
        if log.lines().any(|line| line.starts_with("==")) {
            complaints.push(log);
        }
    }
    if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
}

fn suppressions(binding: &Path) -> String {
    format!("--suppressions={}", binding.join("tests/valgrind.supp").display())
}
