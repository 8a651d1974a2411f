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
    println!("missing: {:?}", newer.missing());
    for row in table.differing(&newer) {
        println!("stale: {row:?}");
        assert!(!row.is_missing(), "there is no test {} any more", row.name);
    }
}
