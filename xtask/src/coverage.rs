//! `cargo xtask coverage`: brings `c-tests/COVERAGE.tsv` up to date.

use c_tests::Linkage;
use c_tests::coverage::{Row, Runner, Table};

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let check = match arguments {
        [] => false,
        ["--check"] => true,
        _ => return Err("usage: cargo xtask coverage [--check]".into()),
    };
    let program = c_tests::own_library(Linkage::Shared)
        .and_then(|library| c_tests::build(&library))
        .map_err(|error| error.to_string())?;
    let runner = Runner::ask(&program).map_err(|error| error.to_string())?;
    let table = Table::read().map_err(|error| error.to_string())?;
    let complaints = table.complaints();
    if !complaints.is_empty() {
        return Err(complaints.join("\n"));
    }
    let newer = table.refreshed(&runner);
    let missing = newer.missing();
    for name in &missing {
        println!("missing: {name}");
    }
    for row in newer.0.iter().filter(|row| row.is_skipped()) {
        println!("{}: {}", row.name, row.status);
    }
    let skipped = newer.0.iter().filter(|row| row.is_skipped()).count();
    println!(
        "{} names: {} tested, {skipped} skipped, {} missing; {} tests beyond them",
        newer.0.len(),
        newer.0.len() - skipped - missing.len(),
        missing.len(),
        runner.beyond(&newer)
    );
    if !check {
        return newer.write().map_err(|error| error.to_string());
    }
    match table.differing(&newer).as_slice() {
        [] => Ok(()),
        rows => Err(format!("c-tests/COVERAGE.tsv is stale (cargo xtask coverage):\n{}", list(rows))),
    }
}

fn list(rows: &[&Row]) -> String {
    rows.iter().map(|row| format!("  {}: {}, {}\n", row.name, row.tests, row.status)).collect()
}
