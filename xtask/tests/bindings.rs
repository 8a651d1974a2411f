//! The bindings for other languages work on the library as it is released.

use std::path::Path;
use std::process::Command;

#[test]
fn python() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository");
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("skipped: python3 is not installed");
        return;
    }
    let library = c_tests::own_library(c_tests::Linkage::Shared).expect("the library builds");
    let folder = root.join("bindings/python");
    let output = Command::new("python3")
        .args(["-m", "unittest", "discover", "--start-directory"])
        .arg(folder.join("tests"))
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("UV_LIBRARY", library.folder.join("libuv.so"))
        .output()
        .expect("python3 starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
