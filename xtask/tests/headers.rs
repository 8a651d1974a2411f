//! The headers compile without a warning in the languages that programs use.

use std::path::Path;
use std::process::Command;

#[test]
fn headers_are_clean_c_and_cxx() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository");
    let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join("headers.c");
    // The fields macros are part of the interface; extensions of handles use them.
    let text = "#include <uv.h>\n#include <uv.h>\n#include <uv/ext.h>\n#include <uv/ext.h>\nstruct extended { UV_HANDLE_FIELDS UV_STREAM_FIELDS int own; };\n\
                struct request { UV_REQ_FIELDS int own; };\n\
                uv_ext_loop_metrics_t loop_metrics = UV_EXT_LOOP_METRICS_INIT;\n\
                uv_ext_pool_metrics_t pool_metrics = UV_EXT_POOL_METRICS_INIT;\n";
    std::fs::write(&source, text).expect("the folder for test files is writable");
    for (compiler, language, standard) in [
        ("cc", "c", "gnu90"),
        ("cc", "c", "c99"),
        ("cc", "c", "c11"),
        ("c++", "c++", "c++11"),
        ("c++", "c++", "c++17"),
    ] {
        let output = Command::new(compiler)
            .args(["-x", language, &format!("-std={standard}"), "-D_GNU_SOURCE"])
            .args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-I"])
            .arg(root.join("include"))
            .arg(&source)
            .output();
        let Ok(output) = output else {
            eprintln!("skipped: {compiler} is not installed");
            continue;
        };
        assert!(output.status.success(), "{standard}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
