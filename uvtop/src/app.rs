//! What is on the screen, and what keys and answers make of it. Nothing here waits or draws.

mod answers;
mod keys;
mod pages;
#[cfg(test)]
mod tests;

pub use self::pages::{Attached, List, Page, Sort, View, Window};

use std::path::PathBuf;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGTSTP};

use crate::asker::Order;
use crate::events::Event;
use crate::sockets::Socket;

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
            Event::NoInput => Some(Effect::Exit(Exit::Signal(SIGHUP))), // which comes, or has come
            Event::Signal(SIGTSTP) => Some(Effect::Suspend),
            Event::Signal(signal) => Some(Effect::Exit(Exit::Signal(signal))),
            Event::ProgramEnded => Some(Effect::Exit(Exit::Ended)),
            Event::Answer(answer) => {
                self.answer(*answer, now);
                None
            }
        }
    }
}
