//! The tests of uvtop. What `cargo test` runs by default is what `cargo build` builds by default, and those who want
//! the library should not have to build a terminal program. So its tests are run from here.

use std::process::Command;

#[test]
fn uvtop_passes_its_tests() {
    let status = Command::new(env!("CARGO"))
        .args(["test", "--quiet", "--package", "uvtop", "--target-dir"])
        .arg(c_tests::target_folder())
        .current_dir(c_tests::workspace())
        .status()
        .expect("cargo runs this");
    assert!(status.success());
}
