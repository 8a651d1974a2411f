//! Screens of the recorded process.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::{Theme, draw};
use crate::app::App;
use crate::asker::Answer;
use crate::events::Event;
use crate::list::Listed;
use crate::model::Handles;
use crate::model::tests::{RECORDED_HANDLES, recorded};
use crate::sockets::Socket;

const COLOUR: Theme = Theme { has_colour: true, is_unicode: true };
const NO_COLOUR: Theme = Theme { has_colour: false, is_unicode: true };
const ASCII: Theme = Theme { has_colour: false, is_unicode: false };

fn socket() -> Socket {
    Socket { pid: recorded()[0].pid, path: PathBuf::from("/run/libuv-1.sock") }
}

fn new_app() -> App {
    App::new(vec![PathBuf::from("/run/user/1000")], Duration::from_millis(500), Instant::now())
}

fn answer(app: &mut App, answer: Answer) {
    app.handle(Event::Answer(Box::new(answer)), Instant::now());
}

/// After two polls and an answer about handles.
fn attached() -> App {
    let mut app = new_app();
    app.attach(socket(), Instant::now());
    recorded().into_iter().for_each(|sample| answer(&mut app, Answer::Sample(socket().path, Ok(sample))));
    let handles = Handles::parse(RECORDED_HANDLES.as_bytes());
    answer(&mut app, Answer::Handles(socket().path, handles));
    app
}

fn press(app: &mut App, key: char) {
    let code = match key {
        '\t' => KeyCode::Tab,
        '\n' => KeyCode::Enter,
        'v' => KeyCode::Down,
        key => KeyCode::Char(key),
    };
    app.handle(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)), Instant::now());
}

fn screen(app: &mut App, size: (u16, u16), theme: Theme) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    terminal.draw(|frame| draw(frame, app, theme)).unwrap();
    terminal.backend().buffer().clone()
}

fn rows(buffer: &Buffer) -> Vec<String> {
    let cells = buffer.content.chunks(buffer.area.width.into());
    cells
        .map(|row| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().into())
        .collect()
}

fn shown(app: &mut App, size: (u16, u16)) -> Vec<String> {
    rows(&screen(app, size, COLOUR))
}

#[track_caller]
fn check_has(rows: &[String], parts: &[&str]) {
    for part in parts {
        assert!(rows.iter().any(|row| row.contains(part)), "{part:?} is not in\n{}", rows.join("\n"));
    }
}

const USUAL: (u16, u16) = (80, 24);
const SMALL: (u16, u16) = (40, 10);

#[test]
fn the_overview_has_loops_pool_and_callbacks() {
    let rows = shown(&mut attached(), USUAL);
    check_has(
        &rows,
        &[
            " uvtop  troubled[",
            "libuv 1.53.0  every 500 ms",
            " loop 1 troubled  BLOCKED in render_report (timer) for 1.01 s",
            " loop 2 housekeeping  waiting",
            " busy ",
            " now ",
            " p99 ",
            " pool  4 of 4 busy, ",
            "   TOTAL  SHARE  COUNT    MEAN   WORST KIND       CALLBACK",
            " work       compress_image",
            " q quit  ? help ",
        ],
    );
}

#[test]
fn a_small_screen_has_what_matters_and_scrolls() {
    let mut app = attached();
    let rows = shown(&mut app, SMALL);
    check_has(&rows, &[" loop 1  BLOCKED render_report 1.01 s", " lag ", " worst ", " q quit  ? help "]);
    assert_eq!(rows[1], " 1 Overview 2 Callbacks 3 Pool 4 Handles");
    for _ in 0..8 {
        press(&mut app, 'v');
    }
    check_has(&shown(&mut app, SMALL), &["CALLBACK"]);
    for _ in 0..100 {
        press(&mut app, 'v');
    }
    check_has(&shown(&mut app, SMALL), &["accept_client"]);
    let lines = shown(&mut app, USUAL);
    check_has(&lines, &[" loop 1 troubled"]);
}

#[test]
fn no_size_is_too_small_or_too_large() {
    for key in ['1', '2', '3', '4', '?'] {
        let mut app = attached();
        press(&mut app, key);
        for width in [1, 10, 19, 20, 30, 60, 300] {
            for height in [1, 4, 5, 9, 100] {
                screen(&mut app, (width, height), COLOUR);
                screen(&mut new_app(), (width, height), ASCII);
            }
        }
    }
}

#[test]
fn what_is_blocked_is_red_and_without_colours_reversed() {
    let style_of_blocked = |theme| {
        let buffer = screen(&mut attached(), USUAL, theme);
        let (row, text) =
            rows(&buffer).into_iter().enumerate().find(|(_, row)| row.contains("BLOCKED")).unwrap();
        let column = text.find("BLOCKED").unwrap();
        buffer.cell((column as u16, row as u16)).unwrap().style()
    };
    assert_eq!(style_of_blocked(COLOUR).fg, Some(Color::Red));
    assert!(style_of_blocked(NO_COLOUR).add_modifier.contains(Modifier::REVERSED));
}

#[test]
fn without_colours_there_are_none_anywhere() {
    for key in ['1', '2', '3', '4', '?'] {
        let mut app = attached();
        press(&mut app, key);
        let buffer = screen(&mut app, USUAL, NO_COLOUR);
        assert!(
            buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset),
            "{key}"
        );
    }
}

#[test]
fn an_ascii_locale_gets_ascii() {
    let buffer = screen(&mut attached(), USUAL, ASCII);
    assert!(buffer.content.iter().all(|cell| cell.symbol().is_ascii()));
    check_has(&rows(&buffer), &[" us  "]);
}

#[test]
fn callbacks_are_sorted_by_what_s_chooses() {
    let mut app = attached();
    press(&mut app, '2');
    let second_row = |app: &mut App| shown(app, (120, 24))[3].clone();
    let mut firsts = Vec::new();
    for _ in 0..5 {
        firsts.push(second_row(&mut app));
        press(&mut app, 's');
    }
    // By total, share and count, then by mean and by the longest.
    for (first, name) in
        firsts.iter().zip(["compress_image", "compress_image", "", "render_report", "render_report"])
    {
        assert!(first.ends_with(name), "{firsts:?}");
    }
    assert_eq!(second_row(&mut app), firsts[0]);
}

#[test]
fn the_pool_has_workers_and_times_by_kind() {
    let mut app = attached();
    press(&mut app, '3');
    let rows = shown(&mut app, USUAL);
    check_has(
        &rows,
        &[" WORKER ", " work        compress_image", " JOBS ", " WAIT p50 ", "\u{20}work ", "\u{20}fs "],
    );
    let recent = rows.iter().find(|row| row.starts_with(" work ")).unwrap().clone();
    press(&mut app, 'w');
    let ever = shown(&mut app, USUAL).into_iter().find(|row| row.starts_with(" work ")).unwrap();
    assert_ne!(recent, ever);
}

#[test]
fn handles_are_listed_by_loop() {
    let mut app = attached();
    press(&mut app, '4');
    let all =
        [" loop 1 troubled: 5 handles", " loop 2 housekeeping: 1 handle,", "accept_client", "127.0.0.1:"];
    check_has(&shown(&mut app, USUAL), &all);
    check_has(&shown(&mut app, SMALL), &["accept_client"]);
    let blocked = br#"{"loops":[{"id":1,"state":"blocked","handles":[],"requests":0}]}"#;
    answer(&mut app, Answer::Handles(socket().path, Handles::parse(blocked)));
    check_has(&shown(&mut app, USUAL), &[" loop 1 troubled is blocked and cannot tell"]);
}

#[test]
fn the_list_shows_who_is_blocked_and_keeps_the_choice_in_sight() {
    let mut app = new_app();
    check_has(&shown(&mut app, USUAL), &[" uvtop"]);
    answer(&mut app, Answer::List(Vec::new()));
    check_has(&shown(&mut app, SMALL), &["No process listens", "UV_INSPECT=1", "/run/user/1000"]);
    let [_, sample] = recorded();
    let listed = (1..=30).map(|pid| Listed {
        socket: Socket { pid, path: PathBuf::from(format!("/run/{pid}")) },
        found: Ok(sample.clone()),
    });
    answer(&mut app, Answer::List(listed.collect()));
    check_has(&shown(&mut app, USUAL), &["      1 troubled ", "2 BLOCKED render_report", " enter "]);
    for _ in 0..40 {
        press(&mut app, 'v');
    }
    let rows = shown(&mut app, SMALL);
    check_has(&rows, &["     30 troubled "]);
    press(&mut app, '\n');
    answer(&mut app, Answer::Sample(PathBuf::from("/run/30"), Ok(sample)));
    check_has(&shown(&mut app, USUAL), &["troubled[30]"]);
}

#[test]
fn a_program_that_does_not_listen_yet_is_told_of() {
    let mut app = new_app();
    app.awaited = Some("server".into());
    answer(&mut app, Answer::List(Vec::new()));
    check_has(&shown(&mut app, SMALL), &[" server does not listen yet."]);
}

#[test]
fn help_tells_of_every_key_of_the_footer() {
    let mut app = attached();
    press(&mut app, '?');
    for size in [USUAL, (60, 40), (40, 40)] {
        check_has(&shown(&mut app, size), &["tab 1-4", "quit", "sort", "pause", "handles", "lag bar"]);
    }
}
