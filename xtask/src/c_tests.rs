//! `cargo xtask c-tests`: the C tests on this library or on another libuv.

use c_tests::{Library, Linkage};
use std::path::PathBuf;

/// Leaks count as errors, possible ones too; child processes of tests run without valgrind.
const VALGRIND: &str = "valgrind --quiet --error-exitcode=99 --leak-check=full \
                        --errors-for-leak-kinds=definite,indirect,possible";
const VALGRIND_TIME_SCALE: &str = "10";

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let mut against = None;
    let mut include = None;
    let mut linkage = Linkage::Shared;
    let mut target = None;
    let mut build_only = false;
    let mut runner_arguments = Vec::new();
    let mut variables = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--against" => against = Some(folder(rest.next())?),
            "--include" => include = Some(folder(rest.next())?),
            "--target" => target = Some(rest.next().ok_or("--target takes a triple")?.to_string()),
            "--static" => linkage = Linkage::Static,
            "--build-only" => build_only = true,
            "--valgrind" => {
                runner_arguments.extend(["--wrap".to_owned(), VALGRIND.to_owned()]);
                variables.push(("UV_TESTS_TIME_SCALE", VALGRIND_TIME_SCALE));
            }
            other => runner_arguments.push(other.to_owned()),
        }
    }
    let mut library = match against {
        Some(folder) => {
            variables.push(("UV_TESTS_OTHER", "1"));
            Library { include: folder.join("include"), folder: folder.join("lib"), linkage, target }
        }
        None => c_tests::own_library_for(linkage, target).map_err(|error| error.to_string())?,
    };
    if let Some(include) = include {
        library.include = include;
    }
    let program = c_tests::build(&library).map_err(|error| error.to_string())?;
    if build_only {
        println!("{}", program.display());
        return Ok(());
    }
    let status = c_tests::run(&program, &runner_arguments, &variables).map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("the tests: {status}")) }
}

fn folder(value: Option<&&str>) -> Result<PathBuf, String> {
    let folder = value.ok_or("--against and --include take a folder")?;
    std::path::absolute(folder).map_err(|error| error.to_string())
}
