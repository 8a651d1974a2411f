//! COVERAGE.tsv names every test of libuv, and says the truth about the tests here.

use c_tests::coverage::{Runner, Table};
use c_tests::{Linkage, build, own_library};

#[test]
fn the_table_lists_each_name_once() {
    let table = Table::read().expect("COVERAGE.tsv is readable");
    assert_eq!(table.complaints(), Vec::<String>::new());
}

#[test]
fn each_name_has_the_test_that_the_table_gives() {
    let program = own_library(Linkage::Shared).and_then(|library| build(&library)).expect("the tests build");
    let runner = Runner::ask(&program).expect("the runner lists its tests");
    let table = Table::read().expect("COVERAGE.tsv is readable");
    let newer = table.refreshed(&runner);
    assert!(newer.missing().is_empty(), "neither tested nor skipped for a reason: {:?}", newer.missing());
    let stale = table.differing(&newer);
    assert!(stale.is_empty(), "cargo xtask coverage brings these up to date: {stale:#?}");
}
