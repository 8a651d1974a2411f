//! What the app asks for, and when, and what it makes of answers and keys.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use signal_hook::consts::SIGTSTP;

use super::answers::EAGER_INTERVAL;
use super::{App, Effect, Exit, Page, View};
use crate::asker::{Answer, Order};
use crate::client::Trouble;
use crate::events::Event;
use crate::list::Listed;
use crate::model::tests::{RECORDED_HANDLES, recorded};
use crate::model::{Handles, Sample};
use crate::sockets::Socket;

const INTERVAL: Duration = Duration::from_millis(500);

fn socket() -> Socket {
    Socket { pid: u32::MAX, path: PathBuf::from("/run/libuv-1.sock") }
}

fn sample_order() -> Option<Order> {
    Some(Order::Sample(socket().path))
}

fn handles_order() -> Option<Order> {
    Some(Order::Handles(socket().path))
}

fn press(app: &mut App, key: KeyCode, now: Instant) -> Option<Effect> {
    app.handle(Event::Key(KeyEvent::new(key, KeyModifiers::NONE)), now)
}

fn answer(app: &mut App, found: Result<Sample, Trouble>, now: Instant) {
    app.handle(Event::Answer(Box::new(Answer::Sample(socket().path, found))), now);
}

fn attached(now: Instant) -> App {
    let mut app = App::new(Vec::new(), INTERVAL, now);
    app.attach(socket(), now);
    app
}

fn message(app: &App) -> &str {
    app.message.as_deref().unwrap_or_default()
}

#[test]
fn it_asks_once_an_interval_and_not_before_the_answer() {
    let now = Instant::now();
    let mut app = attached(now);
    assert_eq!(app.order(now), sample_order());
    assert_eq!((app.order(now + INTERVAL * 9), app.wait(now)), (None, None));
    answer(&mut app, Ok(recorded()[0].clone()), now);
    assert_eq!((app.order(now), app.wait(now)), (None, Some(INTERVAL)));
    assert_eq!(app.order(now + INTERVAL), sample_order());
}

#[test]
fn a_pause_asks_nothing_but_for_handles() {
    let now = Instant::now();
    let mut app = attached(now);
    press(&mut app, KeyCode::Char('p'), now);
    assert_eq!((app.order(now + INTERVAL), app.wait(now)), (None, None));
    press(&mut app, KeyCode::Char('h'), now);
    assert_eq!((app.view, app.order(now)), (View::Handles, handles_order()));
    let handles = Handles::parse(RECORDED_HANDLES.as_bytes());
    app.handle(Event::Answer(Box::new(Answer::Handles(socket().path, handles))), now);
    assert_eq!(app.order(now + INTERVAL), None);
    press(&mut app, KeyCode::Char('p'), now);
    assert_eq!(app.order(now), sample_order());
}

#[test]
fn handles_are_asked_for_by_their_view_once_and_by_their_key_each_time() {
    let now = Instant::now();
    let mut app = attached(now);
    assert_eq!(app.order(now), sample_order());
    press(&mut app, KeyCode::Char('4'), now);
    assert_eq!(app.order(now), None, "one at a time");
    answer(&mut app, Ok(recorded()[0].clone()), now);
    assert_eq!(app.order(now), handles_order(), "at once");
    let handles = Handles::parse(RECORDED_HANDLES.as_bytes());
    app.handle(Event::Answer(Box::new(Answer::Handles(socket().path, handles))), now);
    press(&mut app, KeyCode::Char('1'), now);
    press(&mut app, KeyCode::Char('4'), now);
    assert_eq!(app.order(now), sample_order());
    answer(&mut app, Ok(recorded()[1].clone()), now);
    press(&mut app, KeyCode::Char('h'), now);
    assert_eq!(app.order(now), handles_order());
}

#[test]
fn who_goes_away_is_told_and_the_list_comes_back() {
    let now = Instant::now();
    let mut app = attached(now);
    answer(&mut app, Ok(recorded()[0].clone()), now);
    answer(&mut app, Err(Trouble::Gone), now);
    assert_eq!(message(&app), format!("troubled[{}] has ended", u32::MAX));
    assert!(matches!(app.page, Page::List(_)));
    assert_eq!(app.order(now), Some(Order::List(Vec::new())));
    answer(&mut app, Ok(recorded()[0].clone()), now);
    assert!(matches!(app.page, Page::List(_)), "a late answer is for nobody");
}

#[test]
fn who_lives_but_does_not_listen_is_told_apart() {
    let now = Instant::now();
    let mut app = attached(now);
    let pid = std::process::id();
    app.attach(Socket { pid, ..socket() }, now);
    answer(&mut app, Err(Trouble::Gone), now);
    assert_eq!(message(&app), format!("process {pid} does not listen any more"));
}

#[test]
fn who_is_silent_stays() {
    let now = Instant::now();
    let mut app = attached(now);
    let is_silent = |app: &App| matches!(&app.page, Page::Attached(attached) if attached.is_silent);
    answer(&mut app, Err(Trouble::Silent), now);
    assert!(is_silent(&app));
    assert_eq!(app.order(now + INTERVAL), sample_order());
    answer(&mut app, Ok(recorded()[0].clone()), now);
    assert!(!is_silent(&app));
}

#[test]
fn the_awaited_program_is_looked_at_when_it_listens() {
    let now = Instant::now();
    let mut app = App::new(Vec::new(), INTERVAL, now);
    app.awaited = Some("server".into());
    app.handle(Event::Answer(Box::new(Answer::List(Vec::new()))), now);
    assert_eq!(app.wait(now), Some(EAGER_INTERVAL));
    let listed = Listed { socket: socket(), found: Ok(recorded()[0].clone()) };
    app.handle(Event::Answer(Box::new(Answer::List(vec![listed]))), now);
    assert_eq!(app.order(now), sample_order());
    assert_eq!(app.handle(Event::ProgramEnded, now), Some(Effect::Exit(Exit::Ended)));
}

#[test]
fn ways_out() {
    let now = Instant::now();
    let mut app = attached(now);
    assert_eq!(press(&mut app, KeyCode::Char('q'), now), Some(Effect::Exit(Exit::Quit)));
    let control = |key| Event::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::CONTROL));
    assert_eq!(app.handle(control('c'), now), Some(Effect::Exit(Exit::Quit)));
    assert_eq!(app.handle(control('z'), now), Some(Effect::Suspend));
    assert_eq!(app.handle(Event::Signal(SIGTSTP), now), Some(Effect::Suspend));
    assert_eq!(app.handle(Event::Signal(15), now), Some(Effect::Exit(Exit::Signal(15))));
    assert_eq!(app.handle(Event::NoInput, now), Some(Effect::Exit(Exit::Signal(1))));
    press(&mut app, KeyCode::Char('?'), now);
    press(&mut app, KeyCode::Esc, now);
    assert!(!app.shows_help && matches!(app.page, Page::Attached(_)), "the help goes first");
    press(&mut app, KeyCode::Esc, now);
    assert!(matches!(app.page, Page::List(_)));
}

#[test]
fn views_in_turn() {
    let now = Instant::now();
    let mut app = attached(now);
    for view in [View::Callbacks, View::Pool, View::Handles, View::Overview] {
        press(&mut app, KeyCode::Tab, now);
        assert_eq!(app.view, view);
    }
    press(&mut app, KeyCode::BackTab, now);
    assert_eq!(app.view, View::Handles);
}
