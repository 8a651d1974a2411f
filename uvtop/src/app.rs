//! What is on the screen, and what keys and answers make of it. Nothing here waits or draws.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use signal_hook::consts::SIGTSTP;

use crate::asker::{Answer, Order};
use crate::client::Trouble;
use crate::events::Event;
use crate::list::Listed;
use crate::model::{Callback, Handles, Sample};
use crate::rates::History;
use crate::sockets::Socket;

/// How often is looked who listens.
const LIST_INTERVAL: Duration = Duration::from_secs(1);

/// How often for the program that has just been started.
const EAGER_INTERVAL: Duration = Duration::from_millis(50);

/// What is shown of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Overview,
    Callbacks,
    Pool,
    Handles,
}

impl View {
    pub const ALL: [View; 4] = [View::Overview, View::Callbacks, View::Pool, View::Handles];

    pub fn title(self) -> &'static str {
        match self {
            View::Overview => "Overview",
            View::Callbacks => "Callbacks",
            View::Pool => "Pool",
            View::Handles => "Handles",
        }
    }

    /// So many places further on.
    fn step(self, places: usize) -> View {
        let here = View::ALL.iter().position(|view| *view == self).unwrap_or(0);
        View::ALL.iter().cycle().nth(here + places).copied().unwrap_or(self)
    }
}

/// What callbacks are sorted by, the largest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Total,
    Share,
    Count,
    Mean,
    Worst,
}

impl Sort {
    fn next(self) -> Sort {
        match self {
            Sort::Total => Sort::Share,
            Sort::Share => Sort::Count,
            Sort::Count => Sort::Mean,
            Sort::Mean => Sort::Worst,
            Sort::Worst => Sort::Total,
        }
    }
}

/// Which figures of times are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    Recent,
    Ever,
}

/// The processes that listen.
#[derive(Debug, Default)]
pub struct List {
    /// Nothing before the first look.
    pub found: Option<Vec<Listed>>,
    /// By its socket: places change.
    selected: Option<Socket>,
}

impl List {
    pub fn selected(&self) -> usize {
        let all = self.found.as_deref().unwrap_or_default();
        all.iter().position(|one| Some(&one.socket) == self.selected.as_ref()).unwrap_or(0)
    }

    fn select(&mut self, place: usize) {
        let all = self.found.as_deref().unwrap_or_default();
        self.selected = all.get(place.min(all.len().saturating_sub(1))).map(|one| one.socket.clone());
    }
}

/// A process that is looked at.
#[derive(Debug)]
pub struct Attached {
    pub socket: Socket,
    pub history: History,
    /// It did not answer the last time.
    pub is_silent: bool,
    /// The last answer, and how long the process had been up then.
    pub handles: Option<(Handles, u64)>,
    /// They are wanted, but not there yet.
    pub wants_handles: bool,
}

impl Attached {
    fn new(socket: Socket) -> Attached {
        let history = History::default();
        Attached { socket, history, is_silent: false, handles: None, wants_handles: false }
    }

    /// As a message names it.
    fn name(&self) -> String {
        let pid = self.socket.pid;
        self.history
            .newest()
            .map_or_else(|| format!("process {pid}"), |sample| format!("{}[{pid}]", sample.program))
    }

    /// Its callbacks in this order, with their shares of the recent time.
    pub fn callbacks(&self, sort: Sort) -> Vec<(&Callback, f64)> {
        let shares = self.history.recent_shares();
        let all = self.history.newest().map_or(&[][..], |sample| &sample.callbacks);
        let mut all: Vec<_> = all.iter().map(|one| (one, shares.of(one))).collect();
        let key = |one: &Callback| match sort {
            Sort::Total | Sort::Share => one.total_ns,
            Sort::Count => one.count,
            Sort::Mean => one.mean_ns(),
            Sort::Worst => one.worst_ns,
        };
        all.sort_by_key(|(one, _)| Reverse(key(one)));
        if sort == Sort::Share {
            all.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        }
        all
    }
}

#[derive(Debug)]
pub enum Page {
    List(List),
    Attached(Box<Attached>),
}

/// Why the screen goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    Quit,
    Signal(i32),
    /// The program of `uvtop run` has ended.
    Ended,
}

/// What to do besides drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    Suspend,
    /// All of the screen is to be drawn anew.
    Redraw,
    Exit(Exit),
}

pub struct App {
    folders: Vec<PathBuf>,
    interval: Duration,
    pub page: Page,
    pub view: View,
    pub sort: Sort,
    pub window: Window,
    pub is_paused: bool,
    pub shows_help: bool,
    pub message: Option<String>,
    /// Lines of the view that are above the screen; drawing keeps it within bounds.
    pub scroll: usize,
    /// Rows of the view that the screen has, for a page's keys.
    pub page_rows: usize,
    /// The name of a program that was started and is looked at as soon as it listens.
    pub awaited: Option<String>,
    is_asking: bool,
    due: Instant,
}

impl App {
    pub fn new(folders: Vec<PathBuf>, interval: Duration, now: Instant) -> App {
        App {
            folders,
            interval,
            page: Page::List(List::default()),
            view: View::Overview,
            sort: Sort::Total,
            window: Window::Recent,
            is_paused: false,
            shows_help: false,
            message: None,
            scroll: 0,
            page_rows: 1,
            awaited: None,
            is_asking: false,
            due: now,
        }
    }

    /// Looks at this process from now on.
    pub fn attach(&mut self, socket: Socket, now: Instant) {
        self.page = Page::Attached(Box::new(Attached::new(socket)));
        (self.view, self.scroll, self.is_paused, self.message) = (View::Overview, 0, false, None);
        self.ask_at(now);
    }

    fn detach(&mut self, message: Option<String>, now: Instant) {
        self.page = Page::List(List::default());
        (self.scroll, self.is_paused, self.message) = (0, false, message);
        self.ask_at(now);
    }

    /// What is under way is not waited for: its answer is for another page.
    fn ask_at(&mut self, when: Instant) {
        (self.is_asking, self.due) = (false, when);
    }

    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// How long nothing is to be done unless something happens.
    pub fn wait(&self, now: Instant) -> Option<Duration> {
        (!self.is_asking && !self.rests()).then(|| self.due.saturating_duration_since(now))
    }

    fn rests(&self) -> bool {
        let wants_handles = matches!(&self.page, Page::Attached(attached) if attached.wants_handles);
        self.is_paused && !wants_handles
    }

    /// What is to be asked now, if anything.
    pub fn order(&mut self, now: Instant) -> Option<Order> {
        if self.wait(now) != Some(Duration::ZERO) {
            return None;
        }
        self.is_asking = true;
        Some(match &self.page {
            Page::List(_) => Order::List(self.folders.clone()),
            Page::Attached(attached) if attached.wants_handles => {
                Order::Handles(attached.socket.path.clone())
            }
            Page::Attached(attached) => Order::Sample(attached.socket.path.clone()),
        })
    }

    pub fn handle(&mut self, event: Event, now: Instant) -> Option<Effect> {
        match event {
            Event::Key(key) => self.key(key, now),
            Event::Resized => None, // whatever happens is followed by drawing
            Event::NoInput => Some(Effect::Exit(Exit::Quit)),
            Event::Signal(SIGTSTP) => Some(Effect::Suspend),
            Event::Signal(signal) => Some(Effect::Exit(Exit::Signal(signal))),
            Event::ProgramEnded => Some(Effect::Exit(Exit::Ended)),
            Event::Answer(answer) => {
                self.answer(*answer, now);
                None
            }
        }
    }

    // ---- Answers ----

    fn answer(&mut self, answer: Answer, now: Instant) {
        match answer {
            Answer::List(found) => self.take_list(found, now),
            Answer::Sample(path, found) if self.is_about(&path) => self.take_sample(found, now),
            Answer::Handles(path, found) if self.is_about(&path) => self.take_handles(found, now),
            Answer::Sample(..) | Answer::Handles(..) => {}
        }
    }

    fn is_about(&self, path: &Path) -> bool {
        matches!(&self.page, Page::Attached(attached) if attached.socket.path == path)
    }

    fn take_list(&mut self, found: Vec<Listed>, now: Instant) {
        let Page::List(list) = &mut self.page else { return };
        if let Some(program) = found.iter().find(|one| one.found.is_ok()).filter(|_| self.awaited.is_some()) {
            let socket = program.socket.clone();
            self.awaited = None;
            return self.attach(socket, now);
        }
        list.found = Some(found);
        let interval = if self.awaited.is_some() { EAGER_INTERVAL } else { LIST_INTERVAL };
        self.ask_at(now + interval);
    }

    fn take_sample(&mut self, found: Result<Sample, Trouble>, now: Instant) {
        let Page::Attached(attached) = &mut self.page else { return };
        match found {
            Ok(sample) => {
                attached.is_silent = false;
                attached.history.add(sample);
            }
            Err(Trouble::Silent) => attached.is_silent = true,
            Err(trouble) => return self.lose(&trouble, now),
        }
        let next = if attached.wants_handles { now } else { now + self.interval };
        self.ask_at(next);
    }

    fn take_handles(&mut self, found: Result<Handles, Trouble>, now: Instant) {
        let Page::Attached(attached) = &mut self.page else { return };
        attached.wants_handles = false;
        match found {
            Ok(handles) => {
                let uptime = attached.history.newest().map_or(0, |sample| sample.uptime_ms);
                attached.handles = Some((handles, uptime));
            }
            Err(Trouble::Silent) => attached.is_silent = true,
            Err(trouble) => return self.lose(&trouble, now),
        }
        self.ask_at(now);
    }

    /// The process is gone, or is not to be understood.
    fn lose(&mut self, trouble: &Trouble, now: Instant) {
        let Page::Attached(attached) = &self.page else { return };
        let name = attached.name();
        let is_running = Path::new("/proc").join(attached.socket.pid.to_string()).exists();
        let message = match trouble {
            Trouble::Gone if is_running => format!("{name} does not listen any more"),
            Trouble::Gone => format!("{name} has ended"),
            other => format!("{name}: {other}"),
        };
        self.detach(Some(message), now);
    }

    // ---- Keys ----

    fn key(&mut self, key: KeyEvent, now: Instant) -> Option<Effect> {
        self.message = None; // it has been seen
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return match key.code {
                KeyCode::Char('c') => Some(Effect::Exit(Exit::Quit)),
                KeyCode::Char('z') => Some(Effect::Suspend),
                KeyCode::Char('l') => Some(Effect::Redraw),
                _ => None,
            };
        }
        if self.shows_help && key.code != KeyCode::Char('q') {
            self.shows_help = false; // any key
            return None;
        }
        match key.code {
            KeyCode::Char('q') => return Some(Effect::Exit(Exit::Quit)),
            KeyCode::Char('?') => self.shows_help = true,
            KeyCode::Up | KeyCode::Char('k') => self.go(-1),
            KeyCode::Down | KeyCode::Char('j') => self.go(1),
            KeyCode::PageUp => self.go(-(self.page_rows as isize)),
            KeyCode::PageDown => self.go(self.page_rows as isize),
            KeyCode::Home => self.go(isize::MIN),
            KeyCode::End => self.go(isize::MAX),
            _ => match &self.page {
                Page::List(_) => self.list_key(key.code, now),
                Page::Attached(_) => self.attached_key(key.code, now),
            },
        }
        None
    }

    fn go(&mut self, lines: isize) {
        match &mut self.page {
            Page::List(list) => list.select(list.selected().saturating_add_signed(lines)),
            Page::Attached(_) => self.scroll = self.scroll.saturating_add_signed(lines),
        }
    }

    fn list_key(&mut self, key: KeyCode, now: Instant) {
        let Page::List(list) = &self.page else { return };
        if key == KeyCode::Enter {
            let found = list.found.as_deref().unwrap_or_default();
            if let Some(socket) = found.get(list.selected()).map(|one| one.socket.clone()) {
                self.attach(socket, now);
            }
        }
    }

    fn attached_key(&mut self, key: KeyCode, now: Instant) {
        match key {
            KeyCode::Esc | KeyCode::Backspace => self.detach(None, now),
            KeyCode::Tab => self.show(self.view.step(1), now),
            KeyCode::BackTab => self.show(self.view.step(View::ALL.len() - 1), now),
            KeyCode::Char(digit @ '1'..='4') => {
                let place = digit as usize - '1' as usize;
                self.show(View::Overview.step(place), now);
            }
            KeyCode::Char('h') => {
                self.show(View::Handles, now);
                self.want_handles(now);
            }
            KeyCode::Char('s') => self.sort = self.sort.next(),
            KeyCode::Char('w') => {
                self.window = if self.window == Window::Recent { Window::Ever } else { Window::Recent };
            }
            KeyCode::Char('p' | ' ') => {
                self.is_paused = !self.is_paused;
                self.due = now;
            }
            _ => {}
        }
    }

    fn show(&mut self, view: View, now: Instant) {
        if view != self.view {
            (self.view, self.scroll) = (view, 0);
        }
        if matches!(&self.page, Page::Attached(attached) if view == View::Handles && attached.handles.is_none())
        {
            self.want_handles(now);
        }
    }

    fn want_handles(&mut self, now: Instant) {
        if let Page::Attached(attached) = &mut self.page {
            attached.wants_handles = true;
            self.due = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::{RECORDED_HANDLES, recorded};

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
        assert_eq!(app.handle(Event::NoInput, now), Some(Effect::Exit(Exit::Quit)));
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
}
