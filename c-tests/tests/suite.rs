//! Runs the C tests on the shared and then on the static library.

use c_tests::{Linkage, build, own_library, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut all_passed = true;
    for linkage in [Linkage::Shared, Linkage::Static] {
        println!("# {linkage:?} library");
        let status = own_library(linkage)
            .and_then(|library| build(&library))
            .and_then(|program| run(&program, &arguments, &[]));
        match status {
            Ok(status) => all_passed &= status.success(),
            Err(error) => {
                eprintln!("{error}");
                all_passed = false;
            }
        }
    }
    if all_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
