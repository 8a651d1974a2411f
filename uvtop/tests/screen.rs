//! `uvtop` in a terminal, with a program that runs on the library.
#![forbid(unsafe_code)]

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rustix::process::{Pid, Signal, kill_process};

use self::support::{Running, build};
use self::terminal::Terminal;

static WATCHED: LazyLock<PathBuf> = LazyLock::new(|| build("watched").unwrap());

const USUAL: (u16, u16) = (80, 24);

/// A folder of a test's own, short enough for the names of sockets.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("uvtop-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// Starts the program that holds its loop.
    fn hold(&self) -> Running {
        Running::start(&WATCHED, &["hold"], &self.0).unwrap()
    }

    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a Path> {
        [Path::new("--dir"), &self.0].into_iter().chain(more.iter().map(|more| Path::new(*more))).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0); // or it stays
    }
}

#[test]
fn a_blocked_callback_is_named_and_q_gives_the_terminal_back() {
    let folder = Folder::new("blocked");
    let running = folder.hold();
    let pid = running.pid().to_string();
    let mut terminal = Terminal::start(USUAL, &folder.arguments(&["--interval", "50", &pid]), &[]);
    terminal.wait_for("BLOCKED in hold_the_loop (timer) for ");
    terminal.wait_for(&format!("watched[{pid}]"));
    let screen = terminal.screen();
    let row = screen.rows(0, 80).position(|row| row.contains("BLOCKED")).unwrap() as u16;
    let column = screen.rows(0, 80).nth(row.into()).unwrap().find("BLOCKED").unwrap() as u16;
    assert_eq!(screen.cell(row, column).unwrap().fgcolor(), vt100::Color::Idx(1), "red");
    terminal.press("4");
    terminal.wait_for("loop 1 watched is blocked and cannot tell");
    terminal.press("q");
    assert_eq!(terminal.end().0.code(), Some(0));
}

#[test]
fn a_process_that_goes_away_is_told_and_the_list_comes_back() {
    let folder = Folder::new("away");
    let running = folder.hold();
    let pid = running.pid();
    let mut terminal = Terminal::start(USUAL, &folder.arguments(&["--interval", "50"]), &[]);
    terminal.wait_for("1 process");
    terminal.wait_for("hold_the_loop");
    terminal.press("\r");
    terminal.wait_for("1 Overview");
    terminal.wait_for("hold_the_loop");
    drop(running);
    terminal.wait_for(&format!("watched[{pid}] has ended"));
    terminal.wait_for("No process listens.");
    terminal.press("q");
    assert_eq!(terminal.end().0.code(), Some(0));
}

#[test]
fn it_follows_the_size_of_the_terminal_and_a_signal_gives_it_back() {
    let folder = Folder::new("size");
    let running = folder.hold();
    let pid = running.pid().to_string();
    let mut terminal = Terminal::start(USUAL, &folder.arguments(&[&pid]), &[("NO_COLOR", "1")]);
    terminal.wait_for("loop 1 watched  BLOCKED in hold_the_loop");
    terminal.resize((40, 10));
    terminal.wait_for("loop 1  BLOCKED hold_the_loop ");
    let screen = terminal.screen();
    let cells = (0..10).flat_map(|row| (0..40).map(move |column| (row, column)));
    assert!(
        cells.filter_map(|(row, column)| screen.cell(row, column)).all(|cell| {
            cell.fgcolor() == vt100::Color::Default && cell.bgcolor() == vt100::Color::Default
        })
    );
    kill_process(Pid::from_raw(terminal.pid() as i32).unwrap(), Signal::TERM).unwrap();
    assert_eq!(terminal.end().0.code(), Some(128 + 15));
}

#[test]
fn a_connection_that_breaks_ends_it() {
    let folder = Folder::new("hang-up");
    let running = folder.hold();
    let pid = running.pid().to_string();
    let mut terminal = Terminal::start(USUAL, &folder.arguments(&["--interval", "50", &pid]), &[]);
    terminal.wait_for("hold_the_loop");
    let status = terminal.hang_up();
    assert!(matches!(status.code(), Some(1 | 129)), "by itself, whatever it notices first: {status}");
}

#[test]
fn a_terminal_that_cannot_move_its_cursor_gets_advice() {
    let folder = Folder::new("dumb");
    let terminal = Terminal::start(USUAL, &folder.arguments(&[]), &[("TERM", "dumb")]);
    let (status, screen) = terminal.end();
    assert_eq!(status.code(), Some(1));
    assert!(screen.screen().contents().contains("uvtop --once"), "{}", screen.screen().contents());
}

#[test]
fn run_shows_the_output_at_the_end_and_hands_on_the_status() {
    let folder = Folder::new("run");
    let file = folder.0.join("end");
    let arguments = [Path::new("run"), &WATCHED, Path::new("until"), &file];
    let mut terminal = Terminal::start(USUAL, &arguments, &[]);
    terminal.wait_for("watched[");
    terminal.wait_for("look_for_file");
    fs::write(&file, "").unwrap();
    let (status, screen) = terminal.end();
    assert_eq!(status.code(), Some(7));
    assert_eq!(screen.screen().contents().trim(), "it runs");
}

#[test]
fn leaving_a_run_ends_the_program() {
    let folder = Folder::new("leave");
    let output = folder.0.join("output");
    let arguments = [Path::new("run"), Path::new("--output"), &output, &WATCHED, Path::new("hold")];
    let mut terminal = Terminal::start(USUAL, &arguments, &[]);
    terminal.wait_for("hold_the_loop");
    terminal.press("q");
    let (status, screen) = terminal.end();
    assert_eq!(status.code(), Some(128 + 15));
    assert_eq!(screen.screen().contents().trim(), "");
    assert_eq!(fs::read_to_string(output).unwrap(), "it runs\n");
}

#[test]
fn a_program_that_is_not_there_is_told_as_shells_do() {
    let arguments = [Path::new("run"), Path::new("/is/not/there")];
    let (status, screen) = Terminal::start(USUAL, &arguments, &[]).end();
    assert_eq!(status.code(), Some(127));
    assert!(screen.screen().contents().contains("/is/not/there"), "{}", screen.screen().contents());
}
