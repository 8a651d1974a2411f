//! The pages: the list of processes, and one process in several views.

use std::cmp::Reverse;

use crate::list::Listed;
use crate::model::{Callback, Handles};
use crate::rates::History;
use crate::sockets::Socket;

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
    pub(super) fn step(self, places: usize) -> View {
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
    pub(super) fn next(self) -> Sort {
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

    pub(super) fn select(&mut self, place: usize) {
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
    pub(super) fn new(socket: Socket) -> Attached {
        let history = History::default();
        Attached { socket, history, is_silent: false, handles: None, wants_handles: false }
    }

    /// As a message names it.
    pub(super) fn name(&self) -> String {
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
