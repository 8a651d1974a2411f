//! `uvtop` without a terminal, with a program that runs on the library.
#![forbid(unsafe_code)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use self::support::{Running, build};

fn uvtop(folder: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_uvtop"))
        .arg("--dir")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("uvtop-{name}-{}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn reports_and_answers() {
    let folder = folder("plain");
    let program = build("watched").unwrap();
    let running = Running::start(&program, &["hold"], &folder).unwrap();
    let pid = running.pid().to_string();

    let report = uvtop(&folder, &["--once", "--interval", "50", &pid]);
    let said = text(&report.stdout);
    assert!(report.status.success(), "{report:?}");
    assert!(said.starts_with(&format!("watched[{pid}], libuv 1.53.0, up ")), "{said}");
    assert!(said.contains("BLOCKED in hold_the_loop (timer) for "), "{said}");
    assert!(said.contains("\nhandles of loop 1: it cannot tell, it is blocked\n"), "{said}");

    let json = uvtop(&folder, &["--json", &pid]);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(value["loops"][0]["now"]["function"], "hold_the_loop");
    let handles = uvtop(&folder, &["--ask", "handles"]);
    assert!(text(&handles.stdout).starts_with("{\"loops\":["), "{handles:?}");
    assert!(text(&uvtop(&folder, &["--ask", "metrics"]).stdout).contains("# TYPE "));

    let other = uvtop(&folder, &["--once", "1"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(text(&other.stderr).contains("process 1 does not listen in "), "{other:?}");

    drop(running);
    let nobody = uvtop(&folder, &["--once"]);
    assert_eq!(nobody.status.code(), Some(1), "the socket that it left is no process");
    assert!(text(&nobody.stderr).contains("UV_INSPECT=1"), "{nobody:?}");
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_screen_needs_a_terminal() {
    let folder = folder("no-terminal");
    for arguments in [&[][..], &["--interval", "100"]] {
        let refused = uvtop(&folder, arguments);
        assert_eq!(refused.status.code(), Some(1));
        assert!(text(&refused.stderr).contains("uvtop --once"), "{refused:?}");
    }
    fs::remove_dir_all(&folder).unwrap();
}
